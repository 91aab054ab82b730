//! What runs do to records and to the world: the calls down into contacts and webhooks.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error};
use leadhold_store::Tx;
use serde_json::json;

use super::action::create_update_contact::ContactDraft;
use super::action::webhook::Outgoing;
use super::engine::Done;
use super::facts::ContactFacts;
use super::gather::Gather;
use crate::tenant::LocationScope;

/// TEMPORARY
pub fn contact(
    _: &mut Tx<'_>,
    _: &LocationScope,
    _: &Id<id::Contact>,
) -> Result<Option<ContactFacts>, Error> {
    Ok(None)
}
/// TEMPORARY
pub fn upsert_contact(_: &mut Tx<'_>, _: &Cx, _: &LocationScope, _: &ContactDraft) -> Result<Done, Error> {
    Err(Error::NotImplemented("contacts".into()))
}
/// TEMPORARY
pub fn add_tags(
    _: &mut Tx<'_>,
    _: &Cx,
    _: &LocationScope,
    _: &Id<id::Contact>,
    _: &[String],
) -> Result<Done, Error> {
    Err(Error::NotImplemented("contacts".into()))
}
/// TEMPORARY
pub fn send_webhook(
    _: &mut Tx<'_>,
    _: &Cx,
    _: &LocationScope,
    _: &Gather,
    _: &Outgoing,
) -> Result<Done, Error> {
    Ok(Done { contact: None, output: json!({}) })
}

//! What runs read from records, and what they do to them and to the world: the calls down into contacts and webhooks.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error};
use leadhold_store::Tx;
use serde_json::json;

use super::action::create_update_contact::ContactDraft;
use super::action::webhook::{Method, Outgoing};
use super::engine::{Done, Phase};
use super::facts::ContactFacts;
use super::model::Run;
use crate::tenant::LocationScope;
use crate::webhooks::{self, WorkflowWebhook};

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

/// Puts a request on its way. It leaves after the transaction commits, as a delivery with retries of its own.
///
/// # Errors
/// When the store fails.
pub fn send_webhook(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    run: &Run,
    outgoing: &Outgoing,
) -> Result<Done, Error> {
    let step = match &run.state.phase {
        Phase::Performing { step } => step.clone(),
        _ => return Err(Error::internal(format!("run {} sends a webhook and stands at no step", run.id))),
    };
    let webhook = WorkflowWebhook {
        run: run.id.clone(),
        step,
        visit: run.state.visits,
        method: match outgoing.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
        },
        url: outgoing.url.clone(),
        headers: outgoing.headers.clone(),
        body: outgoing.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default(),
    };
    let delivery = webhooks::send_from_workflow(tx, cx, here, &webhook)?;
    let output = json!({"deliveryId": delivery});
    Ok(Done { contact: None, output })
}

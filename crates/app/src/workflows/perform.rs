//! Performs effects inside a run's transaction.

use leadhold_kernel::{Cx, Error};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::action::Effect;
use super::engine::Done;
use super::model::Run;
use super::records;
use crate::tenant::LocationScope;

/// Performs an effect of the step at which `run` stands. The inner error is a refusal: the effect changed nothing, its step failed, the run goes on.
///
/// # Errors
/// A failure of ours: the whole transaction must be given up.
pub fn perform(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    run: &Run,
    effect: &Effect,
) -> Result<Result<Done, String>, Error> {
    match tx.attempt(|tx| attempt(tx, cx, here, run, effect)) {
        Ok(done) => Ok(Ok(done)),
        Err(
            refusal @ (Error::Validation(_)
            | Error::BadRequest(_)
            | Error::Forbidden(_)
            | Error::NotFound(_)
            | Error::Conflict(_)
            | Error::TooLarge(_)
            | Error::NotImplemented(_)),
        ) => Ok(Err(refusal.client_message())),
        Err(failure) => Err(failure),
    }
}

fn attempt(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    run: &Run,
    effect: &Effect,
) -> Result<Done, Error> {
    match effect {
        Effect::UpsertContact(draft) => records::upsert_contact(tx, cx, here, draft),
        Effect::AddTags { contact, tags } => records::add_tags(tx, cx, here, contact, tags),
        Effect::Webhook(outgoing) => records::send_webhook(tx, cx, here, run, outgoing),
    }
}

/// An effect as a run's log shows it. Bodies are with the delivery, and values of headers are secrets.
#[must_use]
pub fn shown(effect: &Effect) -> Value {
    match effect {
        Effect::Webhook(outgoing) => {
            let headers: Vec<&String> = outgoing.headers.iter().map(|(name, _)| name).collect();
            json!({"effect": "webhook", "method": outgoing.method, "url": outgoing.url, "headers": headers})
        }
        other => serde_json::to_value(other).unwrap_or(Value::Null),
    }
}

//! A workflow's "Webhook" step: the same delivery, from another origin.

use http::Method;
use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_store::Tx;

use super::{NewDelivery, Origin, Turn, insert};
use crate::tenant::LocationScope;

/// The `kind` of these deliveries.
pub(super) const KIND: &str = "Workflow";

/// A request that a run came to.
#[derive(Clone, Debug)]
pub struct WorkflowWebhook {
    /// The run.
    pub run: Id<id::Run>,
    /// The step's id in the workflow's definition.
    pub step: String,
    /// How often the run had come to the step before: a loop sends once each time round.
    pub visit: u32,
    /// The method.
    pub method: Method,
    /// Where to, merge fields filled in.
    pub url: String,
    /// The user's headers, merge fields filled in. A `content-type` among them replaces ours. A name that no header can
    /// have is left out, a line break in a value becomes a space.
    pub headers: Vec<(String, String)>,
    /// The exact bytes; none for a `GET` without a body.
    pub body: Vec<u8>,
}

/// Sends a run's webhook, signed, with the retries that every delivery has. It goes out after `tx` commits.
///
/// A step that is replayed sends nothing again: `None`.
///
/// # Errors
/// When the store fails. A URL that cannot be reached is no error here but the delivery's: it is recorded there with its
/// reason, and the run goes on, as the real service's does.
pub fn send_from_workflow(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    webhook: &WorkflowWebhook,
) -> Result<Option<Id<id::Delivery>>, Error> {
    let delivery = NewDelivery {
        company_id: here.company_id(),
        location_id: Some(here.location_id()),
        kind: KIND,
        origin: Origin::Step { run: &webhook.run, step: &webhook.step, visit: i64::from(webhook.visit) },
        method: webhook.method.as_str(),
        url: &webhook.url,
        headers: &webhook.headers,
        body: &webhook.body,
        turn: Turn::default(),
    };
    insert(tx, cx, &delivery)
}

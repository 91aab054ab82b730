//! From an event to the runs that wait for it: the consumer that wakes them.
//!
//! In the relay's transaction, so that an event is relayed and the runs that listen to it have a job, or neither. Whether
//! the event is the one meant, the engine decides when the job tells the run.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, Event};
use leadhold_queue::{Consumer, StoredEvent};
use leadhold_store::{Tx, params};
use serde_json::{Map, Value};

use super::runner::Errand;
use super::{sql, start};
use crate::tenant::LocationScope;

/// The consumer.
#[derive(Debug)]
pub struct WakeRuns;

impl Consumer for WakeRuns {
    fn name(&self) -> &'static str {
        "workflows.waits"
    }

    fn consume(&self, tx: &mut Tx<'_>, cx: &Cx, stored: &StoredEvent) -> Result<(), Error> {
        let event = &stored.event;
        let (Some(here), Some(contact)) = (LocationScope::of_event(event), contact_of(event)) else {
            return Ok(());
        };
        let waiting: Vec<Id<id::Run>> =
            tx.query(sql::WAITING, params![here.location_id(), contact, event.kind.name()], |row| {
                row.get(0)
            })?;
        if waiting.is_empty() {
            return Ok(());
        }
        let seen = seen(tx, &here, event)?;
        for run in waiting {
            Errand::happened(&here, &run, event, &seen).at(tx, cx, cx.now)?;
        }
        Ok(())
    }
}

/// What a run sees of the event: for each kind of trigger that it is one of, what that would bring.
///
/// # Errors
/// When the store fails.
pub fn seen(tx: &mut Tx<'_>, here: &LocationScope, event: &Event) -> Result<Map<String, Value>, Error> {
    let mut seen = Map::new();
    for kind in start::listeners(event) {
        let data = start::brought(tx, here, kind, event, &(kind.subject)(event))?;
        seen.insert(kind.name.to_owned(), data);
    }
    Ok(seen)
}

/// The contact that an event is about: the one that it names, else its record, which is no contact of this id when it is
/// something else.
fn contact_of(event: &Event) -> Option<&str> {
    let named = event.payload.get("contactId").or_else(|| event.payload["appointment"].get("contactId"));
    let named = named.and_then(Value::as_str);
    named.or(Some(event.record_id.as_str())).filter(|id| !id.is_empty())
}

//! `set_event_start_date`: sets the moment that "wait for the event" refers to. `{"at": "{{contact.renewal_date}}"}`

use std::sync::Arc;

use leadhold_kernel::merge_field::render;
use leadhold_kernel::{Error, Timestamp};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{Action, At, Done, Effect, Kind, Turn, Visit, moment, wait};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "set_event_start_date",
    parse,
    attributes: r#"{"required": ["at"], "properties": {"at": {"type": "string"}}}"#,
};

#[derive(Debug)]
struct SetEventStartDate {
    at: String,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    Some(Arc::new(SetEventStartDate { at: from.template("at")? }))
}

impl Action for SetEventStartDate {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let text = render(&self.at, visit.fields);
        match moment::written(&text, &visit.facts.zone) {
            Some(at) => Turn::perform(EventStart(at)),
            None => Turn::Skip(wait::no_moment(&text)),
        }
    }
}

#[derive(Debug)]
struct EventStart(Timestamp);

impl Effect for EventStart {
    fn shown(&self) -> Value {
        json!({"effect": "setEventStartDate", "at": self.0.iso()})
    }

    fn perform(&self, _tx: &mut Tx<'_>, _at: &At<'_>) -> Result<Done, Error> {
        Ok(Done { event_start: Some(self.0), ..Done::with(json!({"eventStart": self.0.iso()})) })
    }
}

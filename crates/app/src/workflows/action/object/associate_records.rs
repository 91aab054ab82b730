//! `associate_records`: relates two records, whosoever they are.
//!
//! ```json
//! {"association": "665f1c2ab0a3c51f2a4f0e11", "first": "{{contact.id}}", "second": "{{steps.pet.recordId}}"}
//! ```
//!
//! `association` is its id; `first` and `second` are records of its first and its second object. Records that are related
//! already are refused, and stay so.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::needed;
use crate::records;
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "associate_records",
    parse,
    attributes: r#"{"required": ["association", "first", "second"], "properties": {
        "association": {"type": "string"}, "first": {"type": "string"}, "second": {"type": "string"}}}"#,
};

#[derive(Debug)]
struct AssociateRecords {
    association: String,
    first: String,
    second: String,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let association = from.text("association");
    let (first, second) = (from.template("first"), from.template("second"));
    Some(Arc::new(AssociateRecords { association: association?, first: first?, second: second? }))
}

impl Action for AssociateRecords {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let text = |name, template| needed(name, template, visit.fields);
        match (text("first", &self.first), text("second", &self.second)) {
            (Ok(first), Ok(second)) => {
                Turn::perform(Relate { association: self.association.clone(), first, second })
            }
            (Err(reason), _) | (_, Err(reason)) => Turn::Skip(reason),
        }
    }
}

#[derive(Debug, Serialize)]
struct Relate {
    association: String,
    first: String,
    second: String,
}

impl Effect for Relate {
    fn shown(&self) -> Value {
        shown("relateRecords", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let made = records::relate(tx, at.cx, at.here, &self.association, &self.first, &self.second)?;
        Ok(Done::with(json!({"relationId": made.id})))
    }
}

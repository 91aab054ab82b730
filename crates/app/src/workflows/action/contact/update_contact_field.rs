//! `update_contact_field`: sets fields of the run's contact, or clears them.
//!
//! ```json
//! {"fields": {"city": "{{inboundWebhookRequest.city}}"},
//!  "customFields": [{"key": "shoe_size", "value": 41}],
//!  "clear": ["website", "contact.last_order"]}
//! ```
//!
//! A value that comes out empty leaves its field alone; what is to be empty stands in `clear`, fields of the contact by
//! their API name and custom fields by id or key. A value that does not fit is left out and named in the output.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{fields, of_run, with_left_out};
use crate::contacts::{self, ContactFields};
use crate::custom_fields::Model;
use crate::workflows::action::custom_values::{self, CustomValue, FieldName};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "update_contact_field",
    parse,
    attributes: r#"{"properties": {
        "fields": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
        "customFields": {"type": "array", "items": {"type": "object", "required": ["value"], "properties": {
            "id": {"type": "string"}, "key": {"type": "string"}, "value": {"type": ["string", "number", "boolean"]}}}},
        "clear": {"type": "array", "maxItems": 200, "items": {"type": "string"}}}}"#,
};

/// The most fields that one step clears.
const MAX_CLEARED: usize = 200;

#[derive(Debug)]
struct UpdateContactField {
    fields: Vec<(String, String)>,
    custom_fields: Vec<(FieldName, String)>,
    clear: Vec<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let fields = fields::parse(from);
    let custom_fields = custom_values::parse(from, &Model::Contact);
    let clear = if from.has("clear") { from.templates("clear", MAX_CLEARED) } else { Vec::new() };
    if !["fields", "customFields", "clear"].into_iter().any(|key| from.has(key)) {
        from.fault("fields", "name at least one field, in `fields`, `customFields` or `clear`");
    }
    Some(Arc::new(UpdateContactField { fields, custom_fields, clear }))
}

impl Action for UpdateContactField {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let contact = match of_run(visit) {
            Ok(contact) => contact,
            Err(turn) => return turn,
        };
        let fields = fields::rendered(&self.fields, visit.fields);
        let custom_fields = custom_values::rendered(&self.custom_fields, visit.fields);
        if fields.is_empty() && custom_fields.is_empty() && self.clear.is_empty() {
            return Turn::Done(json!({"contactId": contact, "unchanged": "Every value came out empty."}));
        }
        Turn::perform(Change { contact, fields, custom_fields, clear: self.clear.clone() })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    contact: Id<id::Contact>,
    fields: Map<String, Value>,
    custom_fields: Vec<CustomValue>,
    clear: Vec<String>,
}

impl Effect for Change {
    fn shown(&self) -> Value {
        shown("updateContact", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let mut left_out = Vec::new();
        let mut change = fields::said(&self.fields, &mut left_out)?;
        let custom: Vec<&str> = self
            .clear
            .iter()
            .map(|name| name.strip_prefix("contact.").unwrap_or(name))
            .filter(|name| !fields::clear(&mut change, name))
            .collect();
        change.custom_fields =
            custom_values::writes(tx, at.here, &Model::Contact, &self.custom_fields, &mut left_out)?;
        change.custom_fields.extend(custom_values::clears(
            tx,
            at.here,
            &Model::Contact,
            &custom,
            &mut left_out,
        )?);
        if change == ContactFields::default() {
            return Err(Error::Validation(left_out));
        }
        contacts::update(tx, at.cx, at.here, self.contact.as_str(), &change)?;
        Ok(Done::with(with_left_out(json!({"contactId": self.contact}), &left_out)))
    }
}

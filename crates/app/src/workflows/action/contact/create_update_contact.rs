//! `create_update_contact`: makes the run's contact, or updates the one that is already there.
//!
//! ```json
//! {"fields": {"firstName": "{{inboundWebhookRequest.firstName}}", "email": "{{inboundWebhookRequest.email}}"},
//!  "customFields": [{"key": "shoe_size", "value": "{{inboundWebhookRequest.size}}"}],
//!  "tags": ["lead"]}
//! ```
//!
//! The one with this e-mail or phone by the location's match order; without either, the run's own. A value that comes out
//! empty says nothing about its field: it neither sets nor clears it. A custom field whose value is one merge field alone
//! takes the value as it is, a list for instance. From then on the run is about this contact.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{add_contact_tag, fields, with_left_out};
use crate::contacts::{self, ContactFields};
use crate::custom_fields::Model;
use crate::workflows::action::custom_values::{self, CustomValue, FieldName};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "create_update_contact",
    parse,
    attributes: r#"{"properties": {
        "fields": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
        "customFields": {"type": "array", "items": {"type": "object", "required": ["value"], "properties": {
            "id": {"type": "string"}, "key": {"type": "string"}, "value": {"type": ["string", "number", "boolean"]}}}},
        "tags": {"type": "array", "items": {"type": ["string", "number", "boolean"]}}}}"#,
};

#[derive(Debug)]
struct CreateUpdateContact {
    fields: Vec<(String, String)>,
    custom_fields: Vec<(FieldName, String)>,
    tags: Vec<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let fields = fields::parse(from);
    let custom_fields = custom_values::parse(from, &Model::Contact);
    let tags = if from.has("tags") { from.templates("tags", add_contact_tag::MAX_TAGS) } else { Vec::new() };
    Some(Arc::new(CreateUpdateContact { fields, custom_fields, tags }))
}

impl Action for CreateUpdateContact {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let fields = fields::rendered(&self.fields, visit.fields);
        let custom_fields = custom_values::rendered(&self.custom_fields, visit.fields);
        let run_contact = visit.facts.contact.as_ref().map(|contact| contact.id.clone());
        if run_contact.is_none() && !fields.contains_key("email") && !fields.contains_key("phone") {
            return Turn::Skip(
                "The contact would have neither e-mail nor phone: both came out empty, so there is nobody to create or \
                 find. Check that the merge fields name what was received."
                    .to_owned(),
            );
        }
        let tags = add_contact_tag::tags(&self.tags, visit.fields);
        Turn::perform(ContactDraft { run_contact, fields, custom_fields, tags })
    }
}

/// What the contact is to become.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ContactDraft {
    /// The run's contact so far: updated when the draft has neither e-mail nor phone to find one by.
    run_contact: Option<Id<id::Contact>>,
    /// Standard fields by their API name; none is empty.
    fields: Map<String, Value>,
    /// Custom fields.
    custom_fields: Vec<CustomValue>,
    /// Tags to add; none is taken away.
    tags: Vec<String>,
}

impl Effect for ContactDraft {
    fn shown(&self) -> Value {
        let mut shown = json!({"effect": "upsertContact"});
        if let (Some(shown), Ok(Value::Object(draft))) = (shown.as_object_mut(), serde_json::to_value(self)) {
            shown.extend(draft);
        }
        shown
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let (cx, here) = (at.cx, at.here);
        let mut left_out = Vec::new();
        let (tags, long) = add_contact_tag::by_length(&self.tags);
        left_out.extend(long);
        let custom_fields =
            custom_values::writes(tx, here, &Model::Contact, &self.custom_fields, &mut left_out)?;
        let fields = ContactFields { custom_fields, ..fields::said(&self.fields, &mut left_out)? };
        let identified = fields.email.is_present() || fields.phone.is_present();
        let (contact, new) = match self.run_contact.as_ref().filter(|_| !identified) {
            Some(own) => (contacts::update(tx, cx, here, own.as_str(), &fields)?, false),
            None => {
                let done = contacts::upsert(tx, cx, here, &fields, false)?;
                (done.contact, done.new)
            }
        };
        if !tags.is_empty() {
            contacts::add_tags(tx, cx, here, contact.id.as_str(), &tags)?;
        }
        let output = with_left_out(json!({"contactId": contact.id, "new": new}), &left_out);
        Ok(Done { contact: Some(contact.id), output, ..Done::default() })
    }
}

//! `create_update_contact`: makes the run's contact, or updates the one that is already there.
//!
//! ```json
//! {"fields": {"firstName": "{{inboundWebhookRequest.firstName}}", "email": "{{inboundWebhookRequest.email}}"},
//!  "customFields": [{"key": "shoe_size", "value": "{{inboundWebhookRequest.size}}"}],
//!  "tags": ["lead"]}
//! ```
//!
//! A value that comes out empty says nothing about its field: it neither sets nor clears it. A custom field whose value is
//! one merge field alone takes the value as it is, a list for instance. From then on the run is about this contact.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::merge_field::{self, render};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Action, At, Done, Effect, Kind, Turn, Visit, add_contact_tag};
use crate::workflows::definition::reader::Fields;
use crate::workflows::records;

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

/// The fields of a contact that can be set, as the contact API spells them.
pub const FIELDS: &[&str] = &[
    "firstName",
    "lastName",
    "name",
    "email",
    "phone",
    "companyName",
    "address1",
    "city",
    "state",
    "country",
    "postalCode",
    "website",
    "timezone",
    "dateOfBirth",
    "gender",
    "source",
];

/// What the contact is to become.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactDraft {
    /// The run's contact so far: updated when the draft has neither e-mail nor phone to find one by.
    pub run_contact: Option<Id<id::Contact>>,
    /// Standard fields by their API name; none is empty.
    pub fields: Map<String, Value>,
    /// Custom fields.
    pub custom_fields: Vec<CustomValue>,
    /// Tags to add; none is taken away.
    pub tags: Vec<String>,
}

/// A custom field and what it is to become.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CustomValue {
    /// The field's id or key.
    pub field: FieldName,
    /// Its new value, not empty.
    pub value: Value,
}

/// A custom field by one of its two names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FieldName {
    /// The id of its definition.
    Id(String),
    /// Its key without `contact.`.
    Key(String),
}

#[derive(Debug)]
struct CreateUpdateContact {
    fields: Vec<(String, String)>,
    custom_fields: Vec<(FieldName, String)>,
    tags: Vec<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let fields = from.template_map("fields", FIELDS.len());
    for (name, _) in fields.iter().filter(|(name, _)| !FIELDS.contains(&name.as_str())) {
        let message = format!("a contact has no field `{name}`; there are {}", FIELDS.join(", "));
        from.fault(&format!("fields.{name}"), message);
    }
    let custom_fields = from.objects("customFields", 200, |field| {
        let name = match (field.optional_text("id"), field.optional_text("key")) {
            (Some(id), None) => Some(FieldName::Id(id)),
            (None, Some(key)) => {
                let key = key.trim_start_matches("{{").trim_end_matches("}}").trim();
                Some(FieldName::Key(key.strip_prefix("contact.").unwrap_or(key).to_owned()))
            }
            _ => {
                field.fault("id", "name the custom field by `id` or by `key`, one of the two");
                None
            }
        };
        let value = field.scalar_template("value");
        Some((name?, value?))
    });
    let tags = if from.has("tags") { from.templates("tags", add_contact_tag::MAX_TAGS) } else { Vec::new() };
    Some(Arc::new(CreateUpdateContact { fields, custom_fields, tags }))
}

impl Action for CreateUpdateContact {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let text =
            |template: &String| Some(render(template, visit.fields)).filter(|text| !text.trim().is_empty());
        let standard =
            |(name, template): &(String, String)| Some((name.clone(), Value::String(text(template)?)));
        let fields: Map<String, Value> = self.fields.iter().filter_map(standard).collect();
        let custom = |(field, template): &(FieldName, String)| {
            let whole =
                merge_field::sole_field(template).and_then(|path| merge_field::find(visit.fields, &path));
            let value = match whole {
                Some(Value::Null) => None,
                Some(Value::String(_)) | None => text(template).map(Value::String),
                Some(other) => Some(other.clone()),
            };
            Some(CustomValue { field: field.clone(), value: value? })
        };
        let custom_fields: Vec<CustomValue> = self.custom_fields.iter().filter_map(custom).collect();
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

impl Effect for ContactDraft {
    fn shown(&self) -> Value {
        let mut shown = json!({"effect": "upsertContact"});
        if let (Some(shown), Ok(Value::Object(draft))) = (shown.as_object_mut(), serde_json::to_value(self)) {
            shown.extend(draft);
        }
        shown
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        records::upsert_contact(tx, at.cx, at.here, self)
    }
}

//! `find_contact`: the run is about another contact from here on, if there is one.
//!
//! ```json
//! {"fields": {"email": "{{inboundWebhookRequest.email}}", "phone": "{{inboundWebhookRequest.phone}}"},
//!  "customFields": [{"key": "customer_number", "value": "{{inboundWebhookRequest.number}}"}],
//!  "match": "any", "found": {"next": "greet"}, "notFound": {"next": "create"}}
//! ```
//!
//! `match`: `all` (also when absent) finds who has all of the values, so one that comes out empty finds nobody; `any` takes
//! them in the order written, and the first that finds somebody counts. Of several contacts it is the newest. Without
//! `found` and `notFound` the run goes on with the step's `next` either way.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::merge_field::text_of;
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::fields;
use crate::contacts;
use crate::custom_fields::{self, Model};
use crate::tenant::LocationScope;
use crate::workflows::action::custom_values::{self, FieldName};
use crate::workflows::action::exits::Exits;
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "find_contact",
    parse,
    attributes: r#"{"properties": {
        "fields": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
        "customFields": {"type": "array", "items": {"type": "object", "required": ["value"], "properties": {
            "id": {"type": "string"}, "key": {"type": "string"}, "value": {"type": ["string", "number", "boolean"]}}}},
        "match": {"enum": ["all", "any"]},
        "found": {"type": "object", "properties": {"name": {"type": "string"}, "next": {"type": "string"}}},
        "notFound": {"type": "object", "properties": {"name": {"type": "string"}, "next": {"type": "string"}}}}}"#,
};

/// The fields to find by, as a step and as a search of contacts spell them.
const FIELDS: &[(&str, &str)] = &[
    ("id", "id"),
    ("email", "email"),
    ("phone", "phone"),
    ("name", "contactName"),
    ("firstName", "firstNameLowerCase"),
    ("lastName", "lastNameLowerCase"),
    ("companyName", "companyName"),
    ("address1", "address"),
    ("city", "city"),
    ("state", "state"),
    ("country", "country"),
    ("postalCode", "postalCode"),
    ("source", "source"),
    ("assignedTo", "assignedTo"),
];

#[derive(Debug)]
struct FindContact {
    fields: Vec<(&'static str, String)>,
    custom_fields: Vec<(FieldName, String)>,
    any: bool,
    exits: Exits,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let mut named = Vec::new();
    for (name, template) in from.template_map("fields", FIELDS.len()) {
        match FIELDS.iter().find(|(known, _)| *known == name) {
            Some((_, searched)) => named.push((*searched, template)),
            None => {
                let known: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).collect();
                let message = format!("a contact is not found by `{name}`; there are {}", known.join(", "));
                from.fault(&format!("fields.{name}"), message);
            }
        }
    }
    let custom_fields = custom_values::parse(from, &Model::Contact);
    if !from.has("fields") && !from.has("customFields") {
        from.fault("fields", "name at least one field to find the contact by");
    }
    let any = from.has("match") && from.choice("match", &[("all", false), ("any", true)])?;
    Some(Arc::new(FindContact { fields: named, custom_fields, any, exits: Exits::parse(from) }))
}

impl Action for FindContact {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let text = |template: &String| {
            leadhold_kernel::merge_field::render(template, visit.fields).trim().to_owned()
        };
        let fields = self.fields.iter().map(|(name, template)| (*name, text(template))).collect();
        let custom_fields = self.custom_fields.iter().map(|(name, template)| {
            let value = custom_values::value_of(template, visit.fields).and_then(|value| text_of(&value));
            (name.clone(), value.unwrap_or_default())
        });
        let custom_fields = custom_fields.collect();
        Turn::perform(Find { fields, custom_fields, any: self.any, exits: self.exits.clone() })
    }

    fn exits(&self) -> Vec<(String, Option<String>)> {
        self.exits.all()
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Find {
    fields: Vec<(&'static str, String)>,
    custom_fields: Vec<(FieldName, String)>,
    any: bool,
    #[serde(skip)]
    exits: Exits,
}

impl Effect for Find {
    fn shown(&self) -> Value {
        shown("findContact", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let wanted = self.wanted(tx, at.here)?;
        let found = if self.any {
            let mut found = None;
            for one in wanted.iter().filter(|(_, value)| !value.is_empty()) {
                found = contacts::newest_with(tx, at.here, std::slice::from_ref(one))?;
                if found.is_some() {
                    break;
                }
            }
            found
        } else if wanted.iter().any(|(_, value)| value.is_empty()) {
            None
        } else {
            contacts::newest_with(tx, at.here, &wanted)?
        };
        let contact = found.map(|contact| contact.id);
        Ok(Done {
            then: self.exits.then(contact.is_some()),
            output: json!({"found": contact.is_some(), "contactId": contact}),
            contact,
            ..Done::default()
        })
    }
}

impl Find {
    /// What a search of contacts asks for.
    fn wanted(&self, tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<(String, String)>, Error> {
        let mut wanted: Vec<_> =
            self.fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        if !self.custom_fields.is_empty() {
            let definitions = custom_fields::list(tx, here, &Model::Contact)?;
            for (name, value) in &self.custom_fields {
                let field = definitions.iter().find(|field| name.names(field)).ok_or_else(|| {
                    let name = fields::start_of(name.text());
                    Error::field(format!("{name}: the location has no such custom field"))
                })?;
                wanted.push((format!("customFields.{}", field.id), value.clone()));
            }
        }
        Ok(wanted)
    }
}

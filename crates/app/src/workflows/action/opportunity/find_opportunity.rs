//! `find_opportunity`: the run is about another opportunity from here on, if there is one.
//!
//! ```json
//! {"pipeline": "Sales", "stage": "Proposal Sent", "status": "open", "name": "{{inboundWebhookRequest.deal}}",
//!  "customFields": [{"key": "order_number", "value": "{{inboundWebhookRequest.order}}"}], "order": "newest",
//!  "found": {"next": "win"}, "notFound": {"next": "create"}}
//! ```
//!
//! All that is said must hold, and it is one of the run's contact, if the run has one; a run without one is about the
//! contact of what it finds. A value that comes out empty finds nothing. Of several it is the `newest` (also when absent) or
//! the `oldest`. Without `found` and `notFound` the run goes on with the step's `next` either way.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::merge_field::{render, text_of};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::{pipeline, stage, start_of};
use crate::custom_fields::{self, Model};
use crate::opportunities;
use crate::workflows::action::custom_values::{self, FieldName};
use crate::workflows::action::exits::Exits;
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "find_opportunity",
    parse,
    attributes: r#"{"properties": {
        "id": {"type": "string"}, "pipeline": {"type": "string"}, "stage": {"type": "string"}, "status": {"type": "string"},
        "name": {"type": "string"}, "source": {"type": "string"}, "assignedTo": {"type": "string"},
        "customFields": {"type": "array", "items": {"type": "object", "required": ["value"], "properties": {
            "id": {"type": "string"}, "key": {"type": "string"}, "value": {"type": ["string", "number", "boolean"]}}}},
        "order": {"enum": ["newest", "oldest"]},
        "found": {"type": "object", "properties": {"name": {"type": "string"}, "next": {"type": "string"}}},
        "notFound": {"type": "object", "properties": {"name": {"type": "string"}, "next": {"type": "string"}}}}}"#,
};

/// The fields to find by.
const FIELDS: [&str; 7] = ["id", "pipeline", "stage", "status", "name", "source", "assignedTo"];

#[derive(Debug)]
struct FindOpportunity {
    fields: Vec<(&'static str, String)>,
    custom_fields: Vec<(FieldName, String)>,
    oldest: bool,
    exits: Exits,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let fields: Vec<_> =
        FIELDS.into_iter().filter_map(|name| Some((name, from.optional_template(name)?))).collect();
    let custom_fields = custom_values::parse(from, &Model::Opportunity);
    if from.has("stage") && !from.has("pipeline") {
        from.fault("stage", "a stage is found in its pipeline; name that in `pipeline`");
    }
    let oldest = from.has("order") && from.choice("order", &[("newest", false), ("oldest", true)])?;
    Some(Arc::new(FindOpportunity { fields, custom_fields, oldest, exits: Exits::parse(from) }))
}

impl Action for FindOpportunity {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let text = |template: &String| render(template, visit.fields).trim().to_owned();
        let custom = |(name, template): &(FieldName, String)| {
            let value = custom_values::value_of(template, visit.fields).and_then(|value| text_of(&value));
            (name.clone(), value.unwrap_or_default())
        };
        Turn::perform(Find {
            contact: visit.facts.contact.as_ref().map(|contact| contact.id.clone()),
            fields: self.fields.iter().map(|(name, template)| (*name, text(template))).collect(),
            custom_fields: self.custom_fields.iter().map(custom).collect(),
            oldest: self.oldest,
            exits: self.exits.clone(),
        })
    }

    fn exits(&self) -> Vec<(String, Option<String>)> {
        self.exits.all()
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Find {
    contact: Option<Id<id::Contact>>,
    fields: Vec<(&'static str, String)>,
    custom_fields: Vec<(FieldName, String)>,
    oldest: bool,
    #[serde(skip)]
    exits: Exits,
}

impl Effect for Find {
    fn shown(&self) -> Value {
        shown("findOpportunity", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let wanted = self.wanted(tx, at)?;
        let nothing = wanted.is_empty() || wanted.iter().any(|(_, value)| value.is_empty());
        let found = match nothing {
            true => None,
            false => opportunities::with_values(tx, at.here, &wanted, self.oldest, 1)?.pop(),
        };
        let then = self.exits.then(found.is_some());
        let id = found.as_ref().map(|found| found.id.clone());
        let contact = found.filter(|_| self.contact.is_none()).map(|found| found.contact_id);
        let output = json!({"found": id.is_some(), "opportunityId": id});
        Ok(Done { contact, opportunity: id, output, then, ..Done::default() })
    }
}

impl Find {
    /// What a search of opportunities asks for; none at all when nothing says which.
    fn wanted(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Vec<(String, String)>, Error> {
        let mut wanted = Vec::new();
        if let Some(contact) = &self.contact {
            wanted.push(("contactId".to_owned(), contact.to_string()));
        }
        let said = |name: &str| self.fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        if let Some(name) = said("pipeline").filter(|name| !name.is_empty()) {
            let pipeline = pipeline(tx, at.here, name)?;
            if let Some(name) = said("stage").filter(|name| !name.is_empty()) {
                wanted.push(("pipelineStageId".to_owned(), stage(&pipeline, name)?.id.to_string()));
            }
            wanted.push(("pipelineId".to_owned(), pipeline.id.to_string()));
        }
        for (name, value) in &self.fields {
            let resolved = matches!(*name, "pipeline" | "stage") && !value.is_empty();
            if !resolved {
                let value = if *name == "status" { value.to_lowercase() } else { value.clone() };
                wanted.push(((*name).to_owned(), value));
            }
        }
        if !self.custom_fields.is_empty() {
            let definitions = custom_fields::list(tx, at.here, &Model::Opportunity)?;
            for (name, value) in &self.custom_fields {
                let field = definitions.iter().find(|field| name.names(field)).ok_or_else(|| {
                    let name = start_of(name.text());
                    Error::field(format!("{name}: the location has no such custom field"))
                })?;
                wanted.push((format!("customFields.{}", field.id), value.clone()));
            }
        }
        Ok(wanted)
    }
}

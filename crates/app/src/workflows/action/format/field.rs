//! The field that keeps what a step brought: `contact.points`, `opportunity.discount`.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::contacts::{self, ContactFields};
use crate::custom_fields::Model;
use crate::opportunities::{self, OpportunityFields};
use crate::workflows::action::contact::fields;
use crate::workflows::action::custom_values::{self, CustomValue, FieldName};
use crate::workflows::action::{At, Done, Effect, Turn, Visit, contact, opportunity, shown};
use crate::workflows::definition::reader::Fields;

/// Where a result goes beside the run's outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    model: Model,
    name: String,
}

impl Field {
    /// Reads `field`, which may be absent; faults go where `from` says.
    pub fn parse(from: &Fields<'_>) -> Option<Self> {
        let text = from.optional_text("field")?;
        let bare = text.trim().trim_start_matches("{{").trim_end_matches("}}").trim();
        for model in [Model::Contact, Model::Opportunity] {
            let name = bare.strip_prefix(model.key()).and_then(|rest| rest.strip_prefix('.'));
            if let Some(name) = name.filter(|name| !name.is_empty()) {
                return Some(Self { model, name: name.to_owned() });
            }
        }
        from.fault("field", "name the field as `contact.<field>` or `opportunity.<custom field>`");
        None
    }
}

/// The end of a step: its output, kept in a field where one is named.
pub fn finish(visit: &Visit<'_>, field: Option<&Field>, output: Value) -> Turn {
    let Some(field) = field else { return Turn::Done(output) };
    let contact = match (&field.model, contact::of_run(visit)) {
        (Model::Contact, Err(turn)) => return turn,
        (_, contact) => contact.ok(),
    };
    let value = match &output["result"] {
        Value::Null => Value::String(String::new()),
        value => value.clone(),
    };
    Turn::Perform(Arc::new(Keep { contact, field: field.clone(), value, output }))
}

#[derive(Debug)]
struct Keep {
    contact: Option<Id<id::Contact>>,
    field: Field,
    value: Value,
    output: Value,
}

#[derive(Serialize)]
struct Shown<'k> {
    field: String,
    value: &'k Value,
}

impl Effect for Keep {
    fn shown(&self) -> Value {
        let field = format!("{}.{}", self.field.model.key(), self.field.name);
        shown("keepResult", &Shown { field, value: &self.value })
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        match &self.contact {
            Some(contact) if self.field.model == Model::Contact => self.on_contact(tx, at, contact)?,
            _ => self.on_opportunity(tx, at)?,
        }
        Ok(Done::with(self.output.clone()))
    }
}

impl Keep {
    fn on_contact(&self, tx: &mut Tx<'_>, at: &At<'_>, contact: &Id<id::Contact>) -> Result<(), Error> {
        let mut left_out = Vec::new();
        let change = if fields::FIELDS.contains(&self.field.name.as_str()) {
            let text = leadhold_kernel::merge_field::text_of(&self.value).unwrap_or_default();
            let values = Map::from_iter([(self.field.name.clone(), Value::String(text))]);
            fields::said(&values, &mut left_out)?
        } else {
            let custom_fields = self.custom(tx, at, &mut left_out)?;
            ContactFields { custom_fields, ..ContactFields::default() }
        };
        if !left_out.is_empty() {
            return Err(Error::Validation(left_out));
        }
        contacts::update(tx, at.cx, at.here, contact.as_str(), &change).map(drop)
    }

    fn on_opportunity(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<(), Error> {
        let own = opportunity::of_run(tx, at)?;
        let mut left_out = Vec::new();
        let custom_fields = self.custom(tx, at, &mut left_out)?;
        if !left_out.is_empty() {
            return Err(Error::Validation(left_out));
        }
        let change = OpportunityFields { custom_fields, ..OpportunityFields::default() };
        opportunities::update(tx, at.cx, at.here, own.id.as_str(), &change).map(drop)
    }

    fn custom(
        &self,
        tx: &mut Tx<'_>,
        at: &At<'_>,
        left_out: &mut Vec<String>,
    ) -> Result<Vec<crate::custom_fields::FieldWrite>, Error> {
        let value = CustomValue { field: FieldName::Key(self.field.name.clone()), value: self.value.clone() };
        custom_values::writes(tx, at.here, &self.field.model, &[value], left_out)
    }
}

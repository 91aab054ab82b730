//! `create_update_opportunity`: makes an opportunity with the run's contact, or changes the one that is there.
//!
//! ```json
//! {"pipeline": "Sales", "stage": "Proposal Sent", "name": "{{contact.name}}", "status": "open",
//!  "monetaryValue": "{{inboundWebhookRequest.total}}", "source": "web", "assignedTo": "{{contact.assigned_to}}",
//!  "customFields": [{"key": "product", "value": "{{inboundWebhookRequest.product}}"}],
//!  "allowDuplicates": false, "allowMoveBackwards": false}
//! ```
//!
//! The run's own opportunity is changed, where it is in the pipeline named (or none is named); else the contact's open one
//! there, else its latest there; else one is made, which needs a pipeline. With `allowDuplicates` one is always made. A
//! pipeline and a stage go by id or name. Without `allowMoveBackwards` an opportunity never goes to an earlier stage of its
//! pipeline. From then on the run is about this opportunity.

use std::sync::Arc;

use leadhold_kernel::date::Date;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, Patch};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::{pipeline, stage, start_of, text};
use crate::custom_fields::Model;
use crate::opportunities::pipelines::Pipeline;
use crate::opportunities::{self, Opportunity, OpportunityFields, Status};
use crate::workflows::action::contact::{self, with_left_out};
use crate::workflows::action::custom_values::{self, CustomValue, FieldName};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, people, shown, within};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "create_update_opportunity",
    parse,
    attributes: r#"{"properties": {
        "pipeline": {"type": "string"}, "stage": {"type": "string"}, "name": {"type": "string"}, "status": {"type": "string"},
        "monetaryValue": {"type": ["string", "number"]}, "source": {"type": "string"}, "assignedTo": {"type": "string"},
        "lostReasonId": {"type": "string"}, "closeDate": {"type": "string"},
        "customFields": {"type": "array", "items": {"type": "object", "required": ["value"], "properties": {
            "id": {"type": "string"}, "key": {"type": "string"}, "value": {"type": ["string", "number", "boolean"]}}}},
        "allowDuplicates": {"type": "boolean", "default": false},
        "allowMoveBackwards": {"type": "boolean", "default": false}}}"#,
};

/// As in the API of opportunities: the longest text in characters, and what one is worth at most, either way.
const LONGEST: usize = 500;
const MOST_WORTH: f64 = 1e12;

#[derive(Debug)]
struct CreateUpdateOpportunity {
    said: Said,
    custom_fields: Vec<(FieldName, String)>,
    allow_duplicates: bool,
    allow_move_backwards: bool,
}

/// What is said about the opportunity: templates, and then what they come to.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    pipeline: Option<String>,
    stage: Option<String>,
    name: Option<String>,
    status: Option<String>,
    monetary_value: Option<String>,
    source: Option<String>,
    assigned_to: Option<String>,
    lost_reason_id: Option<String>,
    close_date: Option<String>,
}

impl Said {
    fn each(of: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            pipeline: of("pipeline"),
            stage: of("stage"),
            name: of("name"),
            status: of("status"),
            monetary_value: of("monetaryValue"),
            source: of("source"),
            assigned_to: of("assignedTo"),
            lost_reason_id: of("lostReasonId"),
            close_date: of("closeDate"),
        }
    }

    fn rendered(&self, fields: &Value) -> Self {
        let of = |template: &Option<String>| text(template.as_ref(), fields);
        Self {
            pipeline: of(&self.pipeline),
            stage: of(&self.stage),
            name: of(&self.name),
            status: of(&self.status),
            monetary_value: of(&self.monetary_value),
            source: of(&self.source),
            assigned_to: of(&self.assigned_to),
            lost_reason_id: of(&self.lost_reason_id),
            close_date: of(&self.close_date),
        }
    }
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let said = Said::each(|key| from.optional_template(key));
    let custom_fields = custom_values::parse(from, &Model::Opportunity);
    let flag = |key| from.flag(key).unwrap_or(false);
    let (allow_duplicates, allow_move_backwards) = (flag("allowDuplicates"), flag("allowMoveBackwards"));
    if let Some(status) = said.status.as_deref().filter(|status| !status.contains("{{"))
        && Status::parse(status).is_none()
    {
        from.fault("status", format!("must be one of {}", Status::NAMES.join(", ")));
    }
    Some(Arc::new(CreateUpdateOpportunity { said, custom_fields, allow_duplicates, allow_move_backwards }))
}

impl Action for CreateUpdateOpportunity {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let contact = match contact::of_run(visit) {
            Ok(contact) => contact,
            Err(turn) => return turn,
        };
        Turn::perform(Upsert {
            contact,
            said: self.said.rendered(visit.fields),
            custom_fields: custom_values::rendered(&self.custom_fields, visit.fields),
            allow_duplicates: self.allow_duplicates,
            allow_move_backwards: self.allow_move_backwards,
        })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Upsert {
    contact: Id<id::Contact>,
    #[serde(flatten)]
    said: Said,
    custom_fields: Vec<CustomValue>,
    allow_duplicates: bool,
    allow_move_backwards: bool,
}

impl Effect for Upsert {
    fn shown(&self) -> Value {
        let mut shown = shown("upsertOpportunity", self);
        if let Some(shown) = shown.as_object_mut() {
            shown.retain(|_, value| !value.is_null());
        }
        shown
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let named = self.said.pipeline.as_deref().map(|name| pipeline(tx, at.here, name)).transpose()?;
        let mut left_out = Vec::new();
        let mut fields = self.fields(tx, at, &mut left_out)?;
        let before = self.there(tx, at, named.as_ref())?;
        let in_pipeline = match (named, &before) {
            (Some(named), _) => named,
            (None, Some(before)) => pipeline(tx, at.here, before.pipeline_id.as_str())?,
            (None, None) => {
                return Err(Error::bad_request(
                    "The run has no opportunity yet, and no pipeline is named to make one in.",
                ));
            }
        };
        fields.pipeline_id = Some(in_pipeline.id.to_string());
        self.place(&in_pipeline, before.as_ref(), &mut fields, &mut left_out)?;
        let (after, new) = match &before {
            Some(before) => (opportunities::update(tx, at.cx, at.here, before.id.as_str(), &fields)?, false),
            None => (opportunities::create(tx, at.cx, at.here, self.contact.as_str(), &fields)?, true),
        };
        let output = json!({"opportunityId": after.id, "new": new});
        let opportunity = Some(after.id);
        Ok(Done { opportunity, output: with_left_out(output, &left_out), ..Done::default() })
    }
}

impl Upsert {
    /// The opportunity to change; held.
    fn there(
        &self,
        tx: &mut Tx<'_>,
        at: &At<'_>,
        named: Option<&Pipeline>,
    ) -> Result<Option<Opportunity>, Error> {
        if self.allow_duplicates {
            return Ok(None);
        }
        let own = at.run.state.opportunity.as_ref().map(|own| opportunities::find(tx, at.here, own.as_str()));
        let own =
            own.transpose()?.flatten().filter(|own| named.is_none_or(|named| named.id == own.pipeline_id));
        let id = match (own, named) {
            (Some(own), _) => Some(own.id.to_string()),
            (None, Some(named)) => {
                opportunities::meant(tx, at.here, self.contact.as_str(), named.id.as_str())?
            }
            (None, None) => None,
        };
        id.map(|id| opportunities::hold(tx, at.here, &id)).transpose()
    }

    /// The stage, unless it would be a step back that is not allowed.
    fn place(
        &self,
        pipeline: &Pipeline,
        before: Option<&Opportunity>,
        fields: &mut OpportunityFields,
        left_out: &mut Vec<String>,
    ) -> Result<(), Error> {
        let Some(name) = self.said.stage.as_deref() else { return Ok(()) };
        let to = stage(pipeline, name)?;
        let now = before.and_then(|before| pipeline.stages.iter().find(|stage| stage.id == before.stage_id));
        match now {
            Some(now) if to.position < now.position && !self.allow_move_backwards => {
                left_out.push(format!("stage: `{}` lies before `{}`", to.name, now.name));
            }
            _ => fields.stage_id = Some(to.id.to_string()),
        }
        Ok(())
    }

    /// Everything else. A value that does not fit is left out.
    fn fields(
        &self,
        tx: &mut Tx<'_>,
        at: &At<'_>,
        left_out: &mut Vec<String>,
    ) -> Result<OpportunityFields, Error> {
        let said = &self.said;
        within("name", said.name.as_deref().unwrap_or_default(), LONGEST)?;
        within("source", said.source.as_deref().unwrap_or_default(), LONGEST)?;
        let mut fields = OpportunityFields { name: said.name.clone(), ..OpportunityFields::default() };
        fields.source = patch(said.source.clone());
        fields.lost_reason_id = patch(said.lost_reason_id.clone());
        if let Some(status) = &said.status {
            fields.status = Status::parse(&status.to_lowercase());
            if fields.status.is_none() {
                left_out.push(format!(
                    "status: `{}` is not one of {}",
                    start_of(status),
                    Status::NAMES.join(", ")
                ));
            }
        }
        if let Some(text) = &said.monetary_value {
            match text.parse::<f64>().ok().filter(|value| value.abs() <= MOST_WORTH) {
                Some(value) => fields.monetary_value = Patch::Value(value),
                None => left_out.push(format!("monetaryValue: `{}` is no amount", start_of(text))),
            }
        }
        if let Some(text) = &said.close_date {
            match Date::parse(text) {
                Some(date) => fields.close_date = Patch::Value(date),
                None => left_out.push(format!("closeDate: `{}` is no date", start_of(text))),
            }
        }
        if let Some(user) = &said.assigned_to {
            match people::find(tx, at.here, user)? {
                Some(user) => fields.assigned_to = Patch::Value(user.id.to_string()),
                None => left_out.push(format!("assignedTo: the location has no user `{}`", start_of(user))),
            }
        }
        fields.custom_fields =
            custom_values::writes(tx, at.here, &Model::Opportunity, &self.custom_fields, left_out)?;
        Ok(fields)
    }
}

fn patch(said: Option<String>) -> Patch<String> {
    said.map_or(Patch::Absent, Patch::Value)
}

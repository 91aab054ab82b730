//! Campaigns on the engine: a campaign's plan becomes the definition of a workflow of its own, which no list shows, and each
//! contact that becomes active in the campaign a run of it.
//!
//! What is guaranteed:
//! - A run stays on the plan that held when its contact came in.
//! - Before each of its steps a run looks whether its contact is still active: who was taken out hears nothing more.
//! - A run's end and the contact's new status in the campaign are one transaction.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, Event, EventKind};
use leadhold_queue::{Consumer, StoredEvent};
use leadhold_store::{Json, Tx, json_text, params};
use serde_json::{Map, Value, json};

use super::engine::{Input, Phase, RunState};
use super::model::Run;
use super::trigger::campaign::CAMPAIGN_STATUS;
use super::{enrol, runs, sql};
use crate::campaigns::{self, Campaign, Place, Progress};
use crate::tenant::LocationScope;

/// The trigger of a campaign's workflow.
const ENTERED: &str = "entered";
/// How much of a reply is told, in characters.
const LONGEST_REPLY: usize = 500;

/// Begins a run when a contact becomes active in a campaign, and ends it when the contact is taken out.
#[derive(Debug)]
pub struct CampaignRuns;

impl Consumer for CampaignRuns {
    fn name(&self) -> &'static str {
        "campaigns"
    }

    fn consume(&self, tx: &mut Tx<'_>, cx: &Cx, stored: &StoredEvent) -> Result<(), Error> {
        let event = &stored.event;
        let Some(here) =
            LocationScope::of_event(event).filter(|_| event.kind == EventKind::CampaignStatusUpdate)
        else {
            return Ok(());
        };
        match event.payload["status"].as_str() {
            Some("active") => begin(tx, cx, &here, event),
            Some("removed") => end(tx, cx, &here, event),
            _ => Ok(()),
        }
    }
}

fn begin(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, event: &Event) -> Result<(), Error> {
    let place = campaigns::place_of_id(tx, here, &event.record_id)?;
    let Some(place) = place.filter(|place| place.progress == Progress::Active) else { return Ok(()) };
    let campaign = campaigns::get(tx, here, place.campaign_id.as_str())?;
    if !campaigns::plan::has_steps(&campaign.plan) {
        return Ok(());
    }
    let workflow = ensure_workflow(tx, cx, here, &campaign)?;
    let run = Run {
        id: Id::generate(cx.random.as_ref()),
        workflow_id: workflow,
        version: campaign.version,
        trigger_id: ENTERED.to_owned(),
        trigger_type: CAMPAIGN_STATUS.name.to_owned(),
        trigger_data: named((CAMPAIGN_STATUS.data)(event), &campaign.name),
        event_id: event.id.clone(),
        cause: event.cause.clone(),
        state: RunState::new(Id::parse(&place.contact_id)),
        started_at: cx.now,
        updated_at: cx.now,
        ended_at: None,
    };
    runs::begin(tx, cx, here, &run)?;
    Ok(())
}

/// What the run is told of its campaign, with the campaign's name, which the event does not have.
fn named(mut data: Value, name: &str) -> Value {
    data["name"] = Value::from(name);
    data
}

fn end(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, event: &Event) -> Result<(), Error> {
    let text = |key: &str| event.payload[key].as_str().unwrap_or_default();
    match workflow_of(tx, here, text("templateId"))? {
        Some(workflow) => enrol::end_runs(tx, cx, here, text("contactId"), &workflow, |run| {
            run.trigger_data["place_id"].as_str() == Some(event.record_id.as_str())
        }),
        None => Ok(()),
    }
}

fn workflow_of(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    campaign: &str,
) -> Result<Option<Id<id::Workflow>>, Error> {
    Ok(tx.query_opt(sql::OF_CAMPAIGN, params![here.location_id(), campaign], |row| row.get(0))?)
}

/// The campaign's workflow, with the definition of the campaign's version.
fn ensure_workflow(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    campaign: &Campaign,
) -> Result<Id<id::Workflow>, Error> {
    tx.lock(&format!("workflow of campaign {}", campaign.id))?;
    let (name, version) = (&campaign.name, campaign.version);
    let id = match workflow_of(tx, here, campaign.id.as_str())? {
        Some(id) => {
            tx.exec(sql::RENEW_OF_CAMPAIGN, params![&id, here.location_id(), name, version, cx.now])?;
            id
        }
        None => {
            let id = Id::generate(cx.random.as_ref());
            let (company, location) = (here.company_id(), here.location_id());
            let row = params![&id, company, location, name, version, cx.now, &campaign.id];
            tx.exec(sql::INSERT_OF_CAMPAIGN, row)?;
            id
        }
    };
    let definition = json_text(&definition(campaign));
    tx.exec(sql::INSERT_VERSION_ONCE, params![&id, here.location_id(), version, definition, cx.now])?;
    Ok(id)
}

/// The definition that a campaign's plan stands for.
fn definition(campaign: &Campaign) -> Value {
    let plan = &campaign.plan;
    let mut steps: Vec<Value> = Vec::new();
    for (i, step) in plan["steps"].as_array().into_iter().flatten().enumerate() {
        let number = i + 1;
        let after = step.get("after").filter(|after| after["value"].as_i64().is_some_and(|value| value > 0));
        if let Some(after) = after {
            steps.push(json!({"id": format!("wait-{number}"), "type": "wait", "attributes": {"for": after}}));
        }
        let kind = match step["type"].as_str() {
            Some("email") => "send_email",
            Some("sms") => "send_sms",
            Some(other) => other,
            None => continue,
        };
        let attributes = step.as_object().into_iter().flatten();
        let attributes: Map<String, Value> = attributes
            .filter(|(key, _)| *key != "type" && *key != "after")
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        steps.push(json!({"id": format!("step-{number}"), "type": kind, "attributes": attributes}));
    }
    let ids: Vec<Value> = steps.iter().map(|step| step["id"].clone()).collect();
    for (step, next) in steps.iter_mut().zip(ids.into_iter().skip(1)) {
        step["next"] = next;
    }
    let mut settings = json!({"stopOnResponse": plan["stopOnReply"]});
    for key in ["timeWindow", "timezone", "sender"] {
        if let Some(value) = plan.get(key) {
            settings[key] = value.clone();
        }
    }
    let trigger = json!({"id": ENTERED, "type": CAMPAIGN_STATUS.name});
    json!({"name": campaign.name, "triggers": [trigger], "steps": steps, "settings": settings})
}

/// A run's place in its campaign.
#[derive(Debug)]
pub struct OfRun {
    place_id: String,
    /// The place as it is now; `None` when the contact was taken out.
    place: Option<Place>,
    /// What the contact says, if that is what moves the run.
    said: String,
}

/// The place that a run is about; `None` when it is no campaign's. A contact that became part of another has left its place
/// to that one, and the run is about it from then on.
///
/// # Errors
/// When the store fails.
pub fn of_run(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    run: &mut Run,
    input: &Input,
) -> Result<Option<OfRun>, Error> {
    if campaign_of(tx, here, run)?.is_none() {
        return Ok(None);
    }
    let place_id = run.trigger_data["place_id"].as_str().unwrap_or_default().to_owned();
    let place = campaigns::place_of_id(tx, here, &place_id)?;
    if let Some(place) = &place {
        run.state.contact = Id::parse(&place.contact_id);
    }
    let said = match input {
        Input::Happened(what) => what.data["body"].as_str().unwrap_or_default(),
        _ => "",
    };
    let said = said.chars().take(LONGEST_REPLY).collect();
    Ok(Some(OfRun { place_id, place, said }))
}

/// The server could not take a run further: if it is a campaign's, the contact's place is told so.
///
/// # Errors
/// When the store fails.
pub fn gave_up(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, run: &Id<id::Run>) -> Result<(), Error> {
    let asked = params![run, here.location_id(), CAMPAIGN_STATUS.name];
    let data: Option<Json<Value>> = tx.query_opt(sql::OF_A_CAMPAIGN, asked, |row| row.get(0))?;
    match data.as_ref().and_then(|Json(data)| data["place_id"].as_str()) {
        Some(place) => campaigns::settle(tx, cx, here, place, Progress::Failed, ""),
        None => Ok(()),
    }
}

/// The campaign whose run it is, if it is a campaign's.
///
/// # Errors
/// When the store fails.
pub fn campaign_of(tx: &mut Tx<'_>, here: &LocationScope, run: &Run) -> Result<Option<String>, Error> {
    if run.trigger_type != CAMPAIGN_STATUS.name {
        return Ok(None);
    }
    let campaign =
        tx.query_opt(sql::CAMPAIGN_OF, params![&run.workflow_id, here.location_id()], |row| row.get(0))?;
    Ok(campaign.flatten())
}

impl OfRun {
    /// Whether the contact is still to hear from the campaign.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.place.as_ref().is_some_and(|place| place.progress == Progress::Active)
    }

    /// The run is where it is now: if that is an end, it is the contact's end in the campaign.
    ///
    /// # Errors
    /// When the store fails.
    pub fn settle(
        &self,
        tx: &mut Tx<'_>,
        cx: &Cx,
        here: &LocationScope,
        state: &RunState,
    ) -> Result<(), Error> {
        let (progress, replied) = match &state.phase {
            Phase::Finished => (Progress::Completed, ""),
            Phase::Stopped { .. } => (Progress::Replied, self.said.as_str()),
            Phase::Failed { .. } => (Progress::Failed, ""),
            _ => return Ok(()),
        };
        campaigns::settle(tx, cx, here, &self.place_id, progress, replied)
    }
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::Timestamp;

    use super::*;
    use crate::campaigns::Status;
    use crate::workflows::definition::Definition;

    #[test]
    fn every_plan_is_a_workflow_that_can_run() {
        let plan = json!({
            "steps": [
                {"type": "email", "subject": "Hi", "html": "<p>{{contact.name}}</p>", "text": "Hi", "fromName": "A", "fromEmail": "a@b.c"},
                {"type": "sms", "after": {"value": 2, "unit": "minutes"}, "message": "Hi {{contact.x | default: \"you\"}}", "from": "+1"},
                {"type": "voicemail", "after": {"value": 0, "unit": "days"}, "recording": "https://example.com/a.mp3"},
                {"type": "call", "after": {"value": 3000, "unit": "days"}, "whisper": "Hi"},
                {"type": "call", "after": {"value": 365, "unit": "days"}},
            ],
            "stopOnReply": false, "timezone": "contact", "sender": {"name": "A", "email": "a@b.c", "phone": "+1"},
            "timeWindow": {"days": ["monday"], "from": "08:00", "to": "18:00"},
        });
        let campaign = Campaign {
            id: Id::parse("CaMpAiGn000000000001").expect("an id"),
            name: "Welcome".to_owned(),
            status: Status::Published,
            plan,
            version: 3,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        };
        let definition = Definition::publishable(&definition(&campaign)).expect("no faults");
        let steps: Vec<&str> = definition.steps.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(steps, ["step-1", "wait-2", "step-2", "step-3", "wait-4", "step-4", "wait-5", "step-5"]);
        assert!(!definition.settings.stop_on_response && definition.settings.in_contact_zone);
    }
}

//! What this slice announces, with the documented flat payloads. `opportunityId`, `stageId` and `stageName` of a change of
//! the stage, and `OpportunityWon`, are for consumers that were written after the integrator's guide.

use leadhold_kernel::{Cx, Event, EventKind, date::Date, plain};
use serde_json::{Value, json};

use super::model::Opportunity;
use crate::contacts::Contact;
use crate::tenant::LocationScope;

/// `kind` happened to `opportunity`, which is shown as it is afterwards (before its end, if that is what happened).
pub(super) fn event(cx: &Cx, here: &LocationScope, kind: EventKind, opportunity: &Opportunity) -> Event {
    here.event(cx, kind, opportunity.id.as_str(), payload(opportunity))
}

/// `kind` happened to `after`, which was `before`: automation is told what changed.
pub(super) fn change(
    cx: &Cx,
    here: &LocationScope,
    kind: EventKind,
    before: &Opportunity,
    after: &Opportunity,
) -> Event {
    event(cx, here, kind, after).changing(&compared(before), &compared(after))
}

/// The fields by which two states of an opportunity are compared: those of its events, and those that events do not have.
fn compared(opportunity: &Opportunity) -> Value {
    let mut fields = payload(opportunity);
    // Each by itself, so that one is told from another.
    let values = opportunity.custom_fields.iter().map(|one| (one.id.clone(), one.value.clone()));
    fields["customFields"] = Value::Object(values.collect());
    fields["lostReasonId"] = json!(opportunity.lost_reason_id);
    fields["forecastCloseDate"] = json!(opportunity.forecast.close.map(Date::iso));
    fields["forecastProbability"] = json!(opportunity.probability);
    fields
}

/// `after` came from another stage to the one of this name.
pub(super) fn stage_update(
    cx: &Cx,
    here: &LocationScope,
    before: &Opportunity,
    after: &Opportunity,
    stage: &str,
) -> Event {
    let mut event = change(cx, here, EventKind::OpportunityStageUpdate, before, after);
    event.payload["opportunityId"] = json!(after.id);
    event.payload["stageId"] = json!(after.stage_id);
    event.payload["stageName"] = json!(stage);
    event
}

/// `opportunity` was won from `contact`.
pub(super) fn won(cx: &Cx, here: &LocationScope, opportunity: &Opportunity, contact: &Contact) -> Event {
    let mut event = event(cx, here, EventKind::OpportunityWon, opportunity);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    event.payload["opportunity"] = payload(opportunity);
    event.payload["contact"] = json!({
        "id": contact.id,
        "name": contact.name(),
        "firstName": text(&contact.first_name),
        "lastName": text(&contact.last_name),
        "email": text(&contact.email),
        "phone": text(&contact.phone),
        "companyName": text(&contact.company_name),
        "tags": contact.tags,
    });
    event
}

/// The fields that every opportunity event has.
fn payload(opportunity: &Opportunity) -> Value {
    json!({
        "locationId": opportunity.location_id,
        "id": opportunity.id,
        "assignedTo": opportunity.assigned_to,
        "contactId": opportunity.contact_id,
        "monetaryValue": plain(opportunity.monetary_value),
        "name": opportunity.name,
        "pipelineId": opportunity.pipeline_id,
        "pipelineStageId": opportunity.stage_id,
        "source": opportunity.source,
        "status": opportunity.status.name(),
        "dateAdded": opportunity.date_added.iso(),
    })
}

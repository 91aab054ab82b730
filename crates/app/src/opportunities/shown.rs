//! An opportunity as clients read it, with its contact in short. Both versions of the API show the same fields.

use std::collections::BTreeSet;

use leadhold_kernel::{Error, Timestamp, date::Date, plain};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::model::{Opportunity, Status};
use super::pipelines::{self, Odds};
use crate::calendars::appointments;
use crate::contacts::{self, Card};
use crate::tenant::LocationScope;
use crate::{notes, tasks};

/// An opportunity with what is shown beside it.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) opportunity: Opportunity,
    contact: Card,
    odds: Odds,
    /// The contact's newest notes, tasks and appointments as they are read, where a search asks for them.
    notes: Vec<Value>,
    tasks: Vec<Value>,
    events: Vec<Value>,
}

/// What a search is to show besides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Details {
    pub(super) notes: bool,
    pub(super) tasks: bool,
    /// Appointments.
    pub(super) events: bool,
}

/// The opportunities with what is shown beside them. One whose contact is gone is about to follow it, and is not shown.
///
/// # Errors
/// When the store fails.
pub(super) fn shown(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    opportunities: Vec<Opportunity>,
) -> Result<Vec<Shown>, Error> {
    let cards = contacts::cards(tx, here, opportunities.iter().map(|of| of.contact_id.as_str()))?;
    let odds = pipelines::odds(tx, here, opportunities.iter().map(|of| of.stage_id.as_str()))?;
    let beside = |opportunity: Opportunity| {
        let contact = cards.get(opportunity.contact_id.as_str())?.clone();
        let odds = odds.get(opportunity.stage_id.as_str()).copied().unwrap_or_default();
        Some(Shown { opportunity, contact, odds, notes: Vec::new(), tasks: Vec::new(), events: Vec::new() })
    };
    Ok(opportunities.into_iter().filter_map(beside).collect())
}

/// Adds what a search is to show besides: one statement for each kind.
///
/// # Errors
/// When the store fails.
pub(super) fn add_details(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    rows: &mut [Shown],
    details: Details,
) -> Result<(), Error> {
    let contacts: Vec<String> = rows.iter().map(|row| row.opportunity.contact_id.to_string()).collect();
    let contacts: BTreeSet<&str> = contacts.iter().map(String::as_str).collect();
    let none = BTreeSet::new();
    let notes = notes::newest_of_each(tx, here, if details.notes { &contacts } else { &none })?;
    let tasks = tasks::newest_of_each(tx, here, if details.tasks { &contacts } else { &none })?;
    let events = appointments::newest_of_each(tx, here, if details.events { &contacts } else { &none })?;
    for row in rows {
        let contact = row.opportunity.contact_id.as_str();
        row.notes = notes.get(contact).into_iter().flatten().map(notes::shown).collect();
        row.tasks = tasks.get(contact).into_iter().flatten().map(tasks::shown).collect();
        row.events = events.get(contact).into_iter().flatten().map(appointments::event).collect();
    }
    Ok(())
}

/// How probably it is won: what is over is certain, and an open one's own probability goes before its stage's.
pub(super) fn effective_probability(opportunity: &Opportunity, odds: Odds) -> Option<f64> {
    match opportunity.status {
        Status::Won => Some(100.0),
        Status::Lost | Status::Abandoned => Some(0.0),
        Status::Open => opportunity.probability.filter(|_| odds.own_counts).or(odds.stage),
    }
}

impl Shown {
    /// The JSON.
    pub(super) fn body(&self) -> Value {
        let of = &self.opportunity;
        let fields: Vec<Value> = of
            .custom_fields
            .iter()
            .map(|field| {
                json!({"id": field.id, "key": field.key, "fieldValue": field.value, "value": field.value})
            })
            .collect();
        let mut body = json!({
            "id": of.id,
            "name": of.name,
            "monetaryValue": plain(of.monetary_value),
            "pipelineId": of.pipeline_id,
            "pipelineStageId": of.stage_id,
            "pipelineStageUId": of.stage_id,
            "assignedTo": of.assigned_to,
            "status": of.status.name(),
            "source": of.source,
            "lastStatusChangeAt": of.last_status_change.iso(),
            "lastStageChangeAt": of.last_stage_change.iso(),
            "lastActionDate": of.date_updated.iso(),
            "indexVersion": of.version.to_string(),
            "createdAt": of.date_added.iso(),
            "updatedAt": of.date_updated.iso(),
            "contactId": of.contact_id,
            "locationId": of.location_id,
            "contact": self.contact,
            "notes": self.notes,
            "tasks": self.tasks,
            "calendarEvents": self.events,
            "lostReasonId": of.lost_reason_id,
            "customFields": fields,
            "followers": of.followers,
            "relations": [],
            "createdBy": of.created_by,
        });
        self.forecast(&mut body);
        body
    }

    fn forecast(&self, body: &mut Value) {
        let of = &self.opportunity;
        let forecast = &of.forecast;
        body["forecastExpectedCloseDate"] = json!(forecast.close.map(Date::iso));
        body["forecastOriginalCloseDate"] = json!(forecast.original.map(Date::iso));
        body["forecastSlippageCount"] = json!(forecast.slippage_count);
        body["forecastDaysSlipped"] = json!(forecast.days_slipped().unwrap_or(0));
        body["forecastLastSlippedAt"] = json!(forecast.last_slipped_at.map(Timestamp::iso));
        body["forecastProbability"] = json!(of.probability.map(plain));
        body["effectiveProbability"] = json!(effective_probability(of, self.odds).map(plain));
    }
}

//! What the end of a contact, a pipeline or a custom field does to the opportunities that hang on it.
//!
//! They follow in steps (`crate::steps`).

use leadhold_kernel::{Cx, Error, EventKind, Id, id};
use leadhold_queue::{Consumer, StoredEvent};
use leadhold_store::{Tx, json_text, params};
use serde::{Deserialize, Serialize};

use super::{find, remove, save, words};
use crate::objects::Searched;
use crate::opportunities::model::Opportunity;
use crate::opportunities::{pipelines, sql};
use crate::steps::{self, LocationSteps, STEP};
use crate::tenant::LocationScope;

/// What opportunities follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::opportunities) enum Change {
    /// A contact, with its opportunities.
    Contact { id: String },
    /// A pipeline, likewise.
    Pipeline { id: String },
    /// A custom field, with its values. No event: nobody said anything about an opportunity.
    Field { id: String },
    /// A stage, whose opportunities go to another of its pipeline.
    Stage { id: String, to: String },
    /// Other properties are searched: opportunities follow by age, those behind this one. No event either.
    Words { date_added: i64, id: String },
}

/// What follows it, as its job keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::opportunities) struct Following {
    change: Change,
}

/// Lets a contact's opportunities end with it, whoever deleted it.
#[derive(Debug)]
pub struct FollowContacts;

impl Consumer for FollowContacts {
    fn name(&self) -> &'static str {
        "opportunities"
    }

    fn consume(&self, tx: &mut Tx<'_>, cx: &Cx, stored: &StoredEvent) -> Result<(), Error> {
        let event = &stored.event;
        match LocationScope::of_event(event) {
            Some(here) if event.kind == EventKind::ContactDelete => {
                let cx = Cx { cause: event.cause.clone(), ..cx.clone() };
                start(tx, &cx, &here, Change::Contact { id: event.record_id.clone() })
            }
            _ => Ok(()),
        }
    }
}

/// Opportunities have no value of a custom field any more, which is gone. No event: nobody said anything about one.
///
/// # Errors
/// When the store fails.
pub fn forget_field(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    field: &Id<id::CustomField>,
) -> Result<(), Error> {
    start(tx, cx, here, Change::Field { id: field.to_string() })
}

/// Other properties of opportunities are searched.
///
/// # Errors
/// When the store fails.
pub fn reword(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<(), Error> {
    start(tx, cx, here, Change::Words { date_added: i64::MIN, id: String::new() })
}

/// Lets the first opportunities follow, and leaves the others to a job.
pub(in crate::opportunities) fn start(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    change: Change,
) -> Result<(), Error> {
    steps::start(tx, cx, here, Following { change })
}

impl LocationSteps for Following {
    const KIND: &'static str = "opportunities.follow";
    const QUEUE: &'static str = "opportunities";

    fn step(&self, tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<bool, Error> {
        step(tx, cx, here, &self.change)
    }
}

/// Lets some opportunities follow; `true` when there may be more.
fn step(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, change: &Change) -> Result<bool, Error> {
    let searched = words::searched(tx, here)?;
    let (statement, of) = match change {
        Change::Words { date_added, id } => return step_words(tx, cx, here, &searched, *date_added, id),
        Change::Contact { id } => (sql::OF_CONTACT, id),
        Change::Pipeline { id } => (sql::IN_PIPELINE, id),
        Change::Field { id } => (sql::CARRYING_FIELD, id),
        Change::Stage { id, .. } => (sql::IN_STAGE, id),
    };
    let ids: Vec<String> = tx.query(statement, params![here.location_id(), of, STEP], |row| row.get(0))?;
    for id in &ids {
        follow(tx, cx, here, id, change, &searched)?;
    }
    Ok(ids.len() as i64 == STEP)
}

/// Makes the search texts of the opportunities behind one anew. Where it stands is known only afterwards, so the next step
/// is a job of its own.
fn step_words(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    searched: &Searched,
    date_added: i64,
    id: &str,
) -> Result<bool, Error> {
    let next = steps::behind(tx, here, sql::BEHIND, (date_added, id), |tx, id| {
        tx.lock(&format!("opportunity:{id}"))?;
        match find(tx, here, id)? {
            Some(found) => words::reindex(tx, here, searched, &found),
            None => Ok(()), // removed meanwhile
        }
    })?;
    if let Some((date_added, id)) = next {
        steps::later(tx, cx, here, Following { change: Change::Words { date_added, id } })?;
    }
    Ok(false)
}

fn follow(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    change: &Change,
    searched: &Searched,
) -> Result<(), Error> {
    tx.lock(&format!("opportunity:{id}"))?;
    let Some(before) = find(tx, here, id)? else { return Ok(()) }; // removed meanwhile
    match change {
        Change::Contact { id } if before.contact_id.as_str() != id => Ok(()), // moved meanwhile
        Change::Pipeline { id } if before.pipeline_id.as_str() != id => Ok(()),
        Change::Stage { id, .. } if before.stage_id.as_str() != id => Ok(()),
        Change::Stage { to, .. } => go_to(tx, cx, here, &before, to),
        Change::Contact { .. } | Change::Pipeline { .. } => remove(tx, cx, here, &before),
        Change::Field { id } => {
            let left: Vec<_> = before.custom_fields.iter().filter(|value| value.id != *id).collect();
            tx.exec(sql::UPDATE_CUSTOM_FIELDS, params![here.location_id(), before.no, json_text(&left)])?;
            tx.exec(sql::REMOVE_FIELD, params![here.location_id(), before.no, id])?;
            words::reindex(tx, here, searched, &before) // what is searched does not have the field any more
        }
        Change::Words { .. } => Ok(()), // `step_words` has done it
    }
}

/// To the stage of this id, or where that is gone by now, to the first.
fn go_to(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    before: &Opportunity,
    to: &str,
) -> Result<(), Error> {
    let Some(first) = pipelines::first_stage(tx, here, &before.pipeline_id)? else { return Ok(()) };
    let to = Id::parse(to).unwrap_or_else(|| first.clone());
    let stage_id = match pipelines::hold_stage(tx, here, &to) {
        Ok(()) => to,
        Err(Error::BadRequest(_)) => first,
        Err(other) => return Err(other),
    };
    let after = Opportunity { stage_id, last_stage_change: cx.now, ..before.clone() };
    save(tx, cx, here, before, after).map(drop)
}

//! What the end of a contact, a pipeline or a custom field does to the opportunities that hang on it.
//!
//! The first ones follow in the transaction of the change, so that for almost everyone it is done at once; where more
//! hang on it than one transaction should touch, a job goes on in steps of the same size.

use std::sync::Arc;

use leadhold_kernel::{Cx, Error, EventKind, Id, id};
use leadhold_queue::{Claim, Consumer, Job, JobError, JobFuture, NewJob, Outcome, StoredEvent, enqueue};
use leadhold_store::{Tx, json_text, params};
use serde::{Deserialize, Serialize};

use super::{find, remove, save};
use crate::opportunities::model::Opportunity;
use crate::opportunities::{pipelines, sql};
use crate::tenant::LocationScope;
use crate::world::World;

/// Opportunities that one transaction changes.
const STEP: i64 = 200;
const KIND: &str = "opportunities.follow";
const QUEUE: &str = "opportunities";

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
}

/// A step of following, as its job keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Following {
    company_id: String,
    location_id: String,
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

/// Lets the first opportunities follow, and leaves the others to a job.
pub(in crate::opportunities) fn start(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    change: Change,
) -> Result<(), Error> {
    if !step(tx, cx, here, &change)? {
        return Ok(());
    }
    let following = Following {
        company_id: here.company_id().to_string(),
        location_id: here.location_id().to_string(),
        change,
    };
    let payload = serde_json::json!(following);
    enqueue(tx, cx, &NewJob { queue: QUEUE, kind: KIND, payload, run_at: cx.now })?;
    Ok(())
}

/// Lets some opportunities follow; `true` when there may be more.
fn step(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, change: &Change) -> Result<bool, Error> {
    let (statement, of) = match change {
        Change::Contact { id } => (sql::OF_CONTACT, id),
        Change::Pipeline { id } => (sql::IN_PIPELINE, id),
        Change::Field { id } => (sql::CARRYING_FIELD, id),
        Change::Stage { id, .. } => (sql::IN_STAGE, id),
    };
    let ids: Vec<String> = tx.query(statement, params![here.location_id(), of, STEP], |row| row.get(0))?;
    for id in &ids {
        follow(tx, cx, here, id, change)?;
    }
    Ok(ids.len() as i64 == STEP)
}

fn follow(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str, change: &Change) -> Result<(), Error> {
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
            Ok(())
        }
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
    let stage_id = match pipelines::hold_stage(tx, here, &to, &before.id) {
        Ok(()) => to,
        Err(Error::BadRequest(_)) => first,
        Err(other) => return Err(other),
    };
    let after = Opportunity { stage_id, last_stage_change: cx.now, ..before.clone() };
    save(tx, cx, here, before, after).map(drop)
}

/// Goes on with what one transaction could not finish.
pub(in crate::opportunities) struct FollowJob(pub(in crate::opportunities) World);

impl Job for FollowJob {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn queue(&self) -> &'static str {
        QUEUE
    }

    fn run<'a>(&'a self, claim: &'a Claim) -> JobFuture<'a> {
        Box::pin(self.go_on(claim))
    }
}

impl FollowJob {
    async fn go_on(&self, claim: &Claim) -> Result<Outcome, JobError> {
        let unreadable = |why: String| JobError::Fail(format!("the payload cannot be read: {why}"));
        let following: Following =
            serde_json::from_value(claim.payload.clone()).map_err(|error| unreadable(error.to_string()))?;
        let (Some(company), Some(location)) =
            (Id::parse(&following.company_id), Id::parse(&following.location_id))
        else {
            return Err(unreadable("it names no location".to_owned()));
        };
        // The job was enqueued by a transaction that held this proof.
        let here = LocationScope::proven(company, location);
        let (cx, claim, change) = (self.0.cx(), claim.clone(), Arc::new(following.change));
        let now = cx.now;
        self.0
            .write(move |tx| {
                match step(tx, &cx, &here, &change)? {
                    true => claim.put_off(tx, cx.now)?,
                    false => claim.finish(tx)?,
                }
                Ok::<_, Error>(())
            })
            .await
            .map(|()| Outcome::Settled)
            .map_err(|error| JobError::Retry { at: now.plus_millis(5_000), reason: error.to_string() })
    }
}

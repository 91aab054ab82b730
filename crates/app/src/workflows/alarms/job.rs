//! The job that sleeps until an alarm rings, rings it, and sleeps again. A step of ringing is one transaction.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error};
use leadhold_queue::{Claim, Job, JobError, JobFuture, NewJob, Outcome, enqueue};
use leadhold_store::{Tx, params};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Alarm, due, read, save};
use crate::locations;
use crate::steps;
use crate::tenant::{CompanyScope, LocationScope};
use crate::workflows::sql;
use crate::world::World;

const KIND: &str = "workflows.ring";
const QUEUE: &str = "workflows";

/// Which alarm, where, and in which of its turns.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Errand {
    company_id: Id<id::Company>,
    location_id: Id<id::Location>,
    workflow_id: Id<id::Workflow>,
    trigger_id: String,
    turn: i64,
}

/// Makes the job of an alarm.
pub(super) fn later(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, alarm: &Alarm) -> Result<(), Error> {
    let errand = Errand {
        company_id: here.company_id().clone(),
        location_id: here.location_id().clone(),
        workflow_id: alarm.workflow_id.clone(),
        trigger_id: alarm.trigger_id.clone(),
        turn: alarm.turn,
    };
    enqueue(tx, cx, &NewJob { queue: QUEUE, kind: KIND, payload: json!(errand), run_at: alarm.next_at })?;
    Ok(())
}

/// Rings.
pub struct Ring(World);

impl Ring {
    /// The job over `world`.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self(world)
    }

    async fn take(&self, claim: &Claim) -> Result<Outcome, JobError> {
        let errand: Errand = serde_json::from_value(claim.payload.clone())
            .map_err(|_| JobError::Fail("the payload names no alarm and its location".to_owned()))?;
        let (cx, claim) = (self.0.cx(), claim.clone());
        let rung = self.0.write(move |tx| ring(tx, &cx, &errand, &claim)).await;
        rung.map(|()| Outcome::Settled).map_err(|error| steps::again(&self.0, &error))
    }
}

impl Job for Ring {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn queue(&self) -> &'static str {
        QUEUE
    }

    fn run<'a>(&'a self, claim: &'a Claim) -> JobFuture<'a> {
        Box::pin(self.take(claim))
    }
}

/// Takes a step of ringing, and settles the claim. The job was made in a transaction of its location, which is the proof of
/// access.
fn ring(tx: &mut Tx<'_>, cx: &Cx, errand: &Errand, claim: &Claim) -> Result<(), Error> {
    let agency = CompanyScope::proven(errand.company_id.clone());
    // Whoever publishes holds the workflow.
    tx.lock(&format!("workflow {}", errand.workflow_id))?;
    let next = match locations::of_company(tx, &agency, &errand.location_id)? {
        Some(here) => step(tx, cx, &here, errand)?,
        None => None, // nothing rings any more at a location that was deleted
    };
    match next {
        Some(alarm) => claim.put_off(tx, alarm.next_at)?,
        None => claim.finish(tx)?,
    }
    Ok(())
}

fn step(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, errand: &Errand) -> Result<Option<Alarm>, Error> {
    let asked = params![here.location_id(), &errand.workflow_id, &errand.trigger_id];
    let alarm = tx.query_opt(sql::ALARM, asked, read)?.filter(|alarm| alarm.turn == errand.turn);
    let Some(mut alarm) = alarm else { return Ok(None) };
    let whole = due::ring(tx, cx, here, &mut alarm)?;
    let next = if whole { due::next(tx, cx, here, &alarm)? } else { Some(cx.now) };
    let Some(next) = next else {
        // It has rung for the last time. The row stays, so that publishing again does not ring it anew.
        save(tx, here, &alarm)?;
        return Ok(None);
    };
    alarm.next_at = next;
    save(tx, here, &alarm)?;
    Ok(Some(alarm))
}

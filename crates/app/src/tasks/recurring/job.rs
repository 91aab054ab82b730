//! The alarm clock: a job that sleeps until the next moment of a recurring task, rings, and is set again.

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_queue::{Claim, Job, JobError, JobFuture, NewJob, Outcome, enqueue};
use leadhold_store::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::model::RecurringTask;
use super::service;
use crate::locations;
use crate::tenant::{CompanyScope, LocationScope};
use crate::world::World;

const KIND: &str = "tasks.recur";
const QUEUE: &str = "tasks";

/// The pause after a failure of ours, in milliseconds.
const PAUSE: i64 = 5_000;

/// Which recurring task, where, and in which of its turns the alarm was set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Alarm {
    company_id: String,
    location_id: String,
    recurring_task_id: String,
    turn: i64,
}

/// Sets the alarm of a rule that begins.
pub(super) fn set_alarm(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    one: &RecurringTask,
    run_at: Timestamp,
) -> Result<(), Error> {
    let alarm = Alarm {
        company_id: here.company_id().to_string(),
        location_id: here.location_id().to_string(),
        recurring_task_id: one.id.to_string(),
        turn: one.turn,
    };
    enqueue(tx, cx, &NewJob { queue: QUEUE, kind: KIND, payload: json!(alarm), run_at })?;
    Ok(())
}

/// Rings.
pub struct Recur(pub(super) World);

impl Job for Recur {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn queue(&self) -> &'static str {
        QUEUE
    }

    fn run<'a>(&'a self, claim: &'a Claim) -> JobFuture<'a> {
        Box::pin(self.ring(claim))
    }
}

impl Recur {
    async fn ring(&self, claim: &Claim) -> Result<Outcome, JobError> {
        let Some((agency, location, id, turn)) = errand(claim) else {
            return Err(JobError::Fail("the payload names no recurring task and its location".to_owned()));
        };
        let (cx, claim) = (self.0.cx(), claim.clone());
        let again = cx.now.plus_millis(PAUSE);
        let rung = self.0.write(move |tx| {
            // Nothing comes any more at a location that was deleted.
            let next = match locations::of_company(tx, &agency, &location)? {
                Some(here) => service::ring(tx, &cx, &here, &id, turn)?,
                None => None,
            };
            match next {
                Some(next) => claim.put_off(tx, next)?,
                None => claim.finish(tx)?,
            }
            Ok::<_, Error>(())
        });
        match rung.await {
            Ok(()) => Ok(Outcome::Settled),
            Err(error) => Err(JobError::Retry { at: again, reason: format!("{error:?}") }),
        }
    }
}

type Errand = (CompanyScope, Id<id::Location>, Id<id::RecurringTask>, i64);

/// What a job is about. It was enqueued by a transaction of its location, which is the proof of access.
fn errand(claim: &Claim) -> Option<Errand> {
    let alarm: Alarm = serde_json::from_value(claim.payload.clone()).ok()?;
    let agency = CompanyScope::proven(Id::parse(&alarm.company_id)?);
    Some((agency, Id::parse(&alarm.location_id)?, Id::parse(&alarm.recurring_task_id)?, alarm.turn))
}

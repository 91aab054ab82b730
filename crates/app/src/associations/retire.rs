//! The relations of an association that was deleted. The first go with it; where there are more than one transaction
//! should touch, a job goes on in steps of the same size, and nobody is shown what is left.

use leadhold_kernel::{Cx, Error, Id};
use leadhold_queue::{Claim, Job, JobError, JobFuture, NewJob, Outcome, enqueue};
use leadhold_store::{Tx, params};
use serde::{Deserialize, Serialize};

use super::model::{Association, End};
use super::relations::{self, Stored};
use super::sql;
use crate::tenant::LocationScope;
use crate::world::World;

/// Relations that one transaction lets go.
const STEP: i64 = 200;
const KIND: &str = "associations.retire";
const QUEUE: &str = "associations";

/// What is retired, as its job keeps it: the association has no row any more.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Retiring {
    company_id: String,
    location_id: String,
    id: String,
    key: String,
    first: End,
    second: End,
}

/// Begins; for almost everyone that is all.
pub(super) fn start(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    association: &Association,
) -> Result<(), Error> {
    if !step(tx, cx, here, association)? {
        return Ok(());
    }
    let Association { id, key, first, second, .. } = association.clone();
    let retiring = Retiring {
        company_id: here.company_id().to_string(),
        location_id: here.location_id().to_string(),
        id: id.to_string(),
        key,
        first,
        second,
    };
    let payload = serde_json::json!(retiring);
    enqueue(tx, cx, &NewJob { queue: QUEUE, kind: KIND, payload, run_at: cx.now })?;
    Ok(())
}

/// Lets some relations go; `true` when there may be more.
fn step(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, association: &Association) -> Result<bool, Error> {
    let rows =
        tx.query(sql::OF_ASSOCIATION, params![here.location_id(), &association.id, STEP], Stored::read)?;
    let more = rows.len() as i64 == STEP;
    for row in rows {
        relations::remove(tx, cx, here, &row.of(association.clone()))?;
    }
    Ok(more)
}

/// Goes on with what one transaction could not finish.
pub(super) struct RetireJob(pub(super) World);

impl Job for RetireJob {
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

impl RetireJob {
    async fn go_on(&self, claim: &Claim) -> Result<Outcome, JobError> {
        let unreadable = |why: &str| JobError::Fail(format!("the payload cannot be read: {why}"));
        let retiring: Retiring =
            serde_json::from_value(claim.payload.clone()).map_err(|error| unreadable(&error.to_string()))?;
        let Retiring { company_id, location_id, id, key, first, second } = retiring;
        let (Some(company), Some(location), Some(id)) =
            (Id::parse(&company_id), Id::parse(&location_id), Id::parse(&id))
        else {
            return Err(unreadable("it names no association of a location"));
        };
        // The job was enqueued by a transaction that held this proof.
        let here = LocationScope::proven(company, location);
        let association = Association { id, key, first, second, system: false };
        let (cx, claim) = (self.0.cx(), claim.clone());
        let now = cx.now;
        self.0
            .write(move |tx| {
                match step(tx, &cx, &here, &association)? {
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

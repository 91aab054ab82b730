//! What a change of an object does to its records: a property that is gone, other properties that are searched.
//!
//! The first records follow in the transaction of the change, so that for almost everyone it is done at once; where there
//! are more than one transaction should touch, a job goes on in steps of the same size.

use leadhold_kernel::{Cx, Error, Id};
use leadhold_queue::{Claim, Job, JobError, JobFuture, NewJob, Outcome, enqueue};
use leadhold_store::{Tx, params};
use serde::{Deserialize, Serialize};

use super::model::Shape;
use super::{rows, service, sql};
use crate::custom_fields::CustomField;
use crate::tenant::LocationScope;
use crate::world::World;

/// Records that one transaction changes.
const STEP: i64 = 200;
const KIND: &str = "objects.follow";
const QUEUE: &str = "objects";

/// What is to follow, as its job keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Following {
    company_id: String,
    location_id: String,
    object_key: String,
    /// The property that is gone; `None` when others are searched.
    gone: Option<String>,
}

/// A property of an object is gone: its records lose their values of it. No event: nobody said anything about a record.
///
/// # Errors
/// When the store fails.
pub fn forget_field(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    field: &CustomField,
) -> Result<(), Error> {
    let object_key = field.model.key();
    let Some(object) = service::find(tx, here, object_key)? else { return Ok(()) };
    service::forget_searchable(tx, here, &object, &field.field_key)?;
    start(tx, cx, here, object_key, Some(field.bare_key()))
}

/// Other properties of an object are searched.
pub(super) fn reword(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, object_key: &str) -> Result<(), Error> {
    start(tx, cx, here, object_key, None)
}

fn start(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    object_key: &str,
    gone: Option<&str>,
) -> Result<(), Error> {
    let following = Following {
        company_id: here.company_id().to_string(),
        location_id: here.location_id().to_string(),
        object_key: object_key.to_owned(),
        gone: gone.map(str::to_owned),
    };
    if step(tx, here, &following)? {
        let payload = serde_json::json!(following);
        enqueue(tx, cx, &NewJob { queue: QUEUE, kind: KIND, payload, run_at: cx.now })?;
    }
    Ok(())
}

/// Lets some records follow; `true` when there may be more.
fn step(tx: &mut Tx<'_>, here: &LocationScope, following: &Following) -> Result<bool, Error> {
    let key = &following.object_key;
    let shape = service::shape(tx, here, key)?;
    let ids: Vec<String> = match &following.gone {
        Some(gone) => {
            tx.query(sql::CARRYING, params![here.location_id(), key, gone, STEP], |row| row.get(0))?
        }
        None => {
            let version = shape.object.version;
            tx.query(sql::OUTDATED, params![here.location_id(), key, version, STEP], |row| row.get(0))?
        }
    };
    for id in &ids {
        follow(tx, here, &shape, id, following.gone.as_deref())?;
    }
    Ok(ids.len() as i64 == STEP)
}

fn follow(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    shape: &Shape,
    id: &str,
    gone: Option<&str>,
) -> Result<(), Error> {
    let key = &shape.object.key;
    tx.lock(&format!("{key}:{id}"))?;
    let Some(before) = rows::find(tx, here, key, id)? else { return Ok(()) }; // removed meanwhile
    match gone {
        None => rows::reindex(tx, here, shape, &before),
        Some(property) => {
            let mut after = before.clone();
            after.properties.remove(property);
            rows::replace(tx, here, shape, &before, &after)
        }
    }
}

/// Goes on with what one transaction could not finish.
pub(super) struct FollowJob(pub(super) World);

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
        let unreadable = |why: &str| JobError::Fail(format!("the payload cannot be read: {why}"));
        let following: Following =
            serde_json::from_value(claim.payload.clone()).map_err(|error| unreadable(&error.to_string()))?;
        let (Some(company), Some(location)) =
            (Id::parse(&following.company_id), Id::parse(&following.location_id))
        else {
            return Err(unreadable("it names no location"));
        };
        // The job was enqueued by a transaction that held this proof.
        let here = LocationScope::proven(company, location);
        let (cx, claim) = (self.0.cx(), claim.clone());
        let now = cx.now;
        self.0
            .write(move |tx| {
                match step(tx, &here, &following)? {
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

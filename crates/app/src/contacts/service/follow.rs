//! What a change of a location's tag, field or business does to the contacts that carry it.
//!
//! The first contacts follow in the transaction of the change, so that for almost everyone it is done at once; where more
//! carry it than one transaction should touch, a job goes on in steps of the same size.

use std::sync::Arc;

use leadhold_kernel::{Cx, Error, Id, fold, id};
use leadhold_queue::{Claim, Job, JobError, JobFuture, NewJob, Outcome, enqueue};
use leadhold_store::{Tx, json_text, params};
use serde::{Deserialize, Serialize};

use super::{find, tags::retag};
use crate::contacts::model::normal_tags;
use crate::contacts::sql;
use crate::locations::tags::{self, Tag};
use crate::tenant::LocationScope;
use crate::world::World;

/// Contacts that one transaction changes.
const STEP: i64 = 200;
const KIND: &str = "contacts.follow";
const QUEUE: &str = "contacts";

/// What is to follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Change {
    /// A tag has another name, or none any more.
    Tag { from: String, to: Option<String> },
    /// A custom field is gone.
    Field { id: String },
    /// A business is gone.
    Business { id: String },
    /// A business has another name.
    BusinessName { id: String, name: String },
}

/// A step of following, as its job keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Following {
    company_id: String,
    location_id: String,
    change: Change,
}

/// Renames a tag in the location's list and on its contacts.
///
/// Events: `ContactTagUpdate` for each contact.
///
/// # Errors
/// 404 when there is no such tag, 400 when the name is another's; when the store fails.
pub(in crate::contacts) fn rename_tag_everywhere(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    name: &str,
) -> Result<Tag, Error> {
    let before = tags::rename(tx, here, id, name)?;
    if before.name != name {
        start(tx, cx, here, Change::Tag { from: before.name.clone(), to: Some(name.to_owned()) })?;
    }
    Ok(Tag { name: name.to_owned(), ..before })
}

/// Removes a tag from the location's list and from its contacts.
///
/// Events: `ContactTagUpdate` for each contact.
///
/// # Errors
/// 404 when there is no such tag; when the store fails.
pub(in crate::contacts) fn remove_tag_everywhere(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
) -> Result<(), Error> {
    let tag = tags::remove(tx, here, id)?;
    start(tx, cx, here, Change::Tag { from: tag.name, to: None })
}

/// Contacts have no value of a custom field any more, which is gone. No event: nobody said anything about a contact.
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

/// Contacts belong to a business no longer, which is gone. No event: nobody said anything about a contact.
///
/// # Errors
/// When the store fails.
pub fn forget_business(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    business: &Id<id::Business>,
) -> Result<(), Error> {
    start(tx, cx, here, Change::Business { id: business.to_string() })
}

/// Contacts of a business follow its new name. No event: nobody said anything about a contact.
///
/// # Errors
/// When the store fails.
pub fn rename_business(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    business: &Id<id::Business>,
    name: &str,
) -> Result<(), Error> {
    start(tx, cx, here, Change::BusinessName { id: business.to_string(), name: name.to_owned() })
}

fn start(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, change: Change) -> Result<(), Error> {
    if !step(tx, cx, here, &change)? {
        return Ok(());
    }
    let following = Following {
        company_id: here.company_id().to_string(),
        location_id: here.location_id().to_string(),
        change,
    };
    enqueue(
        tx,
        cx,
        &NewJob { queue: QUEUE, kind: KIND, payload: serde_json::json!(following), run_at: cx.now },
    )?;
    Ok(())
}

/// Lets some contacts follow; `true` when there may be more.
fn step(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, change: &Change) -> Result<bool, Error> {
    let (statement, carried) = match change {
        Change::Tag { from, .. } => (sql::CARRYING_TAG, from),
        Change::Field { id } => (sql::CARRYING_FIELD, id),
        Change::Business { id } => (sql::OF_BUSINESS, id),
        Change::BusinessName { id, .. } => (sql::MISNAMING, id),
    };
    let mut row = params![here.location_id(), carried, STEP].to_vec();
    if let Change::BusinessName { name, .. } = change {
        row.push(name.into());
    }
    let contacts: Vec<String> = tx.query(statement, &row, |row| row.get(0))?;
    for id in &contacts {
        follow(tx, cx, here, id, change)?;
    }
    Ok(contacts.len() as i64 == STEP)
}

fn follow(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str, change: &Change) -> Result<(), Error> {
    tx.lock(&format!("contact:{id}"))?;
    let Some(before) = find(tx, here, id)? else { return Ok(()) }; // removed meanwhile
    match change {
        Change::Tag { from, to } => {
            let renamed =
                before.tags.iter().filter_map(|tag| if tag == from { to.as_ref() } else { Some(tag) });
            retag(tx, cx, here, &before, normal_tags(renamed))
        }
        Change::Field { id } => {
            let left: Vec<_> = before.custom_fields.iter().filter(|value| value.id != *id).collect();
            tx.exec(sql::UPDATE_CUSTOM_FIELDS, params![here.location_id(), before.no, json_text(&left)])?;
            tx.exec(sql::REMOVE_FIELD, params![here.location_id(), before.no, id])?;
            Ok(())
        }
        Change::Business { id } => {
            tx.exec(sql::LEAVE_BUSINESS, params![here.location_id(), before.no, id])?;
            Ok(())
        }
        Change::BusinessName { id, name } => {
            tx.exec(sql::NAME_BUSINESS, params![here.location_id(), before.no, id, name, fold(name)])?;
            Ok(())
        }
    }
}

/// Goes on with what one transaction could not finish.
pub(in crate::contacts) struct FollowJob(pub(in crate::contacts) World);

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

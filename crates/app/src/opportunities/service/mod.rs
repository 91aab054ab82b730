//! The verbs. Each takes a transaction, keeps the rows beside an opportunity and the sums in step, and announces what
//! changed.

mod apply;
mod duplicates;
pub(super) mod follow;
mod followers;
mod index;
mod movement;
mod save;
mod upsert;
mod words;

use leadhold_kernel::{Cx, Error, EventKind, Id, Timestamp, id};
use leadhold_queue::outbox;
use leadhold_store::{Tx, params};

pub use self::follow::{FollowContacts, forget_field, reword};
pub use self::followers::{Followed, change_followers};
pub use self::movement::move_to_contact;
use self::save::save;
pub use self::upsert::{Upsert, Upserted, meant, upsert};
use super::model::{Forecast, Opportunity, OpportunityFields, Status};
use super::{events, pipelines, sql, stored};
use crate::associations;
use crate::contacts::{self, Author};
use crate::http::caller::no_access;
use crate::locations;
use crate::tenant::LocationScope;

/// Makes an opportunity with a contact.
///
/// Events: `OpportunityCreate` and `OpportunityUpdate`, with `OpportunityWon` when it is won already.
///
/// # Errors
/// 400 when the location has no such contact, pipeline, stage or reason, or does not allow the duplicate; 422 with the
/// faults of custom values; when the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact_id: &str,
    fields: &OpportunityFields,
) -> Result<Opportunity, Error> {
    let contact = contacts::hold(tx, here, contact_id)?;
    let location = locations::get(tx, here)?;
    let pipeline = match &fields.pipeline_id {
        Some(id) => pipelines::get(tx, here, id)?,
        None => return Err(Error::field("pipelineId should not be empty")),
    };
    let stage = pipeline.stages.first().ok_or_else(|| Error::internal("a pipeline without stages"))?;
    let author = Author::of(&cx.actor, cx.now);
    let blank = Opportunity {
        no: 0,
        id: Id::generate(cx.random.as_ref()),
        location_id: here.location_id().clone(),
        contact_id: contact.id.clone(),
        pipeline_id: pipeline.id.clone(),
        stage_id: stage.id.clone(),
        name: contact.name(),
        status: Status::Open,
        monetary_value: 0.0,
        source: None,
        assigned_to: None,
        lost_reason_id: None,
        followers: Vec::new(),
        custom_fields: Vec::new(),
        forecast: Forecast::default(),
        probability: None,
        version: 1,
        created_by: author.clone(),
        updated_by: author,
        last_status_change: cx.now,
        last_stage_change: cx.now,
        date_added: cx.now,
        date_updated: cx.now,
    };
    let made = apply::apply(tx, cx, here, blank, fields, &location.country)?;
    pipelines::hold_stage(tx, here, &made.stage_id)?;
    if !location.settings.allow_duplicate_opportunity {
        duplicates::refuse(tx, here, &made)?;
    }
    insert(tx, cx, here, made, &contact)
}

fn insert(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    mut made: Opportunity,
    contact: &contacts::Contact,
) -> Result<Opportunity, Error> {
    made.no = tx.query_one(sql::INSERT, &stored::params(&made), |row| row.get(0))?;
    index::add(tx, here, &made)?;
    for kind in [EventKind::OpportunityCreate, EventKind::OpportunityUpdate] {
        outbox::append(tx, &events::event(cx, here, kind, &made))?;
    }
    if made.status == Status::Won {
        outbox::append(tx, &events::won(cx, here, &made, contact))?;
    }
    Ok(made)
}

/// Changes what `fields` mention.
///
/// Events: `OpportunityUpdate` when anything changed, with it one for each of stage, status, monetary value and assignee
/// that did, and `OpportunityWon`; none when nothing did.
///
/// # Errors
/// 400 when the location has no such opportunity, pipeline, stage or reason, or does not allow the duplicate that it would
/// become; 422 with the faults of custom values; when the store fails.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    fields: &OpportunityFields,
) -> Result<Opportunity, Error> {
    let before = hold(tx, here, id)?;
    change(tx, cx, here, before, fields)
}

/// Applies `fields` to an opportunity that is held.
fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    before: Opportunity,
    fields: &OpportunityFields,
) -> Result<Opportunity, Error> {
    let location = locations::get(tx, here)?;
    let after = apply::apply(tx, cx, here, before.clone(), fields, &location.country)?;
    if before.stage_id != after.stage_id {
        pipelines::hold_stage(tx, here, &after.stage_id)?;
    }
    let moved = (before.status, &before.pipeline_id) != (after.status, &after.pipeline_id);
    if moved && !location.settings.allow_duplicate_opportunity {
        duplicates::refuse(tx, here, &after)?;
    }
    save(tx, cx, here, &before, after)
}

/// Says what became of an opportunity.
///
/// Events: as [`update`].
///
/// # Errors
/// As [`update`].
pub fn set_status(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    status: Status,
    lost_reason_id: Option<&str>,
) -> Result<Opportunity, Error> {
    let reason = lost_reason_id.map(str::to_owned);
    let lost_reason_id = reason.map_or(leadhold_kernel::Patch::Absent, leadhold_kernel::Patch::Value);
    let fields = OpportunityFields { status: Some(status), lost_reason_id, ..Default::default() };
    update(tx, cx, here, id, &fields)
}

/// Removes an opportunity.
///
/// Events: `RelationDelete` for each of its relations; `OpportunityDelete` and `OpportunityUpdate`, with the opportunity as
/// it was.
///
/// # Errors
/// 400 when the location has no such opportunity; when the store fails.
pub fn delete(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<(), Error> {
    let gone = hold(tx, here, id)?;
    remove(tx, cx, here, &gone)
}

/// Removes an opportunity that is held.
fn remove(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, gone: &Opportunity) -> Result<(), Error> {
    index::remove(tx, here, gone)?;
    associations::forget_record(tx, cx, here, "opportunity", gone.id.as_str())?;
    tx.exec(sql::DELETE, params![here.location_id(), gone.no])?;
    for kind in [EventKind::OpportunityDelete, EventKind::OpportunityUpdate] {
        outbox::append(tx, &events::event(cx, here, kind, gone))?;
    }
    Ok(())
}

/// The opportunity of this id.
///
/// # Errors
/// 403 when it is another location's, 400 when nobody has it; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Opportunity, Error> {
    match find(tx, here, id)? {
        Some(found) => Ok(found),
        None => Err(missing(tx, id)?),
    }
}

/// The opportunity of this id, if the location has it.
///
/// # Errors
/// When the store fails.
pub fn find(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Option<Opportunity>, Error> {
    Ok(tx.query_opt(sql::GET, params![here.location_id(), id], stored::read)?)
}

/// An open opportunity that is at rest since a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtRest {
    /// Which.
    pub id: Id<id::Opportunity>,
    /// With whom.
    pub contact_id: Id<id::Contact>,
    /// When it was last changed.
    pub since: Timestamp,
}

/// The next open opportunities in the order of their last changes, behind one and up to a moment.
///
/// # Errors
/// When the store fails.
pub fn at_rest(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    (after, after_id): (Timestamp, &str),
    until: Timestamp,
    limit: i64,
) -> Result<Vec<AtRest>, Error> {
    Ok(tx.query(sql::AT_REST, params![here.location_id(), after, after_id, until, limit], |row| {
        Ok(AtRest { id: row.get(0)?, contact_id: row.get(1)?, since: row.get(2)? })
    })?)
}

/// Why a location does not have the opportunity of this id.
pub(super) fn missing(tx: &mut Tx<'_>, id: &str) -> Result<Error, Error> {
    let elsewhere = tx.query_opt(sql::IS_ANYONES, params![id], |_| Ok(()))?.is_some();
    Ok(match elsewhere {
        true => no_access(),
        false => Error::bad_request(format!("Opportunity with id {id} not found")),
    })
}

/// The opportunity of this id, kept from changes by others until the transaction ends. Its contact is held first, as by a
/// creation: so nobody else makes or moves one of the contact's meanwhile.
///
/// # Errors
/// As [`get`].
pub fn hold(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Opportunity, Error> {
    let contact_of = |tx: &mut Tx<'_>| {
        tx.query_opt(sql::CONTACT_OF, params![here.location_id(), id], |row| row.get::<String>(0))
    };
    if let Some(contact) = contact_of(tx)? {
        tx.lock(&format!("contact:{contact}"))?;
    }
    tx.lock(&format!("opportunity:{id}"))?;
    get(tx, here, id)
}

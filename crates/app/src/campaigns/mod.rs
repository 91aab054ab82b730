//! Campaigns: series of messages that contacts are put into.
//!
//! Cast: a [`Campaign`] has a [`plan`] (steps over time: e-mail, SMS, voicemail, call); a [`Place`] is a contact in it. Who
//! says the steps is above: automation makes a workflow of the plan and runs it for each place that becomes active.
//!
//! What is guaranteed:
//! - A contact is in a campaign or is not, and each change of that, and of how far it is ([`Progress`]), is announced once:
//!   `CampaignStatusUpdate`.
//! - Nobody comes into a draft. Who is in a campaign stays when it becomes one.
//! - A contact's places go with it, in silence: `ContactDelete` says it.

mod events;
mod model;
pub mod plan;
mod routes;
mod sql;
mod wire;

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_queue::outbox;
use leadhold_store::{DbError, Json, Row, Sql, Tx, json_text, params};

pub use self::model::{Campaign, Place, Progress, Status};
pub use self::routes::routes;
use crate::contacts;
use crate::http::caller::no_access;
use crate::tenant::LocationScope;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// Campaigns that a location can have: they are always shown all at once.
const MOST: usize = 1000;

/// Makes a campaign.
///
/// # Errors
/// 400 when the location has too many; when the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    name: &str,
    status: Status,
    plan: &plan::Changes,
) -> Result<Campaign, Error> {
    if list(tx, here, None)?.len() >= MOST {
        return Err(Error::bad_request(format!("A location has at most {MOST} campaigns.")));
    }
    let campaign = Campaign {
        id: Id::generate(cx.random.as_ref()),
        name: name.to_owned(),
        status,
        plan: plan.over(&plan::empty()),
        version: 1,
        created_at: cx.now,
        updated_at: cx.now,
    };
    let (plan, version) = (json_text(&campaign.plan), campaign.version);
    let row = params![&campaign.id, here.location_id(), name, status.name(), plan, version, cx.now];
    tx.exec(sql::INSERT, row)?;
    Ok(campaign)
}

/// Gives a campaign another name or status, or another plan. Contacts that are in it hear what it said when they came.
///
/// # Errors
/// 400 when the location has no such campaign; when the store fails.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    name: Option<&str>,
    status: Option<Status>,
    plan: &plan::Changes,
) -> Result<Campaign, Error> {
    let before = hold(tx, here, id)?;
    let name = name.map_or_else(|| before.name.clone(), str::to_owned);
    let plan = plan.over(&before.plan);
    let version = before.version + i64::from(plan != before.plan);
    let status = status.unwrap_or(before.status);
    let after = Campaign { name, status, plan, version, ..before.clone() };
    if after == before {
        return Ok(before);
    }
    let (id, name, plan) = (&after.id, &after.name, json_text(&after.plan));
    let row = params![here.location_id(), id, name, after.status.name(), plan, after.version, cx.now];
    tx.exec(sql::UPDATE, row)?;
    Ok(Campaign { updated_at: cx.now, ..after })
}

/// Removes a campaign in which nobody is active, with the places of those who were.
///
/// # Errors
/// 400 when the location has no such campaign, 409 when somebody is in it; when the store fails.
pub fn delete(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<(), Error> {
    let campaign = hold(tx, here, id)?;
    let taken = tx.query_opt(sql::ANYBODY, params![here.location_id(), &campaign.id], |_| Ok(()))?;
    if taken.is_some() {
        return Err(Error::Conflict("Contacts are in this campaign: take them out of it first.".to_owned()));
    }
    tx.exec(sql::EMPTY, params![here.location_id(), &campaign.id])?;
    tx.exec(sql::DELETE, params![here.location_id(), &campaign.id])?;
    Ok(())
}

/// The campaigns of a location, oldest first.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, here: &LocationScope, status: Option<Status>) -> Result<Vec<Campaign>, Error> {
    let status = status.map_or("", Status::name);
    Ok(tx.query(sql::LIST, params![here.location_id(), status], read)?)
}

/// One campaign.
///
/// # Errors
/// 400 when there is no such campaign, 403 when it is another location's; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Campaign, Error> {
    if let Some(campaign) = tx.query_opt(sql::GET, params![here.location_id(), id], read)? {
        return Ok(campaign);
    }
    let elsewhere = tx.query_opt(sql::ELSEWHERE, params![id], |_| Ok(()))?;
    Err(match elsewhere {
        Some(()) => no_access(),
        None => Error::bad_request(format!("Campaign with id {id} not found")),
    })
}

/// Puts a contact into a campaign; one that came to its end begins again.
///
/// Event: `CampaignStatusUpdate` (`active`), when the contact was not active in it.
///
/// # Errors
/// 400 when the location has no such contact or campaign, or the campaign is a draft; 403 when the contact is another
/// location's; when the store fails.
pub fn add(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact_id: &str,
    campaign_id: &str,
) -> Result<(), Error> {
    contacts::hold_existing(tx, here, contact_id)?;
    let campaign = hold(tx, here, campaign_id)?;
    if campaign.status == Status::Draft {
        return Err(Error::bad_request(
            "The campaign is a draft: publish it before contacts are added to it.",
        ));
    }
    let place = match place(tx, here, contact_id, &campaign.id)? {
        Some(place) if place.progress == Progress::Active => return Ok(()),
        Some(place) => {
            let place = Place { replied: String::new(), date_added: cx.now, ..place };
            set(tx, cx, here, &place, Progress::Active)?
        }
        None => {
            let place = Place {
                id: Id::generate(cx.random.as_ref()),
                campaign_id: campaign.id,
                contact_id: contact_id.to_owned(),
                progress: Progress::Active,
                replied: String::new(),
                date_added: cx.now,
                date_updated: cx.now,
            };
            let row = params![&place.id, here.location_id(), &place.campaign_id, contact_id, cx.now];
            tx.exec(sql::INSERT_PLACE, row)?;
            place
        }
    };
    outbox::append(tx, &events::event(cx, here, "active", &place))?;
    Ok(())
}

/// Takes a contact out of a campaign.
///
/// Event: `CampaignStatusUpdate` (`removed`), when the contact was in it.
///
/// # Errors
/// As [`add`]; a draft is as good as any.
pub fn remove(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact_id: &str,
    campaign_id: &str,
) -> Result<(), Error> {
    contacts::hold_existing(tx, here, contact_id)?;
    let campaign = get(tx, here, campaign_id)?;
    let place = place(tx, here, contact_id, &campaign.id)?;
    leave(tx, cx, here, place.as_slice())
}

/// Takes a contact out of all campaigns.
///
/// Event: `CampaignStatusUpdate` (`removed`) for each that it was in.
///
/// # Errors
/// 400 when the location has no such contact, 403 when it is another's; when the store fails.
pub fn remove_from_all(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact_id: &str,
) -> Result<(), Error> {
    contacts::hold_existing(tx, here, contact_id)?;
    let places = tx.query(sql::PLACES, params![here.location_id(), contact_id], read_place)?;
    leave(tx, cx, here, &places)
}

/// One contact's places become another's, when the two turn out to be one person; answers how many. No event: nobody said
/// anything about a campaign.
///
/// # Errors
/// When the store fails.
pub fn move_to_contact(tx: &mut Tx<'_>, here: &LocationScope, from: &str, to: &str) -> Result<u64, Error> {
    let moved = tx.exec(sql::MOVE_PLACES, params![here.location_id(), from, to])?;
    tx.exec(sql::DROP_PLACES, params![here.location_id(), from])?;
    Ok(moved)
}

/// A contact's place by its id; `None` when it left, or was deleted.
///
/// # Errors
/// When the store fails.
pub fn place_of_id(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Option<Place>, Error> {
    Ok(tx.query_opt(sql::PLACE_OF_ID, params![here.location_id(), id], read_place)?)
}

/// An active contact came to an end in its campaign; with what it replied.
///
/// Event: `CampaignStatusUpdate` with the new status, when the contact was active.
///
/// # Errors
/// When the store fails.
pub fn settle(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    progress: Progress,
    replied: &str,
) -> Result<(), Error> {
    let Some(place) = place_of_id(tx, here, id)?.filter(|place| place.progress == Progress::Active) else {
        return Ok(());
    };
    let place = set(tx, cx, here, &Place { replied: replied.to_owned(), ..place }, progress)?;
    outbox::append(tx, &events::event(cx, here, progress.name(), &place))?;
    Ok(())
}

/// A page of a campaign's places.
struct Page {
    /// One more than were asked for, when there are more.
    places: Vec<Place>,
    /// How many there are of each status on all pages.
    counts: Vec<(String, i64)>,
}

/// The places of a campaign that are asked for, the newest first.
fn places_of(tx: &mut Tx<'_>, here: &LocationScope, id: &str, asked: &wire::Places) -> Result<Page, Error> {
    let campaign = get(tx, here, id)?;
    let before = match &asked.after {
        None => (Timestamp(i64::MAX), ""),
        Some(after) => match place_of_id(tx, here, after)? {
            Some(place) => (place.date_added, after.as_str()),
            None => return Err(Error::bad_request(format!("Place with id {after} not found"))),
        },
    };
    let status = asked.status.map_or("", Progress::name);
    let row = params![here.location_id(), &campaign.id, status, before.0, before.1, asked.limit + 1];
    let places = tx.query(sql::PLACES_OF_CAMPAIGN, row, read_place)?;
    let counts = tx.query(sql::COUNTS, params![here.location_id(), &campaign.id], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(Page { places, counts })
}

fn set(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    place: &Place,
    progress: Progress,
) -> Result<Place, Error> {
    let place = Place { progress, date_updated: cx.now, ..place.clone() };
    let (status, replied) = (progress.name(), &place.replied);
    let row = params![here.location_id(), &place.id, status, replied, place.date_added, cx.now];
    tx.exec(sql::SET_PLACE, row)?;
    Ok(place)
}

fn leave(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, places: &[Place]) -> Result<(), Error> {
    for place in places {
        tx.exec(sql::DELETE_PLACE, params![here.location_id(), &place.id])?;
        outbox::append(tx, &events::event(cx, here, "removed", place))?;
    }
    Ok(())
}

fn hold(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Campaign, Error> {
    tx.lock(&format!("campaign:{id}"))?;
    get(tx, here, id)
}

fn place(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contact_id: &str,
    campaign_id: &Id<id::Campaign>,
) -> Result<Option<Place>, Error> {
    Ok(tx.query_opt(sql::PLACE, params![here.location_id(), contact_id, campaign_id], read_place)?)
}

fn read_place(row: &Row<'_>) -> Result<Place, DbError> {
    let status: String = row.get(3)?;
    Ok(Place {
        id: row.get(0)?,
        campaign_id: row.get(1)?,
        contact_id: row.get(2)?,
        progress: Progress::parse(&status).ok_or_else(|| unknown("campaign_contacts.status", &status))?,
        replied: row.get(4)?,
        date_added: row.get(5)?,
        date_updated: row.get(6)?,
    })
}

fn read(row: &Row<'_>) -> Result<Campaign, DbError> {
    let status: String = row.get(2)?;
    let Json(plan) = row.get(3)?;
    Ok(Campaign {
        id: row.get(0)?,
        name: row.get(1)?,
        status: Status::parse(&status).ok_or_else(|| unknown("campaigns.status", &status))?,
        plan,
        version: row.get(4)?,
        created_at: row.get(5)?,
        updated_at: row.get(6)?,
    })
}

fn unknown(place: &str, word: &str) -> DbError {
    DbError::Inconsistent { place: place.to_owned(), fault: format!("`{word}` is unknown") }
}

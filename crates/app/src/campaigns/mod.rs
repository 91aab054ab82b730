//! Campaigns: series of messages that contacts are put into.
//!
//! The real service keeps them for those who have them; new ones are made there as workflows. What a campaign sends is not
//! built yet: here it has a name, a status, and its contacts.
//!
//! What is guaranteed:
//! - A contact is in a campaign or is not, and each change of that is announced once: `CampaignStatusUpdate`.
//! - Nobody comes into a draft. Who is in a campaign stays when it becomes one.
//! - A contact's places go with it, in silence: `ContactDelete` says it.

mod events;
mod model;
mod routes;
mod sql;
mod wire;

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_queue::outbox;
use leadhold_store::{DbError, Row, Sql, Tx, params};

use self::events::Place;
pub use self::model::{Campaign, Status};
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
) -> Result<Campaign, Error> {
    if list(tx, here, None)?.len() >= MOST {
        return Err(Error::bad_request(format!("A location has at most {MOST} campaigns.")));
    }
    let campaign = Campaign {
        id: Id::generate(cx.random.as_ref()),
        name: name.to_owned(),
        status,
        created_at: cx.now,
        updated_at: cx.now,
    };
    tx.exec(sql::INSERT, params![&campaign.id, here.location_id(), name, status.name(), cx.now])?;
    Ok(campaign)
}

/// Gives a campaign another name or status.
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
) -> Result<Campaign, Error> {
    let before = hold(tx, here, id)?;
    let name = name.map_or_else(|| before.name.clone(), str::to_owned);
    let after = Campaign { name, status: status.unwrap_or(before.status), ..before.clone() };
    if after == before {
        return Ok(before);
    }
    let row = params![here.location_id(), &after.id, &after.name, after.status.name(), cx.now];
    tx.exec(sql::UPDATE, row)?;
    Ok(Campaign { updated_at: cx.now, ..after })
}

/// Removes a campaign that nobody is in.
///
/// # Errors
/// 400 when the location has no such campaign, 409 when somebody is in it; when the store fails.
pub fn delete(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<(), Error> {
    let campaign = hold(tx, here, id)?;
    let taken = tx.query_opt(sql::ANYBODY, params![here.location_id(), &campaign.id], |_| Ok(()))?;
    if taken.is_some() {
        return Err(Error::Conflict("Contacts are in this campaign: take them out of it first.".to_owned()));
    }
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

/// Puts a contact into a campaign.
///
/// Event: `CampaignStatusUpdate` (`active`), when the contact was not in it.
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
    if place(tx, here, contact_id, &campaign.id)?.is_some() {
        return Ok(());
    }
    let place = Place {
        id: Id::generate(cx.random.as_ref()),
        campaign_id: campaign.id,
        contact_id: contact_id.to_owned(),
        date_added: cx.now,
    };
    let row = params![&place.id, here.location_id(), &place.campaign_id, contact_id, cx.now];
    tx.exec(sql::INSERT_PLACE, row)?;
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
    Ok(Place { id: row.get(0)?, campaign_id: row.get(1)?, contact_id: row.get(2)?, date_added: row.get(3)? })
}

fn read(row: &Row<'_>) -> Result<Campaign, DbError> {
    let status: String = row.get(2)?;
    Ok(Campaign {
        id: row.get(0)?,
        name: row.get(1)?,
        status: Status::parse(&status).ok_or_else(|| DbError::Inconsistent {
            place: "campaigns.status".to_owned(),
            fault: format!("`{status}` is unknown"),
        })?,
        created_at: row.get(3)?,
        updated_at: row.get(4)?,
    })
}

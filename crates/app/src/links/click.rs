//! `GET /l/{linkId}`: somebody follows a link.

use leadhold_kernel::{Cx, Error, EventKind, Id, Timestamp, id};
use leadhold_queue::outbox;
use leadhold_store::{Tx, params};
use serde_json::json;

use super::destination::destination;
use super::sql;
use crate::contacts::{self, Contact};
use crate::tenant::LocationScope;

/// How many clicks of a link are kept one by one; the counts go on.
const KEPT: i64 = 10_000;
/// Older ones are looked for once in so many clicks.
const PRUNE_EVERY: i64 = 256;

/// A click that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Click {
    pub id: Id<id::LinkClick>,
    pub contact_id: Option<Id<id::Contact>>,
    pub at: Timestamp,
}

/// Answers where the link leads, and counts a click if it is one; `None` when there is no such link. `contact` is who it
/// was.
///
/// Event: the internal `LinkClick`, when a contact clicked.
///
/// # Errors
/// When the store fails.
pub(super) fn follow(
    tx: &mut Tx<'_>,
    cx: &Cx,
    link: &str,
    contact: Option<&Id<id::Contact>>,
    counted: bool,
) -> Result<Option<String>, Error> {
    // Who knows the URL has proven access to its link.
    let found = tx.query_opt(sql::BY_URL, params![link], |row| {
        Ok((LocationScope::proven(row.get(0)?, row.get(1)?), row.get::<String>(2)?))
    })?;
    let Some((here, redirect_to)) = found else { return Ok(None) };
    let contact = match contact {
        Some(contact) => contacts::find(tx, &here, contact.as_str())?,
        None => None,
    };
    let Some(destination) = destination(&redirect_to, contact.as_ref()) else { return Ok(None) };
    if !counted {
        return Ok(Some(destination));
    }
    count(tx, cx, &here, link, contact.as_ref())?;
    if let Some(contact) = contact {
        let payload = json!({
            "id": link, "redirectTo": redirect_to, "contactId": contact.id, "locationId": here.location_id(),
        });
        outbox::append(tx, &here.event(cx, EventKind::LinkClick, contact.id.as_str(), payload))?;
    }
    Ok(Some(destination))
}

fn count(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    link: &str,
    contact: Option<&Contact>,
) -> Result<(), Error> {
    let location = here.location_id();
    tx.exec(sql::CLICK, params![location, link])?;
    let contact = contact.map(|contact| &contact.id);
    if let Some(contact) = contact
        && tx.exec(sql::NEW_CONTACT, params![location, link, contact])? == 1
    {
        tx.exec(sql::COUNT_CONTACT, params![location, link])?;
    }
    let id = Id::<id::LinkClick>::generate(cx.random.as_ref());
    tx.exec(sql::INSERT_CLICK, params![&id, location, link, contact, cx.now])?;
    let clicks: i64 = tx.query_one(sql::GET, params![location, link], |row| row.get(4))?;
    if clicks % PRUNE_EVERY == 0 {
        tx.exec(sql::PRUNE, params![location, link, KEPT])?;
    }
    Ok(())
}

/// The kept clicks of a link before `before`, newest first.
///
/// # Errors
/// When the store fails.
pub(super) fn list(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    link: &str,
    before: (Timestamp, &str),
    limit: i64,
) -> Result<Vec<Click>, Error> {
    let page = params![here.location_id(), link, before.0, before.1, limit];
    Ok(tx.query(sql::CLICKS, page, |row| {
        Ok(Click { id: row.get(0)?, contact_id: row.get(1)?, at: row.get(2)? })
    })?)
}

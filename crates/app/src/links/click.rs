//! `GET /l/{linkId}`: somebody follows a link.

use leadhold_kernel::merge_field::{Lookup, Place, render_for};
use leadhold_kernel::{Cx, Error, EventKind, Id, Timestamp, id};
use leadhold_queue::outbox;
use leadhold_store::{Tx, params};
use serde_json::json;
use url::Url;

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

/// Where a link leads this contact. The contact's fields are filled in, each as one part of a URL, so that none of them
/// can change where it leads; `None` when what comes out is no URL.
fn destination(redirect_to: &str, contact: Option<&Contact>) -> Option<String> {
    let text = render_for(Place::UrlComponent, redirect_to, &Fields(contact));
    let url = Url::parse(&text).ok()?;
    is_web(&url).then(|| url.to_string())
}

/// Whether a URL can be followed by a browser to another site.
pub(super) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// The merge fields that a destination may have.
struct Fields<'a>(Option<&'a Contact>);

impl Lookup for Fields<'_> {
    fn get(&self, path: &[&str]) -> Option<String> {
        let ["contact", field] = path else { return None };
        let contact = self.0?;
        match *field {
            "id" => Some(contact.id.to_string()),
            "first_name" => contact.first_name.clone(),
            "last_name" => contact.last_name.clone(),
            "name" => {
                let names = [contact.first_name.as_deref(), contact.last_name.as_deref()];
                Some(names.into_iter().flatten().collect::<Vec<_>>().join(" "))
            }
            "email" => contact.email.clone(),
            "phone" | "phone_raw" => contact.phone.clone(),
            "company_name" => contact.company_name.clone(),
            "city" => contact.city.clone(),
            "state" => contact.state.clone(),
            "postal_code" => contact.postal_code.clone(),
            "country" => contact.country.clone(),
            _ => None,
        }
    }
}

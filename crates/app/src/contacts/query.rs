//! Finding contacts: the old list, the search, and who an address or number belongs to.

use leadhold_kernel::{Error, fold};
use leadhold_store::{Dynamic, Tx, params};

use super::search::{Search, compile, parse};
use super::service::{self, total};
use super::sql;
use super::stored::Stored;
use crate::tenant::LocationScope;

/// Contacts up to which the old list says exactly on which page a cursor stands.
const COUNTED_PAGES: i64 = 10_000;

/// What the old list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    pub(super) limit: i64,
    pub(super) query: String,
    /// The `dateAdded` and the id of the last contact of the previous page; either may be missing.
    pub(super) start_after: Option<i64>,
    pub(super) start_after_id: Option<String>,
}

/// A page of the old list.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) rows: Vec<Stored>,
    pub(super) total: i64,
    /// Whether there is a next page.
    pub(super) more: bool,
    /// Contacts before this page, at most [`COUNTED_PAGES`].
    pub(super) before: i64,
}

/// Newest first. With a cursor, what comes after it, however much was added meanwhile.
pub(super) fn list(tx: &mut Tx<'_>, here: &LocationScope, list: &List) -> Result<Page, Error> {
    let words = parse::words(&list.query);
    let matching = |head: &str| {
        let mut sql = Dynamic::in_location(head, here.location_id());
        words.iter().for_each(|word| compile::with_word(&mut sql, word));
        sql
    };
    let cursor = cursor(tx, here, list)?;
    let mut sql = matching(sql::head());
    match &cursor {
        Some((date, Some(id))) => {
            sql.push(" and (c.date_added, c.id) < (").bind(*date).push(", ").bind(id.clone()).push(")");
        }
        Some((date, None)) => drop(sql.push(" and c.date_added < ").bind(*date)),
        None => {}
    }
    sql.push(" order by c.date_added desc, c.id desc limit ").bind(list.limit + 1);
    let mut rows = tx.query_dynamic(&sql, Stored::read)?;
    let more = rows.len() as i64 > list.limit;
    rows.truncate(usize::try_from(list.limit).unwrap_or(usize::MAX));
    let total = match words.is_empty() {
        true => total(tx, here)?,
        false => count(tx, &matching(sql::COUNT_HEAD))?,
    };
    let before = match &cursor {
        Some((date, id)) => {
            let id = id.as_deref().unwrap_or_default();
            tx.query_one(sql::COUNT_BEFORE, params![here.location_id(), *date, id, COUNTED_PAGES], |row| {
                row.get(0)
            })?
        }
        None => 0,
    };
    Ok(Page { rows, total, more, before })
}

/// The cursor with what is missing of it looked up: some clients send only the id.
fn cursor(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    list: &List,
) -> Result<Option<(i64, Option<String>)>, Error> {
    Ok(match (list.start_after, &list.start_after_id) {
        (Some(date), id) => Some((date, id.clone())),
        (None, Some(id)) => Some((service::stored(tx, here, id)?.date_added.millis(), Some(id.clone()))),
        (None, None) => None,
    })
}

fn count(tx: &mut Tx<'_>, sql: &Dynamic) -> Result<i64, Error> {
    Ok(tx.query_dynamic(sql, |row| row.get(0))?.first().copied().unwrap_or(0))
}

/// A page of a search, and how many contacts match in all.
pub(super) fn search(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    search: &Search,
) -> Result<(Vec<Stored>, i64), Error> {
    let rows = tx.query_dynamic(&compile::page(sql::head(), here.location_id(), search), Stored::read)?;
    let total = match search.words.is_empty() && search.filter.is_open() {
        true => total(tx, here)?,
        false => count(tx, &compile::matching(sql::COUNT_HEAD, here.location_id(), search))?,
    };
    Ok((rows, total))
}

/// The contact that an address or number belongs to, in the location's match order.
pub(super) fn duplicate(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    email: Option<&str>,
    number: Option<&str>,
) -> Result<Option<Stored>, Error> {
    match service::find_duplicate(tx, here, email, number)? {
        Some(found) => service::stored(tx, here, &found.id).map(Some),
        None => Ok(None),
    }
}

/// Everyone with this address, number and words, newest first: what the integrator's guide calls search.
pub(super) fn by_address(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    email: Option<&str>,
    number: Option<&str>,
    list: &List,
) -> Result<Vec<Stored>, Error> {
    let country = crate::locations::get(tx, here)?.country;
    let phone = number.and_then(|number| leadhold_kernel::phone::normalise(number, Some(&country)));
    let mut sql = Dynamic::in_location(sql::head(), here.location_id());
    for (column, value) in [("c.email_lower", email), ("c.phone_lower", phone.as_deref().or(number))] {
        if let Some(value) = value {
            sql.push(" and ")
                .push(column)
                .push(" <> '' and ")
                .push(column)
                .push(" = ")
                .bind(fold(value.trim()));
        }
    }
    parse::words(&list.query).iter().for_each(|word| compile::with_word(&mut sql, word));
    sql.push(" order by c.date_added desc, c.id desc limit ").bind(list.limit);
    Ok(tx.query_dynamic(&sql, Stored::read)?)
}

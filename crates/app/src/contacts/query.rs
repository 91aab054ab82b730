//! Finding contacts: the old list, the search, and who an address or number belongs to.

use leadhold_kernel::{Error, fold, phone, words};
use leadhold_store::{Dynamic, Tx, params};

use super::model::Contact;
use super::search::{CATALOGUE, DATE_ADDED, only_tag, with_typed};
use super::service::{self, total};
use super::sql;
use super::stored::Stored;
use crate::search::compile::{self, Plan};
use crate::search::{Field, Filter, Key, Operand, Search, Sort, Test, Window};
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
    let cursor = cursor(tx, here, list)?;
    let search = Search {
        limit: list.limit + 1,
        window: match &cursor {
            Some((date, id)) => Window::After(vec![Key::Number(*date)], id.clone()),
            None => Window::Page(1),
        },
        sort: vec![Sort { key: DATE_ADDED, descending: true }],
        words: words::asked(&list.query),
        filter: Filter::All(Vec::new()),
    };
    let (mut rows, total) = self::search(tx, here, &search)?;
    let more = rows.len() as i64 > list.limit;
    rows.truncate(usize::try_from(list.limit).unwrap_or(usize::MAX));
    let before = match &cursor {
        Some((date, id)) => {
            let mut sql = compile::matching(
                sql::COUNT_BEFORE_HEAD,
                &CATALOGUE,
                here.location_id(),
                &search,
                Plan::Dense,
            );
            sql.push(" and (c.date_added, c.id) >= (")
                .bind(*date)
                .push(", ")
                .bind(id.clone())
                .push(") limit ");
            sql.bind(COUNTED_PAGES).push(") as earlier");
            count(tx, &sql)?
        }
        None => 0,
    };
    Ok(Page { rows, total, more, before })
}

/// The cursor with what is missing of it looked up: some clients send only the id.
fn cursor(tx: &mut Tx<'_>, here: &LocationScope, list: &List) -> Result<Option<(i64, String)>, Error> {
    Ok(match (list.start_after, &list.start_after_id) {
        (Some(date), id) => Some((date, id.clone().unwrap_or_default())),
        (None, Some(id)) => Some((service::stored(tx, here, id)?.date_added.millis(), id.clone())),
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
    let (matching, all) = figures(tx, here, search)?;
    if matching == 0 {
        return Ok((Vec::new(), 0));
    }
    let plan = Plan::of(search, matching, all);
    Ok((page(tx, here, search, plan)?, matching))
}

/// A page of a search by a plan.
pub(super) fn page(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    search: &Search,
    plan: Plan,
) -> Result<Vec<Stored>, Error> {
    let sql = compile::page(sql::head(), &CATALOGUE, here.location_id(), search, plan);
    Ok(tx.query_dynamic(&sql, Stored::read)?)
}

/// How many contacts match, and how many there are.
fn figures(tx: &mut Tx<'_>, here: &LocationScope, search: &Search) -> Result<(i64, i64), Error> {
    let all = total(tx, here)?;
    let filtered =
        |search| compile::matching(sql::COUNT_HEAD, &CATALOGUE, here.location_id(), search, Plan::Sparse);
    let matching = if !search.words.is_empty() {
        count(tx, &filtered(search))?
    } else if search.filter.is_open() {
        all
    } else if let Some(tag) = only_tag(&search.filter) {
        tx.query_one(sql::COUNT_TAGGED, params![here.location_id(), tag], |row| row.get(0))?
    } else {
        count(tx, &filtered(search))?
    };
    Ok((matching, all))
}

/// The plan for the pages of a search.
pub(super) fn plan(tx: &mut Tx<'_>, here: &LocationScope, search: &Search) -> Result<Plan, Error> {
    let (matching, all) = figures(tx, here, search)?;
    Ok(Plan::of(search, matching, all))
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

/// The newest contact that has all of these values, each of a field by its name in a search (`email`,
/// `customFields.<id>`), compared as a search does: without regard to case, a number in any spelling.
///
/// # Errors
/// 400 when there is no such field; when the store fails.
pub fn newest_with(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    values: &[(String, String)],
) -> Result<Option<Contact>, Error> {
    let country = crate::locations::get(tx, here)?.country;
    let mut parts = Vec::new();
    for (name, value) in values {
        let found = (CATALOGUE.field)(name);
        let (field, _) = found.ok_or_else(|| Error::bad_request(format!("Invalid field {name}")))?;
        let value = value.trim();
        let value = match (name.as_str(), &field) {
            ("phone", _) => fold(phone::normalise(value, Some(&country)).as_deref().unwrap_or(value)),
            (_, Field::Exact(_)) => value.to_owned(),
            _ => fold(value),
        };
        parts.push(Filter::Is(field, Test::Eq(vec![Operand::Text(value)])));
    }
    let search = Search {
        limit: 1,
        window: Window::Page(1),
        sort: vec![Sort { key: DATE_ADDED, descending: true }],
        words: Vec::new(),
        filter: Filter::All(parts),
    };
    let found = page(tx, here, &search, Plan::Sparse)?.pop();
    Ok(found.map(Stored::into_contact).transpose()?)
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
    let phone = number.and_then(|number| phone::normalise(number, Some(&country)));
    let mut sql = Dynamic::in_location(sql::head(), here.location_id());
    for (column, value) in [("c.email_lower", email), ("c.phone_lower", phone.as_deref().or(number))] {
        if let Some(value) = value {
            sql.push(" and ").push(column).push(" = ").bind(fold(value.trim()));
        }
    }
    with_typed(&mut sql, &list.query);
    sql.push(" order by c.date_added desc, c.id desc limit ").bind(list.limit);
    Ok(tx.query_dynamic(&sql, Stored::read)?)
}

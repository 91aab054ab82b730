//! Contacts that may be one person: those that share an address, a number or a name.

use leadhold_kernel::Error;
use leadhold_store::{Dynamic, Tx};
use serde_json::value::RawValue;

use super::model::Contact;
use super::stored::Stored;
use super::{shown, sql};
use crate::http::ApiVersion;
use crate::tenant::LocationScope;

/// Contacts that one request looks at. A page may hold few groups and still not be the last.
const WINDOW: i64 = 20_000;
/// Contacts of a group that are shown.
const SHOWN: i64 = 20;

/// What contacts share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// The e-mail address.
    Email,
    /// The telephone number.
    Phone,
    /// Given and family name.
    Name,
}

impl Shared {
    /// How the API spells it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Name => "name",
        }
    }

    /// Where it stands folded, with an index.
    fn column(self) -> &'static str {
        match self {
            Self::Email => "c.email_lower",
            Self::Phone => "c.phone_lower",
            Self::Name => "c.name_lower",
        }
    }
}

/// Contacts with the same value.
#[derive(Clone, Debug)]
pub struct Group {
    /// The value, folded.
    pub value: String,
    /// How many have it.
    pub count: i64,
    /// The oldest of them, as `GET` shows them.
    pub contacts: Vec<Box<RawValue>>,
}

/// Some groups.
#[derive(Clone, Debug)]
pub struct Page {
    /// In the order of their values.
    pub groups: Vec<Group>,
    /// Where the next page begins; `None`: this is the last.
    pub next_after: Option<String>,
}

/// The groups after a value.
///
/// # Errors
/// When the store fails.
pub fn doubles(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    by: Shared,
    after: &str,
    limit: i64,
) -> Result<Page, Error> {
    let column = by.column();
    let (last, seen) = end_of_window(tx, here, column, after)?;
    let mut values = values(tx, here, column, after, limit + 1)?;
    // Of the window's last value, some may be beyond it.
    let complete = seen < WINDOW;
    if let Some(last) = last.as_ref().filter(|last| !complete && values.last() != Some(last)) {
        values.push(last.clone());
    }
    let more = values.len() as i64 > limit;
    values.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next_after = if more { values.last().cloned() } else { last.filter(|_| !complete) };
    let mut groups = Vec::with_capacity(values.len());
    for value in values {
        let count = count(tx, here, column, &value)?;
        if count > 1 {
            groups.push(Group { contacts: contacts(tx, here, column, &value)?, value, count });
        }
    }
    Ok(Page { groups, next_after })
}

fn window(head: &str, here: &LocationScope, column: &str, after: &str) -> Dynamic {
    let head = format!("{head} from (select {column} as v from contacts c where c.location_id = ");
    let mut sql = Dynamic::in_location(&head, here.location_id());
    sql.push(" and ").push(column).push(" > ").bind(after.to_owned());
    sql.push(" order by ").push(column).push(" limit ").bind(WINDOW).push(") as near");
    sql
}

/// The last value that is looked at, and at how many contacts.
fn end_of_window(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    column: &str,
    after: &str,
) -> Result<(Option<String>, i64), Error> {
    let sql = window("select max(v), count(*)", here, column, after);
    let ends = tx.query_dynamic(&sql, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(ends.into_iter().next().unwrap_or_default())
}

/// The values that several have.
fn values(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    column: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<String>, Error> {
    let mut sql = window("select v", here, column, after);
    sql.push(" group by v having count(*) > 1 order by v limit ").bind(limit);
    Ok(tx.query_dynamic(&sql, |row| row.get(0))?)
}

fn count(tx: &mut Tx<'_>, here: &LocationScope, column: &str, value: &str) -> Result<i64, Error> {
    let mut sql = Dynamic::in_location(sql::COUNT_HEAD, here.location_id());
    sql.push(" and ").push(column).push(" = ").bind(value.to_owned());
    Ok(tx.query_dynamic(&sql, |row| row.get(0))?.first().copied().unwrap_or_default())
}

fn contacts(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    column: &str,
    value: &str,
) -> Result<Vec<Box<RawValue>>, Error> {
    let mut sql = Dynamic::in_location(sql::head(), here.location_id());
    sql.push(" and ").push(column).push(" = ").bind(value.to_owned());
    sql.push(" order by c.date_added, c.id limit ").bind(SHOWN);
    let rows = tx.query_dynamic(&sql, Stored::read)?;
    Ok(rows.iter().map(raw).collect())
}

/// A contact as `GET /contacts/{contactId}` shows it, for answers of other rooms.
#[must_use]
pub fn as_read(contact: &Contact) -> Box<RawValue> {
    raw(&Stored::of(contact))
}

fn raw(row: &Stored) -> Box<RawValue> {
    RawValue::from_string(shown::full(row, ApiVersion::V2)).unwrap_or_default()
}

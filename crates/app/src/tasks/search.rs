//! Looking through all tasks of a location.

use std::collections::BTreeMap;

use leadhold_kernel::{Error, Timestamp, words};
use leadhold_store::{DbError, Dynamic, Row, Tx};

use super::model::Task;
use super::{service, sql};
use crate::tenant::LocationScope;
use crate::users::{self, Access, User};

/// Which tasks, and which page of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Search {
    /// Of these contacts; `None`: of everybody.
    pub(super) contacts: Option<Vec<String>>,
    /// Of contacts of this business.
    pub(super) business: Option<String>,
    /// Of these users.
    pub(super) assigned_to: Option<Vec<String>>,
    /// Only done ones, or only open ones.
    pub(super) completed: Option<bool>,
    /// Words of the title or the body.
    pub(super) query: String,
    /// How many are left out.
    pub(super) skip: i64,
    /// How many there are at most.
    pub(super) limit: i64,
}

/// A task with whom it is for and whose it is.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) task: Task,
    pub(super) date_updated: Timestamp,
    /// First name, last name, address and number of its contact.
    pub(super) contact: [Option<String>; 4],
    /// Who has to do it; `None` also when the location does not know such a person.
    pub(super) user: Option<User>,
}

/// Newest first.
pub(super) fn search(tx: &mut Tx<'_>, here: &LocationScope, search: &Search) -> Result<Vec<Found>, Error> {
    let mut sql = Dynamic::in_location(sql::FOUND, here.location_id());
    narrow(&mut sql, search);
    sql.push(" order by t.date_added desc, t.id desc limit ")
        .bind(search.limit)
        .push(" offset ")
        .bind(search.skip);
    let mut found = tx.query_dynamic(&sql, read)?;
    add_users(tx, here, &mut found)?;
    Ok(found)
}

fn narrow(sql: &mut Dynamic, search: &Search) {
    for (column, values) in [("t.contact_id", &search.contacts), ("t.assigned_to", &search.assigned_to)] {
        if values.as_ref().is_some_and(Vec::is_empty) {
            sql.push(" and 1 = 0");
        } else if let Some(values) = values {
            let values = values.iter().map(|value| value.clone().into());
            sql.push(" and ").push(column).push(" in (").list(values).push(")");
        }
    }
    if let Some(business) = &search.business {
        sql.push(
            " and t.contact_id in (select b.id from contacts b where b.location_id = $1 and b.business_id = ",
        )
        .bind(business.clone())
        .push(")");
    }
    if let Some(completed) = search.completed {
        sql.push(" and t.completed = ").bind(completed);
    }
    for run in words::asked(&search.query) {
        sql.push(" and t.no in (select s.rowid from tasks_search s where s.location_id = $1 and ");
        sql.has_words("tasks_search", "s", &run).push(")");
    }
}

fn add_users(tx: &mut Tx<'_>, here: &LocationScope, found: &mut [Found]) -> Result<(), Error> {
    let mut ids: Vec<String> = found.iter().filter_map(|one| one.task.assigned_to.clone()).collect();
    ids.sort();
    ids.dedup();
    let search = users::Search { limit: ids.len() as i64, ids: Some(ids), ..users::Search::default() };
    let (known, _) = users::search(tx, &Access::at(here), &search)?;
    let known: BTreeMap<String, User> = known.into_iter().map(|user| (user.id.to_string(), user)).collect();
    for one in found {
        one.user = one.task.assigned_to.as_ref().and_then(|user| known.get(user)).cloned();
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Found, DbError> {
    Ok(Found {
        task: service::read(row)?,
        date_updated: row.get(8)?,
        contact: [row.get(9)?, row.get(10)?, row.get(11)?, row.get(12)?],
        user: None,
    })
}

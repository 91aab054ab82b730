//! What hangs on each of several contacts: the newest few.

use std::collections::{BTreeSet, HashMap};

use leadhold_kernel::Error;
use leadhold_store::{DbError, Dynamic, Row, Tx};

use crate::tenant::LocationScope;

/// How many are shown of each contact.
const OF_ONE: i64 = 20;
/// Contacts of one statement: SQLite joins no more than 500 parts.
const AT_ONCE: usize = 100;

/// What of each contact is meant.
#[derive(Debug)]
pub struct OfEach {
    /// `select * from (select …`, from a table with an index by contact, moment and id; it ends where the location's id
    /// belongs, and its first column is the row's id.
    pub head: &'static str,
    /// The column of the contact's id, from 0.
    pub contact: usize,
    /// The column of the moment by which rows are new, from 1, and its name.
    pub moment: (u8, &'static str),
}

/// The newest rows of each of the contacts `ids`, by contact. Each contact is a part of its own, so that however much one
/// has, only its newest rows are read.
///
/// # Errors
/// When the store fails.
pub fn newest_of_each<T>(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    of: &OfEach,
    ids: &BTreeSet<&str>,
    read: impl Fn(&Row<'_>) -> Result<T, DbError>,
) -> Result<HashMap<String, Vec<T>>, Error> {
    let mut of_each: HashMap<String, Vec<T>> = HashMap::new();
    let ids: Vec<&str> = ids.iter().copied().collect();
    let OfEach { head, contact, moment: (place, moment) } = of;
    for some in ids.chunks(AT_ONCE) {
        let mut sql = Dynamic::in_location(head, here.location_id());
        for (at, id) in some.iter().enumerate() {
            if at > 0 {
                sql.push(" union all ").push(head).push("$1");
            }
            sql.push(" and contact_id = ").bind((*id).to_owned());
            sql.push(" order by ").push(moment).push(" desc, id desc limit ").bind(OF_ONE).push(") as part");
        }
        sql.push(&format!(" order by {place} desc, 1 desc"));
        for (contact, row) in tx.query_dynamic(&sql, |row| Ok((row.get::<String>(*contact)?, read(row)?)))? {
            of_each.entry(contact).or_default().push(row);
        }
    }
    Ok(of_each)
}

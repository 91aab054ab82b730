//! The opportunities that search results list beside a contact. Their room stands above this one, so they are read here as
//! what they are beside a contact: rows that name it.

use std::collections::HashMap;

use leadhold_kernel::{Error, plain};
use leadhold_store::{Dynamic, Tx};

use super::object::Object;
use super::sql;
use super::stored::Stored;
use crate::tenant::LocationScope;

/// Opportunities that one page lists at most.
const MOST: i64 = 5000;

/// The opportunities of a page's contacts as JSON arrays, by the contact's id; who has none is not in it.
///
/// # Errors
/// When the store fails.
pub(super) fn of(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contacts: &[Stored],
) -> Result<HashMap<String, String>, Error> {
    if contacts.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Dynamic::in_location(sql::DEALS_HEAD, here.location_id());
    sql.push(" and o.contact_id in (").list(contacts.iter().map(|contact| contact.id.clone().into()));
    sql.push(") order by o.contact_id, o.date_added, o.id limit ").bind(MOST);
    let mut deals: HashMap<String, Vec<String>> = HashMap::new();
    let rows = tx.query_dynamic(&sql, |row| {
        let mut deal = Object::new();
        deal.value("id", &row.get::<String>(1)?)
            .value("pipelineId", &row.get::<String>(2)?)
            .value("pipelineStageId", &row.get::<String>(3)?)
            .value("monetaryValue", &plain(row.get(4)?))
            .value("status", &row.get::<String>(5)?);
        Ok((row.get::<String>(0)?, deal.end()))
    })?;
    for (contact, deal) in rows {
        deals.entry(contact).or_default().push(deal);
    }
    Ok(deals.into_iter().map(|(contact, deals)| (contact, format!("[{}]", deals.join(",")))).collect())
}

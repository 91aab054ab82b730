//! What is shown of a contact beside a record that belongs to it.

use std::collections::HashMap;

use leadhold_kernel::Error;
use leadhold_store::{DbError, Dynamic, Json, Row, Tx};
use serde::Serialize;

use super::model::full_name;
use super::sql;
use crate::tenant::LocationScope;

/// A contact in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// Its id.
    pub id: String,
    /// Given and family name; empty when neither is known.
    pub name: String,
    /// The company as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_name: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
}

/// The cards of the location's contacts among `ids`, by id; ask for a page of records at most.
///
/// # Errors
/// When the store fails.
pub fn cards<'a>(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<HashMap<String, Card>, Error> {
    let mut sql = Dynamic::in_location(sql::CARD_HEAD, here.location_id());
    let mut asked = 0;
    for id in ids {
        sql.push(if asked == 0 { " and c.id in (" } else { ", " }).bind(id.to_owned());
        asked += 1;
    }
    if asked == 0 {
        return Ok(HashMap::new());
    }
    sql.push(")");
    let cards = tx.query_dynamic(&sql, read)?;
    Ok(cards.into_iter().map(|card| (card.id.clone(), card)).collect())
}

fn read(row: &Row<'_>) -> Result<Card, DbError> {
    let (first, last): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
    let Json(tags) = row.get(6)?;
    Ok(Card {
        id: row.get(0)?,
        name: full_name(first.as_deref(), last.as_deref()),
        company_name: row.get(3)?,
        email: row.get(4)?,
        phone: row.get(5)?,
        tags,
    })
}

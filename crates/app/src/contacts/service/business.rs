//! The contacts of a business: who comes, who leaves, and who they are.

use leadhold_kernel::{Cx, Error, EventKind, Id, fold, id};
use leadhold_queue::outbox;
use leadhold_store::{Dynamic, Tx, json_text, params};

use super::bulk::hold_all;
use super::{find, touch};
use crate::contacts::model::Contact;
use crate::contacts::search::with_typed;
use crate::contacts::stored::Stored;
use crate::contacts::{events, shown, sql};
use crate::http::ApiVersion;
use crate::tenant::LocationScope;

/// Lets contacts belong to a business, or to none. Answers which of them the location has, each once.
///
/// Events: `ContactUpdate` for each contact that belonged elsewhere.
///
/// # Errors
/// When the store fails.
pub fn set_business(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contacts: &[String],
    business: Option<(&Id<id::Business>, &str)>,
) -> Result<Vec<String>, Error> {
    hold_all(tx, contacts)?;
    let mut done: Vec<String> = Vec::new();
    for contact in contacts {
        let Some(before) = find(tx, here, contact)?.filter(|_| !done.contains(contact)) else { continue };
        done.push(contact.clone());
        let business_id = business.map(|(id, _)| id.to_string());
        if before.business_id == business_id {
            continue;
        }
        let business_name = business.map(|(_, name)| name.to_owned());
        let mut after = Contact { business_id, business_name, ..before.clone() };
        touch(cx, &mut after);
        let lower = after.business_name.as_deref().map(fold).unwrap_or_default();
        let (business_id, name) = (after.business_id.as_ref(), after.business_name.as_ref());
        let author = json_text(&after.updated_by);
        let row = params![here.location_id(), after.no, business_id, name, lower, author, after.date_updated];
        tx.exec(sql::SET_BUSINESS, row)?;
        outbox::append(tx, &events::change(cx, here, EventKind::ContactUpdate, &before, &after))?;
    }
    Ok(done)
}

/// Which contacts of a business, and which page of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// Words of the name, the address or the number.
    pub query: String,
    /// Name and id of the last contact of the page before.
    pub start_after: Option<(String, String)>,
    /// How many are left out.
    pub skip: i64,
    /// How many there are at most.
    pub limit: i64,
}

/// A page of a business's contacts, and how many it has.
#[derive(Clone, Debug)]
pub struct MembersPage {
    rows: Vec<Stored>,
    count: i64,
}

impl MembersPage {
    /// The documented answer.
    #[must_use]
    pub fn json(&self, version: ApiVersion) -> String {
        let contacts: Vec<String> = self.rows.iter().map(|row| shown::member(row, version)).collect();
        format!(r#"{{"contacts":[{}],"count":{}}}"#, contacts.join(","), self.count)
    }
}

/// The contacts of a business, by name.
///
/// # Errors
/// When the store fails.
pub fn of_business(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    business: &Id<id::Business>,
    asked: &Members,
) -> Result<MembersPage, Error> {
    let narrowed = |head: &str| {
        let mut sql = Dynamic::in_location(head, here.location_id());
        sql.push(" and c.business_id = ").bind(business.to_string());
        with_typed(&mut sql, &asked.query);
        sql
    };
    let count = tx.query_dynamic(&narrowed(sql::COUNT_HEAD), |row| row.get(0))?.pop().unwrap_or(0);
    let mut page = narrowed(sql::head());
    if let Some((name, id)) = &asked.start_after {
        page.push(" and (c.name_lower, c.id) > (").bind(fold(name)).push(", ").bind(id.clone()).push(")");
    }
    page.push(" order by c.name_lower, c.id limit ").bind(asked.limit).push(" offset ").bind(asked.skip);
    Ok(MembersPage { rows: tx.query_dynamic(&page, Stored::read)?, count })
}

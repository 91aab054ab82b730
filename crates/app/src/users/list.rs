//! Lists of people: an agency's, a location's, those with certain addresses.

use std::collections::BTreeMap;

use leadhold_kernel::{Error, Id, fold, id};
use leadhold_store::{Dynamic, Tx};

use super::service::Access;
use super::{Role, Type, User, read, sql};

/// How a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By first and last name.
    #[default]
    Name,
    /// By age.
    DateAdded,
    /// By address.
    Email,
}

/// Who is looked for, and which page of them.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// A part of the name, the address or the telephone number.
    pub query: Option<String>,
    /// Only who is named at this location.
    pub location: Option<String>,
    /// Only these accounts.
    pub kind: Option<Type>,
    /// Only this role.
    pub role: Option<Role>,
    /// Only these people.
    pub ids: Option<Vec<String>>,
    /// Only who has one of these addresses, without case.
    pub emails: Option<Vec<String>>,
    /// Whether deleted people are looked for, instead of the others.
    pub deleted: bool,
    /// The order.
    pub sort: Sort,
    /// Whether the order is turned round.
    pub descending: bool,
    /// How many are left out.
    pub skip: i64,
    /// How many there are at most.
    pub limit: i64,
}

/// A page of people, and how many there are on all pages.
///
/// # Errors
/// When the store fails.
pub fn search(tx: &mut Tx<'_>, access: &Access, search: &Search) -> Result<(Vec<User>, i64), Error> {
    let agency = access.agency().company_id();
    let mut counted = Dynamic::in_company(sql::COUNTED, agency);
    narrow(&mut counted, access, search);
    let count = tx.query_dynamic(&counted, |row| row.get(0))?.pop().unwrap_or(0);
    let mut listed = Dynamic::in_company(sql::LISTED, agency);
    narrow(&mut listed, access, search);
    listed.push(match (search.sort, search.descending) {
        (Sort::Name, false) => " order by name_lower, id",
        (Sort::Name, true) => " order by name_lower desc, id desc",
        (Sort::DateAdded, false) => " order by created_at, id",
        (Sort::DateAdded, true) => " order by created_at desc, id desc",
        (Sort::Email, false) => " order by email_lower, id",
        (Sort::Email, true) => " order by email_lower desc, id desc",
    });
    listed.push(" limit ").bind(search.limit).push(" offset ").bind(search.skip);
    let mut users = tx.query_dynamic(&listed, read)?;
    add_locations(tx, access, &mut users)?;
    Ok((users, count))
}

fn narrow(sql: &mut Dynamic, access: &Access, search: &Search) {
    sql.push(if search.deleted { " and deleted_at is not null" } else { " and deleted_at is null" });
    if access.location.is_some() {
        sql.push(" and type = 'account'");
    }
    let own = access.location.as_ref().map(|here| here.location_id().to_string());
    for location in own.into_iter().chain(search.location.clone()) {
        sql.push(" and id in (select user_id from user_locations where location_id = ")
            .bind(location)
            .push(")");
    }
    if let Some(kind) = search.kind {
        sql.push(" and type = ").bind(kind.name().to_owned());
    }
    if let Some(role) = search.role {
        sql.push(" and role = ").bind(role.name().to_owned());
    }
    if let Some(query) = &search.query {
        let pattern = format!("%{}%", escape(&fold(query.trim())));
        sql.push(" and (name_lower like ").bind(pattern.clone()).push(" escape '!' or email_lower like ");
        sql.bind(pattern.clone()).push(" escape '!' or phone like ").bind(pattern).push(" escape '!')");
    }
    if let Some(ids) = &search.ids {
        one_of(sql, " and id in (", ids.clone());
    }
    if let Some(emails) = &search.emails {
        let column = if search.deleted { " and deleted_email_lower in (" } else { " and email_lower in (" };
        one_of(sql, column, emails.iter().map(|email| fold(email.trim())).collect());
    }
}

fn one_of(sql: &mut Dynamic, head: &str, values: Vec<String>) {
    if values.is_empty() {
        sql.push(" and 1 = 0");
        return;
    }
    sql.push(head);
    for (at, value) in values.into_iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " }).bind(value);
    }
    sql.push(")");
}

/// The characters that `like` gives a meaning.
fn escape(text: &str) -> String {
    text.chars().flat_map(|c| (['!', '%', '_'].contains(&c)).then_some('!').into_iter().chain([c])).collect()
}

fn add_locations(tx: &mut Tx<'_>, access: &Access, users: &mut [User]) -> Result<(), Error> {
    if users.is_empty() {
        return Ok(());
    }
    let mut sql = Dynamic::in_company(sql::LOCATIONS_OF, access.agency().company_id());
    one_of(&mut sql, " and user_id in (", users.iter().map(|user| user.id.to_string()).collect());
    sql.push(" order by location_id");
    let mut of: BTreeMap<Id<id::User>, Vec<Id<id::Location>>> = BTreeMap::new();
    for (user, location) in tx.query_dynamic(&sql, |row| Ok((row.get(0)?, row.get(1)?)))? {
        of.entry(user).or_default().push(location);
    }
    for user in users {
        user.location_ids = of.remove(&user.id).unwrap_or_default();
    }
    Ok(())
}

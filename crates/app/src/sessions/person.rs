//! Who signed in, or wants to.

use leadhold_kernel::{Error, Id, Timestamp, id};
use leadhold_store::{DbError, Row, Tx, params};
use serde::Serialize;

use super::sql;
use crate::tenant::CompanyScope;

/// A person whose identity was proven: by a password (and a code), or by a session's cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// The person.
    #[serde(rename = "id")]
    pub user_id: Id<id::User>,
    /// Their agency.
    pub company_id: Id<id::Company>,
    /// First and last name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether the account is the agency's, and not that of some locations.
    pub agency: bool,
    /// Whether the account is an administrator's.
    pub admin: bool,
}

/// A person and the hash of their password.
pub(super) struct Account {
    pub identity: Identity,
    pub password_hash: String,
}

/// A person by a session's cookie.
pub(super) struct Signed {
    pub identity: Identity,
    pub session_id: Id<id::Session>,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
}

fn identity(row: &Row<'_>) -> Result<Identity, DbError> {
    let (first, last): (String, String) = (row.get(2)?, row.get(3)?);
    let (kind, role): (String, String) = (row.get(5)?, row.get(6)?);
    Ok(Identity {
        user_id: row.get(0)?,
        company_id: row.get(1)?,
        name: format!("{first} {last}").trim().to_owned(),
        email: row.get(4)?,
        agency: kind == "agency",
        admin: role == "admin",
    })
}

fn account(row: &Row<'_>) -> Result<Account, DbError> {
    Ok(Account { identity: identity(row)?, password_hash: row.get(7)? })
}

pub(super) fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<Account>, Error> {
    Ok(tx.query_opt(sql::USER_BY_EMAIL, params![email.trim().to_lowercase()], account)?)
}

pub(super) fn by_id(
    tx: &mut Tx<'_>,
    company: &Id<id::Company>,
    user: &Id<id::User>,
) -> Result<Option<Account>, Error> {
    Ok(tx.query_opt(sql::USER, params![company, user], account)?)
}

pub(super) fn by_cookie(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Signed>, DbError> {
    tx.query_opt(sql::BY_COOKIE, params![hash], |row| {
        Ok(Signed {
            identity: identity(row)?,
            session_id: row.get(7)?,
            created_at: row.get(8)?,
            seen_at: row.get(9)?,
        })
    })
}

impl Identity {
    /// Proof of access to the person's own agency, for what is the person's own.
    pub(super) fn company(&self) -> CompanyScope {
        CompanyScope::proven(self.company_id.clone())
    }
}

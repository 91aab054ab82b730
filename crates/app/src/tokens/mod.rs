//! Private integration tokens and agency keys: long-lived credentials for scripts.
//!
//! A secret is 122 bits of chance, shown once; the table has its SHA-256 ([`crate::secret`]). Rotation makes a successor and
//! lets the old one live for an overlap, or end at once. When a token was used last is gathered in memory and written in the
//! background ([`Uses`]).
//!
//! Nobody gives what they do not have: whoever makes, widens or rotates a token has all of its scopes.

mod lookup;
mod manage;
mod model;
mod routes;
mod sql;
mod uses;
mod wire;

use leadhold_kernel::{Cx, Error, Id, ScopeSet, id};
use leadhold_store::{DbError, Json, Row, Sql, Tx, json_text, params};

pub use self::lookup::Tokens;
pub use self::manage::{edit, get, issue, revoke, rotate};
pub use self::model::{Issued, Kind, Manager, Overlap, Owner, Token};
pub use self::routes::routes;
pub use self::uses::Uses;
pub use self::wire::NAME_LENGTH;
use crate::secret;
use crate::tenant::LocationScope;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// Makes a credential, for whoever decides what others may do: a founder, the operator. Requests use [`issue`].
///
/// # Errors
/// 422 when it is an agency key of a location; when the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    owner: &Owner,
    kind: Kind,
    name: &str,
    scopes: ScopeSet,
) -> Result<Issued, Error> {
    if kind == Kind::AgencyKey && owner.location_id().is_some() {
        return Err(Error::field("kind must be private: an agency key belongs to an agency"));
    }
    let id = Id::<id::Token>::generate(cx.random.as_ref());
    let secret = format!("{}{}", kind.prefix(), secret::fresh(cx.random.as_ref()));
    tx.exec(
        sql::INSERT,
        params![
            &id,
            kind.stored(),
            secret::kept(&secret),
            secret::hint(&secret),
            name,
            owner.company_id(),
            owner.location_id(),
            json_text(&scopes),
            cx.now
        ],
    )?;
    Ok(Issued { id, secret })
}

/// The tokens that `who` may manage, newest first: an agency's, its locations' among them, or a location's.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, who: &Owner) -> Result<Vec<Token>, DbError> {
    match who {
        Owner::Company(agency) => tx.query(sql::OF_COMPANY, params![agency.company_id()], read),
        Owner::Location(here) => {
            tx.query(sql::OF_LOCATION, params![here.location_id(), here.company_id()], read)
        }
    }
}

/// Ends every token of a location.
///
/// # Errors
/// When the store fails.
pub fn revoke_all_at(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<(), Error> {
    tx.exec(sql::REVOKE_ALL_AT, params![here.location_id(), here.company_id(), cx.now])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Token, DbError> {
    let kind: String = row.get(1)?;
    let kind = Kind::of_stored(&kind).ok_or_else(|| DbError::Inconsistent {
        place: "tokens.kind".into(),
        fault: format!("`{kind}` is no kind of token"),
    })?;
    let Json(scopes) = row.get(6)?;
    Ok(Token {
        id: row.get(0)?,
        kind,
        hint: row.get(2)?,
        name: row.get(3)?,
        company_id: row.get(4)?,
        location_id: row.get(5)?,
        scopes,
        created_at: row.get(7)?,
        expires_at: row.get(8)?,
        revoked_at: row.get(9)?,
        last_used_at: row.get(10)?,
    })
}

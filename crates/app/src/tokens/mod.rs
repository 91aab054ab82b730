//! Private integration tokens and agency keys: long-lived credentials for scripts.
//!
//! A secret is 122 bits of chance, shown once and never kept: the table has its SHA-256, which is enough against guessing
//! because there is nothing to guess. Rotation makes a successor and lets the old one live for an overlap, or end at once.

mod lookup;
mod sql;

use aws_lc_rs::digest;
use leadhold_kernel::{Cx, Error, Id, Random, ScopeSet, Timestamp, id};
use leadhold_store::{DbError, Json, Row, Sql, Tx, json_text, params};

pub use self::lookup::Tokens;
use crate::http::CredentialKind;
use crate::tenant::{CompanyScope, LocationScope};

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// How long a rotated token still works unless it is ended at once: the real service's seven days.
pub const OVERLAP_MILLIS: i64 = 7 * 86_400_000;

/// Whose token it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A location's.
    Location(LocationScope),
    /// An agency's.
    Company(CompanyScope),
}

impl Owner {
    fn company_id(&self) -> &Id<id::Company> {
        match self {
            Self::Location(here) => here.company_id(),
            Self::Company(agency) => agency.company_id(),
        }
    }

    fn location_id(&self) -> Option<&Id<id::Location>> {
        match self {
            Self::Location(here) => Some(here.location_id()),
            Self::Company(_) => None,
        }
    }
}

/// A token without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: Id<id::Token>,
    /// What kind of credential.
    pub kind: CredentialKind,
    /// The first characters of the secret.
    pub hint: String,
    /// What its owner calls it.
    pub name: String,
    /// Its agency.
    pub company_id: Id<id::Company>,
    /// Its location; `None`: the agency's own.
    pub location_id: Option<Id<id::Location>>,
    /// What it may do.
    pub scopes: ScopeSet,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A token and its secret, which is shown this once.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Which token.
    pub id: Id<id::Token>,
    /// The credential.
    pub secret: String,
}

/// Makes a credential.
///
/// # Errors
/// When the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    owner: &Owner,
    kind: CredentialKind,
    name: &str,
    scopes: ScopeSet,
) -> Result<Issued, Error> {
    let id = Id::<id::Token>::generate(cx.random.as_ref());
    let secret = fresh_secret(kind, cx.random.as_ref());
    let hint: String = secret.chars().take(8).collect();
    tx.exec(
        sql::INSERT,
        params![
            &id,
            kind_name(kind),
            hash(&secret),
            hint,
            name,
            owner.company_id(),
            owner.location_id(),
            json_text(&scopes),
            cx.now
        ],
    )?;
    Ok(Issued { id, secret })
}

/// The agency's tokens, its locations' among them, newest first.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, agency: &CompanyScope) -> Result<Vec<Token>, Error> {
    Ok(tx.query(sql::LIST, params![agency.company_id()], read)?)
}

/// Makes a successor of a token with the same owner, name and scopes; the old one ends at `old_ends`.
///
/// # Errors
/// 404 when the agency has no such token that still works.
pub fn rotate(
    tx: &mut Tx<'_>,
    cx: &Cx,
    agency: &CompanyScope,
    id: &Id<id::Token>,
    old_ends: Timestamp,
) -> Result<Issued, Error> {
    let old = tx.query_opt(sql::GET, params![id, agency.company_id()], read)?.filter(|t| t.works_at(cx.now));
    let old = old.ok_or_else(|| not_found(id))?;
    let owner = match &old.location_id {
        Some(location) => Owner::Location(LocationScope::proven(old.company_id.clone(), location.clone())),
        None => Owner::Company(agency.clone()),
    };
    tx.exec(sql::EXPIRE, params![id, agency.company_id(), old_ends])?;
    create(tx, cx, &owner, old.kind, &old.name, old.scopes)
}

/// Ends a token at once.
///
/// # Errors
/// 404 when the agency has no such token that still works.
pub fn revoke(tx: &mut Tx<'_>, cx: &Cx, agency: &CompanyScope, id: &Id<id::Token>) -> Result<(), Error> {
    if tx.exec(sql::REVOKE, params![id, agency.company_id(), cx.now])? == 0 {
        return Err(not_found(id));
    }
    Ok(())
}

/// Ends every token of a location.
///
/// # Errors
/// When the store fails.
pub fn revoke_all_at(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<(), Error> {
    tx.exec(sql::REVOKE_ALL_AT, params![here.location_id(), here.company_id(), cx.now])?;
    Ok(())
}

impl Token {
    /// Whether the token is accepted at `now`.
    #[must_use]
    pub fn works_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| end > now)
    }
}

fn not_found(id: &Id<id::Token>) -> Error {
    Error::NotFound(format!(
        "There is no working token with id {id}. `leadhold token list` shows those there are."
    ))
}

fn fresh_secret(kind: CredentialKind, random: &dyn Random) -> String {
    let uuid = Id::<id::Event>::generate(random);
    match kind {
        CredentialKind::PrivateToken => format!("pit-{uuid}"),
        _ => format!("agk-{uuid}"),
    }
}

fn hash(secret: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, secret.as_bytes()).as_ref().to_vec()
}

fn kind_name(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::PrivateToken => "private_token",
        _ => "agency_key",
    }
}

fn read(row: &Row<'_>) -> Result<Token, DbError> {
    let kind: String = row.get(1)?;
    let kind = match kind.as_str() {
        "private_token" => CredentialKind::PrivateToken,
        "agency_key" => CredentialKind::AgencyKey,
        other => {
            let fault = format!("`{other}` is no kind of token");
            return Err(DbError::Inconsistent { place: "tokens.kind".into(), fault });
        }
    };
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
    })
}

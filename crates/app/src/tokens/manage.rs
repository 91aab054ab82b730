//! What managers do with tokens.

use leadhold_kernel::{Cx, Error, Id, ScopeSet, id};
use leadhold_store::{Tx, json_text, params};

use super::model::{Issued, Kind, Manager, Overlap, Owner, Token};
use super::{create, read, sql};
use crate::audit::{self, Entry};
use crate::tenant::LocationScope;

/// A token that the manager reaches, whether or not it still works.
///
/// # Errors
/// 404 when there is none; when the store fails.
pub fn get(tx: &mut Tx<'_>, who: &Owner, id: &str) -> Result<Token, Error> {
    tx.query_opt(sql::GET, params![id, who.company_id()], read)?
        .filter(|token| who.reaches(token))
        .ok_or_else(|| not_found(id))
}

/// As [`get`], of one that still works: what has ended stays as it is. One change of a token at a time: a rotation beside a
/// revocation would leave a successor, and two changes the scopes that one of them took away.
fn working(tx: &mut Tx<'_>, cx: &Cx, who: &Owner, id: &str) -> Result<Token, Error> {
    tx.lock(&format!("token {id}"))?;
    let token = get(tx, who, id)?;
    if token.works_at(cx.now) { Ok(token) } else { Err(not_found(id)) }
}

/// Makes a token for its owner, whom the manager reaches.
///
/// # Errors
/// 403 when it would have scopes that the manager has not; 422 when it is an agency key of a location; when the store fails.
pub fn issue(
    tx: &mut Tx<'_>,
    cx: &Cx,
    manager: &Manager,
    owner: &Owner,
    kind: Kind,
    name: &str,
    scopes: ScopeSet,
) -> Result<Issued, Error> {
    within(manager, scopes)?;
    let issued = create(tx, cx, owner, kind, name, scopes)?;
    note(tx, cx, owner.company_id(), "token.created", &issued.id, kind.name())?;
    Ok(issued)
}

/// Gives a token another name or other scopes. Its secret stays.
///
/// # Errors
/// 404 when the manager reaches no such token that still works; 403 when it would have scopes that the manager has not; when
/// the store fails.
pub fn edit(
    tx: &mut Tx<'_>,
    cx: &Cx,
    manager: &Manager,
    id: &str,
    name: Option<&str>,
    scopes: Option<ScopeSet>,
) -> Result<Token, Error> {
    let before = working(tx, cx, &manager.who, id)?;
    let scopes = match scopes {
        Some(scopes) if scopes != before.scopes => {
            within(manager, scopes)?;
            scopes
        }
        _ => before.scopes,
    };
    let after = Token { name: name.map_or(before.name, str::to_owned), scopes, ..before };
    tx.exec(sql::EDIT, params![&after.id, &after.company_id, &after.name, json_text(&after.scopes)])?;
    note(tx, cx, &after.company_id, "token.changed", &after.id, "")?;
    Ok(after)
}

/// Makes a successor of a token with the same owner, name and scopes; the old one ends after the overlap, or when it was to
/// end anyway.
///
/// # Errors
/// 404 when the manager reaches no such token that still works; 403 when it has scopes that the manager has not; when the
/// store fails.
pub fn rotate(
    tx: &mut Tx<'_>,
    cx: &Cx,
    manager: &Manager,
    id: &str,
    overlap: Overlap,
) -> Result<(Issued, Token), Error> {
    let old = working(tx, cx, &manager.who, id)?;
    within(manager, old.scopes)?;
    let ends = cx.now.plus_millis(overlap.millis());
    let old = Token { expires_at: Some(old.expires_at.map_or(ends, |end| end.min(ends))), ..old };
    tx.exec(sql::EXPIRE, params![&old.id, &old.company_id, old.expires_at])?;
    let owner = match &old.location_id {
        Some(location) => Owner::Location(LocationScope::proven(old.company_id.clone(), location.clone())),
        None => manager.who.clone(), // who reaches an agency's token is the agency
    };
    let issued = create(tx, cx, &owner, old.kind, &old.name, old.scopes)?;
    note(tx, cx, &old.company_id, "token.rotated", &old.id, issued.id.as_str())?;
    Ok((issued, old))
}

/// Ends a token at once.
///
/// # Errors
/// 404 when there is no such token that still works; when the store fails.
pub fn revoke(tx: &mut Tx<'_>, cx: &Cx, who: &Owner, id: &str) -> Result<(), Error> {
    let token = working(tx, cx, who, id)?;
    tx.exec(sql::REVOKE, params![&token.id, &token.company_id, cx.now])?;
    note(tx, cx, &token.company_id, "token.revoked", &token.id, "")
}

fn within(manager: &Manager, scopes: ScopeSet) -> Result<(), Error> {
    let missing: Vec<_> = scopes.iter().filter(|scope| !manager.scopes.contains(*scope)).collect();
    let Some(first) = missing.first() else { return Ok(()) };
    let more = match missing.len() - 1 {
        0 => String::new(),
        more => format!(" (nor {more} more of these)"),
    };
    Err(Error::forbidden(format!(
        "You cannot give the scope {}, because you do not have it{more}.",
        first.name()
    )))
}

fn note(
    tx: &mut Tx<'_>,
    cx: &Cx,
    company: &Id<id::Company>,
    action: &'static str,
    token: &Id<id::Token>,
    detail: &str,
) -> Result<(), Error> {
    Ok(audit::record(tx, cx, company, &Entry { action, subject: token.as_str(), detail: detail.to_owned() })?)
}

fn not_found(id: &str) -> Error {
    Error::NotFound(format!("There is no working token with id {id} here."))
}

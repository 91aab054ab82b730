//! An app's client secrets: two at most, so that one can be replaced while the other still works.

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_store::{DbError, Tx, params};

use super::model::{App, ClientSecret};
use super::{note, sql};
use crate::secret;

/// How many secrets an app can have at once.
pub const MAX_SECRETS: usize = 2;

/// How exactly the last use is known, in milliseconds.
const USE_MILLIS: i64 = 60_000;

/// A new secret, which is shown this once.
#[derive(Clone, Debug)]
pub struct IssuedSecret {
    /// Its id.
    pub id: Id<id::ClientSecret>,
    /// A UUID.
    pub secret: String,
}

/// The app's secrets, oldest first.
///
/// # Errors
/// When the store fails.
pub fn secrets(tx: &mut Tx<'_>, app: &Id<id::App>) -> Result<Vec<ClientSecret>, DbError> {
    tx.query(sql::SECRETS, params![app], |row| {
        Ok(ClientSecret {
            id: row.get(0)?,
            hint: row.get(1)?,
            created_at: row.get(2)?,
            last_used_at: row.get(3)?,
        })
    })
}

/// Whether `presented` is one of the app's secrets; for a public client nothing is. Takes the same time whatever differs.
///
/// # Errors
/// When the store fails.
pub fn secret_matches(tx: &mut Tx<'_>, app: &App, presented: &str) -> Result<bool, DbError> {
    let kept: Vec<Vec<u8>> = tx.query(sql::HASHES, params![&app.id], |row| row.get(0))?;
    Ok(kept.iter().fold(false, |found, kept| found | secret::is(presented, kept)))
}

/// Notes that the app showed this secret, which it proved to have; at most once a minute.
///
/// # Errors
/// When the store fails.
pub fn note_secret_use(tx: &mut Tx<'_>, cx: &Cx, app: &Id<id::App>, presented: &str) -> Result<(), DbError> {
    let before = cx.now.plus_millis(-USE_MILLIS);
    tx.exec(sql::SECRET_USED, params![app, secret::kept(presented), cx.now, before]).map(drop)
}

/// Gives the app a further secret.
///
/// # Errors
/// 409 when it has two already, or is a public client; when the store fails.
pub fn add_secret(tx: &mut Tx<'_>, cx: &Cx, app: &App) -> Result<IssuedSecret, Error> {
    if app.public_client {
        return Err(Error::Conflict(
            "A public client has no secret: it proves itself with PKCE. Register another app for a server."
                .into(),
        ));
    }
    super::lock(tx, app.id.as_str())?;
    if secrets(tx, &app.id)?.len() >= MAX_SECRETS {
        return Err(Error::Conflict(format!(
            "An app can have {MAX_SECRETS} secrets at once. Remove the one that is no longer used, then make a new one."
        )));
    }
    let made = insert(tx, cx, &app.id)?;
    note(tx, cx, app, "app.secret.added", made.id.as_str())?;
    Ok(made)
}

/// Ends a secret at once.
///
/// # Errors
/// 404 when the app has no such secret, 409 when it is the last one; when the store fails.
pub fn remove_secret(tx: &mut Tx<'_>, cx: &Cx, app: &App, id: &str) -> Result<(), Error> {
    super::lock(tx, app.id.as_str())?;
    let all = secrets(tx, &app.id)?;
    if !all.iter().any(|secret| secret.id.as_str() == id) {
        return Err(Error::NotFound(format!("The app has no secret with id {id}.")));
    }
    if all.len() == 1 {
        return Err(Error::Conflict(
            "This is the app's only secret. Make another one and give it to the app, then remove this one."
                .into(),
        ));
    }
    tx.exec(sql::DELETE_SECRET, params![&app.id, id])?;
    Ok(note(tx, cx, app, "app.secret.removed", id)?)
}

pub(super) fn insert(tx: &mut Tx<'_>, cx: &Cx, app: &Id<id::App>) -> Result<IssuedSecret, DbError> {
    let id = Id::<id::ClientSecret>::generate(cx.random.as_ref());
    let secret = secret::fresh(cx.random.as_ref());
    tx.exec(sql::INSERT_SECRET, params![&id, app, secret::kept(&secret), secret::hint(&secret), cx.now])?;
    Ok(IssuedSecret { id, secret })
}

//! An app's versions: one is live, one may be drafted, the others are retired.

use leadhold_kernel::{Cx, Error, Id, ScopeSet, id};
use leadhold_store::{DbError, Tx, json_text, params};

use super::find::read_version;
use super::model::{App, State, Version};
use super::{lock, note, rules, sql};
use crate::marketplace;

/// An app's versions, newest first.
///
/// # Errors
/// When the store fails.
pub fn versions(tx: &mut Tx<'_>, app: &Id<id::App>) -> Result<Vec<Version>, DbError> {
    tx.query(sql::VERSIONS, params![app], |row| read_version(row, 0))
}

/// Begins a draft with these scopes, or with those of the live version.
///
/// # Errors
/// 409 when there is a draft already; 422 when no app is granted one of the scopes; when the store fails.
pub fn draft_version(
    tx: &mut Tx<'_>,
    cx: &Cx,
    app: &App,
    scopes: Option<ScopeSet>,
) -> Result<Version, Error> {
    rules::refuse(scopes.map(rules::scopes).unwrap_or_default())?;
    lock(tx, app.id.as_str())?;
    let all = versions(tx, &app.id)?;
    if let Some(draft) = all.iter().find(|version| version.state == State::Draft) {
        return Err(Error::Conflict(format!(
            "Version {} is a draft already ({}). Change, publish or discard it.",
            draft.number, draft.id
        )));
    }
    let version = Version {
        id: Id::generate(cx.random.as_ref()),
        number: all.iter().map(|version| version.number).max().unwrap_or(0) + 1,
        state: State::Draft,
        scopes: scopes.unwrap_or(app.live.scopes),
        created_at: cx.now,
        published_at: None,
    };
    let (state, scopes) = (version.state.name(), json_text(&version.scopes));
    tx.exec(
        sql::INSERT_VERSION,
        params![&version.id, &app.id, version.number, state, scopes, cx.now, version.published_at],
    )?;
    Ok(version)
}

/// Gives a draft other scopes.
///
/// # Errors
/// 404 when the app has no such version, 409 when it is no draft; 422 when no app is granted one of the scopes; when the
/// store fails.
pub fn edit_version(tx: &mut Tx<'_>, app: &App, version: &str, scopes: ScopeSet) -> Result<Version, Error> {
    rules::refuse(rules::scopes(scopes))?;
    let draft = draft(tx, app, version, "Scopes can be changed only in a draft")?;
    tx.exec(sql::EDIT_VERSION, params![&app.id, &draft.id, json_text(&scopes)])?;
    Ok(Version { scopes, ..draft })
}

/// Throws a draft away.
///
/// # Errors
/// 404 when the app has no such version, 409 when it is no draft; when the store fails.
pub fn discard_version(tx: &mut Tx<'_>, app: &App, version: &str) -> Result<(), Error> {
    let draft = draft(tx, app, version, "Only a draft can be discarded")?;
    tx.exec(sql::DISCARD, params![&app.id, &draft.id])?;
    Ok(())
}

/// Makes a draft what is installed from now on. Every install moves to it and the app is told of each (`AppUpdate`); what was
/// granted there stays as it is: further scopes have to be granted by whoever installed it.
///
/// # Errors
/// 404 when the app has no such version, 409 when it is no draft; when the store fails.
pub fn publish_version(tx: &mut Tx<'_>, cx: &Cx, app: &App, version: &str) -> Result<Version, Error> {
    let draft = draft(tx, app, version, "Only a draft can be published")?;
    tx.exec(sql::RETIRE, params![&app.id])?;
    tx.exec(sql::PUBLISH, params![&app.id, &draft.id, cx.now])?;
    for (place, _) in marketplace::installs_of_app(tx, &app.id, i64::MAX)? {
        marketplace::update_version(tx, cx, &place, &app.id, &draft.id)?;
    }
    note(tx, cx, app, "app.version.published", draft.id.as_str())?;
    Ok(Version { state: State::Live, published_at: Some(cx.now), ..draft })
}

fn draft(tx: &mut Tx<'_>, app: &App, version: &str, rule: &str) -> Result<Version, Error> {
    lock(tx, app.id.as_str())?;
    let found = tx.query_opt(sql::VERSION, params![&app.id, version], |row| read_version(row, 0))?;
    let found = found.ok_or_else(|| Error::NotFound(format!("The app has no version with id {version}.")))?;
    match found.state {
        State::Draft => Ok(found),
        state => Err(Error::Conflict(format!(
            "{rule}, and version {} is {state}. POST …/versions begins a new draft.",
            found.number
        ))),
    }
}

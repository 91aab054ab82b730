//! What an app signs in elsewhere with, for a location. The credentials are sealed before they come here and nothing shows
//! them again; an uninstall forgets them.

use leadhold_kernel::{Cx, Error, EventKind, Id, Timestamp, id};
use leadhold_queue::outbox;
use leadhold_store::{DbError, Tx, json_text, params};
use serde_json::json;

use super::{Place, events, find, sql};
use crate::tenant::LocationScope;

/// How the app signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthType {
    /// With tokens.
    OAuth2,
    /// With a key, or with a name and password.
    Basic,
}

impl AuthType {
    /// As the API spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OAuth2 => "oauth2",
            Self::Basic => "basic",
        }
    }
}

/// A connection that moves in.
#[derive(Clone, Debug)]
pub struct NewConnection {
    /// Which app.
    pub app: Id<id::App>,
    /// Which of its versions.
    pub version: Id<id::AppVersion>,
    /// The app's own name for the connection.
    pub account_id: String,
    /// What people read.
    pub display_name: String,
    /// How the app signs in.
    pub auth_type: AuthType,
    /// What it may do there.
    pub scopes: Option<Vec<String>>,
    /// Whether it is the location's first choice.
    pub is_default: bool,
    /// The credentials, sealed for [`purpose`].
    pub sealed: String,
    /// When the access token ends.
    pub expires_at: Option<Timestamp>,
}

/// What a connection's credentials are sealed for: they open nowhere else.
#[must_use]
pub fn purpose(here: &LocationScope, app: &Id<id::App>, account_id: &str) -> String {
    format!("external auth of {app} at {}: {account_id}", here.location_id())
}

/// Takes a connection in; one with the same account takes the place of the one before. The app is told
/// (`EXTERNAL_AUTH_CONNECTED`). Answers the connection's id.
///
/// # Errors
/// 404 when the app is not installed there; 400 when it is there in another version.
pub fn migrate(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    new: &NewConnection,
) -> Result<Id<id::Connection>, Error> {
    let place = Place::Location(here.clone());
    let install = find(tx, &place, &new.app)?.ok_or_else(|| Error::NotFound("App not found".to_owned()))?;
    if install.version_id != new.version {
        let installed = &install.version_id;
        return Err(Error::bad_request(format!("appVersionId must be the installed version, {installed}")));
    }
    let location = here.location_id();
    tx.lock(&format!("external auth {} at {location}", new.app))?;
    if new.is_default {
        tx.exec(sql::NO_DEFAULT, params![location, &new.app])?;
    }
    let (fresh, kind) = (Id::<id::Connection>::generate(cx.random.as_ref()), new.auth_type.name());
    let scopes = new.scopes.as_ref().map(json_text);
    let connection = params![
        &fresh,
        location,
        here.company_id(),
        &new.app,
        &new.version,
        &new.account_id,
        &new.display_name,
        kind,
        new.is_default,
        scopes,
        &new.sealed,
        new.expires_at,
        cx.now
    ];
    let id = tx.query_one(sql::PUT_CONNECTION, connection, |row| row.get(0))?;
    let mut payload = events::fields(&place, &install);
    payload.insert("authType".into(), json!(kind));
    if let Some(scopes) = &new.scopes {
        payload.insert("scopes".into(), json!(scopes.join(" ")));
    }
    if new.auth_type == AuthType::OAuth2 {
        // Nobody here knows where the other service renews its tokens.
        payload.insert("isAutoRefreshTokenEnabled".into(), json!(false));
    }
    outbox::append(tx, &events::event(cx, &place, EventKind::ExternalAuthConnected, &install, payload))?;
    Ok(id)
}

/// Forgets what the app signs in with at a location.
pub(super) fn forget(tx: &mut Tx<'_>, here: &LocationScope, app: &Id<id::App>) -> Result<(), DbError> {
    tx.exec(sql::FORGET_CONNECTIONS, params![here.location_id(), app]).map(drop)
}

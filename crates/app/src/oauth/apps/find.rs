//! Looking apps up: by their owner, and by whoever authorizes or installs them.

use leadhold_kernel::{Error, Id, Timestamp, id};
use leadhold_store::{DbError, Json, Row, Tx, params};

use super::model::{App, Distribution, State, Version};
use super::sql;
use crate::tenant::CompanyScope;

/// The agency's apps, newest first.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, owner: &CompanyScope) -> Result<Vec<App>, DbError> {
    tx.query(sql::LIST, params![owner.company_id()], read_app)
}

/// One of the agency's apps.
///
/// # Errors
/// 404 when the agency has no such app; when the store fails.
pub fn get(tx: &mut Tx<'_>, owner: &CompanyScope, id: &str) -> Result<App, Error> {
    tx.query_opt(sql::GET, params![owner.company_id(), id], read_app)?
        .ok_or_else(|| Error::NotFound(format!("There is no app with id {id} here.")))
}

/// An app, whoever made it.
///
/// # Errors
/// When the store fails.
pub fn find(tx: &mut Tx<'_>, id: &Id<id::App>) -> Result<Option<App>, DbError> {
    tx.query_opt(sql::BY_ID, params![id], read_app)
}

/// The app with this client id, whoever made it.
///
/// # Errors
/// When the store fails.
pub fn find_by_client_id(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<App>, DbError> {
    tx.query_opt(sql::BY_CLIENT_ID, params![client_id], read_app)
}

/// A version of an app, in whatever state.
///
/// # Errors
/// When the store fails.
pub fn version(
    tx: &mut Tx<'_>,
    app: &Id<id::App>,
    version: &Id<id::AppVersion>,
) -> Result<Option<Version>, DbError> {
    tx.query_opt(sql::VERSION, params![app, version], |row| read_version(row, 0))
}

/// Where an app is told of its own life, and in which version it is installed now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultWebhook {
    /// Absolute; http or https.
    pub url: String,
    /// The live version.
    pub version_id: Id<id::AppVersion>,
    /// The subscription of the default URL.
    pub subscription_id: Id<id::Subscription>,
    /// Whether it is switched off.
    pub disabled: bool,
}

/// The app's default webhook; `None` when it has none. A deleted app has it still: its last news are on their way.
///
/// # Errors
/// When the store fails.
pub fn default_webhook(tx: &mut Tx<'_>, app: &Id<id::App>) -> Result<Option<DefaultWebhook>, DbError> {
    let found = tx.query_opt(sql::DEFAULT_WEBHOOK, params![app], |row| {
        let (url, version_id): (Option<String>, _) = (row.get(0)?, row.get(1)?);
        let (subscription_id, disabled_at): (_, Option<Timestamp>) = (row.get(2)?, row.get(3)?);
        let disabled = disabled_at.is_some();
        Ok(url.map(|url| DefaultWebhook { url, version_id, subscription_id, disabled }))
    })?;
    Ok(found.flatten())
}

fn read_app(row: &Row<'_>) -> Result<App, DbError> {
    let distribution: String = row.get(4)?;
    let Json(redirect_uris) = row.get(6)?;
    Ok(App {
        id: row.get(0)?,
        owner_company_id: row.get(1)?,
        name: row.get(2)?,
        client_id: row.get(3)?,
        distribution: Distribution::parse(&distribution)
            .ok_or_else(|| inconsistent("apps.distribution", &distribution))?,
        public_client: row.get(5)?,
        redirect_uris,
        webhook_url: row.get(7)?,
        logo_url: row.get(8)?,
        website: row.get(9)?,
        external_billing_url: row.get(10)?,
        created_at: row.get(11)?,
        updated_at: row.get(12)?,
        live: read_version(row, 13)?,
    })
}

/// The version whose columns begin at `at`.
pub(super) fn read_version(row: &Row<'_>, at: usize) -> Result<Version, DbError> {
    let state: String = row.get(at + 2)?;
    let Json(scopes) = row.get(at + 3)?;
    Ok(Version {
        id: row.get(at)?,
        number: row.get(at + 1)?,
        state: State::parse(&state).ok_or_else(|| inconsistent("app_versions.state", &state))?,
        scopes,
        created_at: row.get(at + 4)?,
        published_at: row.get(at + 5)?,
    })
}

fn inconsistent(place: &str, found: &str) -> DbError {
    DbError::Inconsistent { place: place.to_owned(), fault: format!("`{found}` is unknown") }
}

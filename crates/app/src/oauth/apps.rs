//! What others ask of an app.

use leadhold_kernel::{Id, id};
use leadhold_store::{DbError, Tx, params};

use super::sql;

/// Where an app is told of its own life, and in which version it is installed now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultWebhook {
    /// Absolute; http or https.
    pub url: String,
    /// The current version.
    pub version_id: Id<id::AppVersion>,
}

/// The app's default webhook; `None` when it has none.
///
/// # Errors
/// When the store fails.
pub fn default_webhook(tx: &mut Tx<'_>, app: &Id<id::App>) -> Result<Option<DefaultWebhook>, DbError> {
    let read = tx.query_opt(sql::DEFAULT_WEBHOOK, params![app], |row| {
        let url: Option<String> = row.get(0)?;
        let version_id = row.get(1)?;
        Ok(url.map(|url| DefaultWebhook { url, version_id }))
    });
    read.map(Option::flatten)
}

/// Sets it; `None` takes it away. The caller has checked that it is a URL.
///
/// # Errors
/// When the store fails.
pub fn set_default_webhook(tx: &mut Tx<'_>, app: &Id<id::App>, url: Option<&str>) -> Result<(), DbError> {
    tx.exec(sql::SET_DEFAULT_WEBHOOK, params![app, url]).map(drop)
}

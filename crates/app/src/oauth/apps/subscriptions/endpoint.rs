//! What a delivery has to know of its subscription.

use leadhold_kernel::{Id, Timestamp, id};
use leadhold_store::{DbError, Tx, params};

use super::model::Mode;
use super::secret::{Secret, secret_of};
use super::sql;
use crate::oauth::apps::lock;
use crate::seal::Seal;

/// Where deliveries to a subscription go now, and how.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The subscription.
    pub id: Id<id::Subscription>,
    /// Whose it is.
    pub app_id: Id<id::App>,
    /// Where to; `None` when the app's default URL was taken away, or the subscription was deleted.
    pub url: Option<String>,
    /// When failed deliveries are tried again.
    pub mode: Mode,
    /// Since when every attempt has failed.
    pub failing_since: Option<Timestamp>,
    /// Since when nothing is attempted.
    pub disabled_at: Option<Timestamp>,
    salt: String,
    previous: Option<(String, Timestamp)>,
}

impl Endpoint {
    /// The secrets that sign at this moment, the newest first.
    #[must_use]
    pub fn secrets(&self, seal: &Seal, now: Timestamp) -> Vec<Secret> {
        let previous = self.previous.as_ref().filter(|(_, until)| *until > now).map(|(salt, _)| salt);
        let salts = std::iter::once(&self.salt).chain(previous);
        salts.map(|salt| secret_of(seal, &self.id, salt)).collect()
    }
}

/// The endpoint of a subscription, deleted or not.
///
/// # Errors
/// When the store fails.
pub fn endpoint(tx: &mut Tx<'_>, subscription: &str) -> Result<Option<Endpoint>, DbError> {
    tx.query_opt(sql::ENDPOINT, params![subscription], |row| {
        let mode: String = row.get(3)?;
        let (salt, until): (Option<String>, Option<Timestamp>) = (row.get(6)?, row.get(7)?);
        let (url, deleted_at): (Option<String>, Option<Timestamp>) = (row.get(2)?, row.get(10)?);
        Ok(Endpoint {
            id: row.get(0)?,
            app_id: row.get(1)?,
            url: url.filter(|_| deleted_at.is_none()),
            mode: Mode::parse(&mode).unwrap_or_default(),
            salt: row.get(5)?,
            previous: salt.zip(until),
            failing_since: row.get(8)?,
            disabled_at: row.get::<Option<Timestamp>>(9)?.filter(|_| deleted_at.is_none()),
        })
    })
}

/// Whether a subscription is off, with nobody else at its app until `tx` ends: what is held then, a later replay finds.
///
/// # Errors
/// When the store fails.
pub fn is_disabled(
    tx: &mut Tx<'_>,
    app: &Id<id::App>,
    subscription: &Id<id::Subscription>,
) -> Result<bool, DbError> {
    lock(tx, app.as_str())?;
    Ok(endpoint(tx, subscription.as_str())?.is_some_and(|found| found.disabled_at.is_some()))
}

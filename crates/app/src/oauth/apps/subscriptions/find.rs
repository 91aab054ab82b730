//! Looking subscriptions up: by those who may, and for an event.

use leadhold_kernel::{Error, Id, Timestamp, id};
use leadhold_store::{DbError, Json, Row, Tx, params};

use super::model::{Mode, Pin, Reason, State, Subscription, Subscriptions};
use super::sql;
use crate::marketplace::Place;
use crate::tenant::CompanyScope;

/// Who looks after subscriptions.
#[derive(Clone, Debug)]
pub enum Holder {
    /// The agency whose apps they are: all of them.
    Developer(CompanyScope),
    /// An app by its own token: those of the install that the token is for.
    App {
        /// The app.
        app_id: Id<id::App>,
        /// Where it is installed.
        place: Place,
    },
}

/// Which part of the list to read, in the order of ids.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// Only of this app.
    pub app_id: Option<String>,
    /// From behind this id on.
    pub after: String,
    /// How many at most.
    pub limit: i64,
}

/// A page of what the holder looks after.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, holder: &Holder, page: &List) -> Result<Vec<Subscription>, DbError> {
    match holder {
        Holder::Developer(owner) => {
            let app = page.app_id.as_deref().unwrap_or_default();
            tx.query(sql::LIST_OWNED, params![owner.company_id(), app, &page.after, page.limit], read)
        }
        Holder::App { app_id, .. } if page.app_id.as_ref().is_some_and(|asked| asked != app_id.as_str()) => {
            Ok(Vec::new())
        }
        Holder::App { app_id, place } => {
            tx.query(sql::LIST_PINNED, params![app_id, place.id(), &page.after, page.limit], read)
        }
    }
}

/// One of those that the holder looks after.
///
/// # Errors
/// 404 when it has none with this id; when the store fails.
pub fn get(tx: &mut Tx<'_>, holder: &Holder, id: &str) -> Result<Subscription, Error> {
    let found = match holder {
        Holder::Developer(owner) => tx.query_opt(sql::GET_OWNED, params![owner.company_id(), id], read)?,
        Holder::App { app_id, place } => {
            tx.query_opt(sql::GET_PINNED, params![app_id, place.id(), id], read)?
        }
    };
    found.ok_or_else(|| Error::NotFound(format!("There is no subscription with id {id} here.")))
}

/// An app's subscriptions, those for all installs first; at most `most`.
///
/// # Errors
/// When the store fails.
pub fn of_app(tx: &mut Tx<'_>, app: &Id<id::App>, most: i64) -> Result<Vec<Subscription>, DbError> {
    tx.query(sql::OF_APP, params![app, most], read)
}

/// Those that may be for the app's install at `place`.
///
/// # Errors
/// When the store fails.
pub fn of_install(tx: &mut Tx<'_>, app: &Id<id::App>, place: &Place) -> Result<Subscriptions, DbError> {
    tx.query(sql::OF_INSTALL, params![app, place.id()], read).map(Subscriptions)
}

pub(super) fn read(row: &Row<'_>) -> Result<Subscription, DbError> {
    let kinds: Option<Json<Vec<String>>> = row.get(5)?;
    let Json(filters) = row.get(9)?;
    let (company, location_id): (Option<Id<id::Company>>, _) = (row.get(7)?, row.get(8)?);
    let mode: String = row.get(10)?;
    let (since, reason): (Option<Timestamp>, Option<String>) = (row.get(12)?, row.get(13)?);
    Ok(Subscription {
        id: row.get(0)?,
        app_id: row.get(1)?,
        wished: row.get(2)?,
        url: row.get(3)?,
        default_url: row.get(4)?,
        kinds: kinds.map(|Json(names)| names),
        version_id: row.get(6)?,
        pin: company.map(|company_id| Pin { company_id, location_id }),
        filters,
        mode: Mode::parse(&mode).ok_or_else(|| inconsistent("mode", &mode))?,
        ordered: row.get(11)?,
        state: match since {
            None => State::Enabled,
            Some(since) => State::Disabled {
                since,
                reason: reason.as_deref().and_then(Reason::parse).unwrap_or(Reason::Request),
            },
        },
        failing_since: row.get(14)?,
        previous_until: row.get(15)?,
        created_at: row.get(16)?,
        updated_at: row.get(17)?,
    })
}

fn inconsistent(column: &str, found: &str) -> DbError {
    let place = format!("app_subscriptions.{column}");
    DbError::Inconsistent { place, fault: format!("`{found}` is unknown") }
}

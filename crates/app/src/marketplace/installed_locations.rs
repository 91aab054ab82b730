//! An agency's locations, and whether an app is installed on each.

use leadhold_kernel::{Error, Id, Timestamp, fold, id};
use leadhold_store::{DbError, Row, Tx, params};

use super::model::Trial;
use super::sql;
use crate::tenant::CompanyScope;

/// Which locations to show; what is `None` is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocationFilter {
    /// Part of the name, whatever its case.
    pub query: Option<String>,
    /// Whether the app is installed there.
    pub is_installed: Option<bool>,
    /// In this version.
    pub version_id: Option<String>,
    /// Whether its trial lasts.
    pub on_trial: Option<bool>,
    /// On this plan.
    pub plan_id: Option<String>,
    /// This location.
    pub location_id: Option<String>,
    /// These locations: those that a person may see.
    pub among: Option<Vec<Id<id::Location>>>,
}

/// A location and the app there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocationState {
    /// The location.
    pub id: Id<id::Location>,
    /// Its name.
    pub name: String,
    /// Its street and number.
    pub address: Option<String>,
    /// The app's version and since when it is there; `None`: it is not.
    pub installed: Option<(Id<id::AppVersion>, Timestamp)>,
    plan_id: Option<String>,
    trial: Option<Trial>,
}

/// A part of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocationPage {
    /// The locations of this page, by name.
    pub locations: Vec<LocationState>,
    /// How many fit the filter in all.
    pub count: usize,
}

/// The agency's locations that fit `filter`: from the `skip`-th on, at most `limit`.
///
/// # Errors
/// When the store fails.
pub fn installed_locations(
    tx: &mut Tx<'_>,
    agency: &CompanyScope,
    app: &Id<id::App>,
    filter: &LocationFilter,
    now: Timestamp,
    (skip, limit): (usize, usize),
) -> Result<LocationPage, Error> {
    // All of an agency's locations are read: it has hundreds of them, and names are compared here, since the engines
    // disagree about case.
    let all = tx.query(sql::LOCATIONS_WITH_APP, params![agency.company_id(), app], read)?;
    let query = filter.query.as_deref().map(fold);
    let fitting: Vec<_> =
        all.into_iter().filter(|location| fits(location, filter, query.as_deref(), now)).collect();
    let count = fitting.len();
    Ok(LocationPage { locations: fitting.into_iter().skip(skip).take(limit).collect(), count })
}

fn fits(location: &LocationState, filter: &LocationFilter, query: Option<&str>, now: Timestamp) -> bool {
    let version = location.installed.as_ref().map(|(version, _)| version.as_str());
    let on_trial = location.trial.is_some_and(|trial| trial.lasts_at(now));
    let is = |asked: &Option<String>, own: Option<&str>| asked.is_none() || asked.as_deref() == own;
    query.is_none_or(|query| fold(&location.name).contains(query))
        && filter.is_installed.is_none_or(|asked| asked == location.installed.is_some())
        && filter.on_trial.is_none_or(|asked| asked == on_trial)
        && is(&filter.version_id, version)
        && is(&filter.plan_id, location.plan_id.as_deref())
        && is(&filter.location_id, Some(location.id.as_str()))
        && filter.among.as_ref().is_none_or(|among| among.contains(&location.id))
}

fn read(row: &Row<'_>) -> Result<LocationState, DbError> {
    let (version, since): (Option<_>, Option<_>) = (row.get(3)?, row.get(4)?);
    let (days, trial_since): (Option<i64>, Option<_>) = (row.get(6)?, row.get(7)?);
    Ok(LocationState {
        id: row.get(0)?,
        name: row.get(1)?,
        address: row.get(2)?,
        installed: version.zip(since),
        plan_id: row.get(5)?,
        trial: days.zip(trial_since).map(|(days, since)| Trial { days, since }),
    })
}

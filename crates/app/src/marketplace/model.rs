//! Where an app is, and how.

use leadhold_kernel::{Event, Id, ScopeSet, Timestamp, id};

use crate::tenant::{CompanyScope, LocationScope};

/// Where an app is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On a location.
    Location(LocationScope),
    /// On an agency.
    Company(CompanyScope),
}

impl Place {
    /// Where an event happened.
    #[must_use]
    pub fn of_event(event: &Event) -> Place {
        match LocationScope::of_event(event) {
            Some(here) => Place::Location(here),
            None => Place::Company(CompanyScope::proven(event.company_id.clone())),
        }
    }

    /// The agency, or the agency of the location.
    #[must_use]
    pub fn company_id(&self) -> &Id<id::Company> {
        match self {
            Place::Location(here) => here.company_id(),
            Place::Company(agency) => agency.company_id(),
        }
    }

    /// The location; `None` for an agency.
    #[must_use]
    pub fn location_id(&self) -> Option<&Id<id::Location>> {
        match self {
            Place::Location(here) => Some(here.location_id()),
            Place::Company(_) => None,
        }
    }

    /// The location's id, or else the agency's.
    #[must_use]
    pub fn id(&self) -> &str {
        self.location_id().map_or(self.company_id().as_str(), Id::as_str)
    }

    /// `Location` or `Company`, as events and tokens spell it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Place::Location(_) => "Location",
            Place::Company(_) => "Company",
        }
    }
}

/// An app about to be installed.
#[derive(Clone, Debug)]
pub struct Installation {
    /// Where.
    pub place: Place,
    /// Which app.
    pub app: Id<id::App>,
    /// In which version.
    pub version: Id<id::AppVersion>,
    /// What is granted.
    pub scopes: ScopeSet,
    /// Who installs it; `None` when it installs itself on a new location.
    pub user_id: Option<Id<id::User>>,
    /// The plan that was chosen, of an app that has plans.
    pub plan_id: Option<Id<id::Plan>>,
    /// Whether it comes to a location with the agency's install, and leaves with it.
    pub bulk: bool,
}

impl Installation {
    /// An installation by nobody in particular, without a plan.
    #[must_use]
    pub fn new(place: Place, app: Id<id::App>, version: Id<id::AppVersion>, scopes: ScopeSet) -> Self {
        Self { place, app, version, scopes, user_id: None, plan_id: None, bulk: false }
    }
}

/// An app at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install {
    /// Its id.
    pub id: Id<id::Install>,
    /// Which app.
    pub app_id: Id<id::App>,
    /// In which version.
    pub version_id: Id<id::AppVersion>,
    /// What was granted.
    pub scopes: ScopeSet,
    /// Who installed it.
    pub user_id: Option<Id<id::User>>,
    /// The plan in force.
    pub plan_id: Option<Id<id::Plan>>,
    /// Whether it came with the agency's install.
    pub bulk: bool,
    /// The trial that came with the plan.
    pub trial: Option<Trial>,
    /// Since when.
    pub installed_at: Timestamp,
}

/// Days before a plan costs anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// How many.
    pub days: i64,
    /// From when on.
    pub since: Timestamp,
}

const DAY_MILLIS: i64 = 86_400_000;

impl Trial {
    /// Whether it still lasts.
    #[must_use]
    pub fn lasts_at(&self, now: Timestamp) -> bool {
        now.0 < self.since.0.saturating_add(self.days.saturating_mul(DAY_MILLIS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_ends_after_its_days() {
        let trial = Trial { days: 2, since: Timestamp(1000) };
        assert!(trial.lasts_at(Timestamp(1000)) && trial.lasts_at(Timestamp(1000 + 2 * DAY_MILLIS - 1)));
        assert!(!trial.lasts_at(Timestamp(1000 + 2 * DAY_MILLIS)));
    }
}

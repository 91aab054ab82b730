//! What an app, a version and a secret are.

use std::fmt;

use leadhold_kernel::{Id, ScopeSet, Timestamp, id};

use super::subscriptions::Wishes;

/// Where an app can be installed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Distribution {
    /// On locations.
    Location,
    /// On agencies.
    Company,
    /// On both.
    #[default]
    Both,
}

impl Distribution {
    /// The words for them.
    pub const NAMES: &[&'static str] = &["location", "company", "both"];

    /// The word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Location => "location",
            Self::Company => "company",
            Self::Both => "both",
        }
    }

    /// What the word means.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "location" => Some(Self::Location),
            "company" => Some(Self::Company),
            "both" => Some(Self::Both),
            _ => None,
        }
    }

    /// Whether such an app can be installed on a location.
    #[must_use]
    pub fn fits_locations(self) -> bool {
        self != Self::Company
    }

    /// Whether such an app can be installed on an agency.
    #[must_use]
    pub fn fits_companies(self) -> bool {
        self != Self::Location
    }
}

/// A registered app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its id.
    pub id: Id<id::App>,
    /// The agency whose developers made it; others may install it.
    pub owner_company_id: Id<id::Company>,
    /// What installers read.
    pub name: String,
    /// `<app id>-<suffix>`.
    pub client_id: String,
    /// Where it can be installed.
    pub distribution: Distribution,
    /// Whether it has no secret and proves itself with PKCE alone.
    pub public_client: bool,
    /// Where authorization may lead back to: one of these, to the letter.
    pub redirect_uris: Vec<String>,
    /// What is installed now.
    pub live: Version,
    /// Where events go that have no URL of their own, and always those of installs.
    pub webhook_url: Option<String>,
    /// A picture.
    pub logo_url: Option<String>,
    /// Where installers read more.
    pub website: Option<String>,
    /// Where installers pay, when the app bills them by itself.
    pub external_billing_url: Option<String>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When its details were changed last.
    pub updated_at: Timestamp,
}

/// What has become of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Being worked on: its scopes can be changed, and nobody can install it.
    Draft,
    /// What is installed now. An app has exactly one.
    Live,
    /// Was live. Installs that were made with it stay.
    Retired,
}

impl State {
    /// The word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Live => "live",
            Self::Retired => "retired",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        [Self::Draft, Self::Live, Self::Retired].into_iter().find(|state| state.name() == name)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A version of an app: what an install is asked to grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its id; clients know it as `versionId`.
    pub id: Id<id::AppVersion>,
    /// 1, 2, 3, …
    pub number: i64,
    /// What has become of it.
    pub state: State,
    /// What an install is asked to grant.
    pub scopes: ScopeSet,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it went live; `None` for a draft.
    pub published_at: Option<Timestamp>,
}

/// A client secret, without the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSecret {
    /// Its id.
    pub id: Id<id::ClientSecret>,
    /// Its first characters; empty for very old ones.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was shown last by the app, give or take a minute.
    pub last_used_at: Option<Timestamp>,
}

/// What a developer says about a new app.
#[derive(Clone, Debug, Default)]
pub struct NewApp {
    /// What installers read.
    pub name: String,
    /// Where authorization may lead back to.
    pub redirect_uris: Vec<String>,
    /// What installs are asked to grant.
    pub scopes: ScopeSet,
    /// Where it can be installed.
    pub distribution: Distribution,
    /// Whether it can keep no secret.
    pub public_client: bool,
    /// Where events go.
    pub webhook_url: Option<String>,
    /// Which events.
    pub wishes: Wishes,
    /// A picture.
    pub logo_url: Option<String>,
    /// Where installers read more.
    pub website: Option<String>,
    /// Where installers pay.
    pub external_billing_url: Option<String>,
}

/// A registered app, with the secret that is shown this once.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The app.
    pub app_id: Id<id::App>,
    /// Its first version, which is live.
    pub version_id: Id<id::AppVersion>,
    /// `<app id>-<suffix>`.
    pub client_id: String,
    /// A UUID; `None` for a public client.
    pub client_secret: Option<String>,
}

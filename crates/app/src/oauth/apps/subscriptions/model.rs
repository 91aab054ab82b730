//! What a subscription is.

use std::collections::{BTreeMap, BTreeSet};

use leadhold_kernel::{EventKind, Id, Timestamp, id};

use super::filter::Filter;
use crate::marketplace::Place;

/// A choice of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kinds {
    /// All of them, also those that are added later.
    All,
    /// These.
    Only(Vec<EventKind>),
}

impl Kinds {
    /// Whether this kind is among them.
    #[must_use]
    pub fn contain(&self, kind: EventKind) -> bool {
        match self {
            Self::All => true,
            Self::Only(kinds) => kinds.contains(&kind),
        }
    }
}

impl Default for Kinds {
    fn default() -> Self {
        Self::Only(Vec::new())
    }
}

/// Everything that a developer says of the app itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// What it wants to hear of.
    pub wanted: Kinds,
    /// Those of them that have a URL of their own.
    pub urls: BTreeMap<EventKind, String>,
}

impl Wishes {
    /// All events, at the app's default URL.
    #[must_use]
    pub fn all() -> Self {
        Self { wanted: Kinds::All, ..Self::default() }
    }
}

/// When failed deliveries are tried again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Over three days.
    #[default]
    Durable,
    /// As the real service does.
    Ghl,
}

impl Mode {
    /// The words for them.
    pub const NAMES: &[&'static str] = &["durable", "ghl"];

    /// The word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Durable => "durable",
            Self::Ghl => "ghl",
        }
    }

    /// What the word means.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "durable" => Some(Self::Durable),
            "ghl" => Some(Self::Ghl),
            _ => None,
        }
    }
}

/// Why a subscription is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Somebody switched it off.
    Request,
    /// For days nothing but failures came.
    Failing,
}

impl Reason {
    /// The word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Failing => "failing",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        [Self::Request, Self::Failing].into_iter().find(|reason| reason.name() == name)
    }
}

/// Whether deliveries are attempted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// They are.
    Enabled,
    /// They are only recorded.
    Disabled {
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: Reason,
    },
}

/// The one install for which a subscription is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The agency, or the location's agency.
    pub company_id: Id<id::Company>,
    /// The location; `None` for an install on the agency.
    pub location_id: Option<Id<id::Location>>,
}

impl Pin {
    /// The install at `place`.
    #[must_use]
    pub fn at(place: &Place) -> Self {
        Self { company_id: place.company_id().clone(), location_id: place.location_id().cloned() }
    }
}

/// One URL of an app, and what goes there.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    /// Its id.
    pub id: Id<id::Subscription>,
    /// Whose it is.
    pub app_id: Id<id::App>,
    /// Whether it stands for one of the app's wishes.
    pub wished: bool,
    /// `None`: the app's default URL.
    pub url: Option<String>,
    /// The app's default URL.
    pub default_url: Option<String>,
    /// Names rather than kinds: one that this version does not know is only never matched. `None`: all.
    pub kinds: Option<Vec<String>>,
    /// The only version of the app for which it is.
    pub version_id: Option<Id<id::AppVersion>>,
    /// The only install for which it is.
    pub pin: Option<Pin>,
    /// What has to hold of a body.
    pub filters: Vec<Filter>,
    /// When failed deliveries are tried again.
    pub mode: Mode,
    /// Whether the events of a record come one after the other.
    pub ordered: bool,
    /// Whether deliveries are attempted.
    pub state: State,
    /// Since when every attempt has failed.
    pub failing_since: Option<Timestamp>,
    /// Until when the secret before this one signs, too.
    pub previous_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl Subscription {
    /// Where its events go; `None` when the app has no default URL.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.url.as_deref().or(self.default_url.as_deref())
    }

    /// Whether it names this kind.
    fn names(&self, kind: EventKind) -> bool {
        self.kinds.as_ref().is_some_and(|names| names.iter().any(|name| name == kind.name()))
    }
}

/// A subscription beside the app's wishes, about to be made.
#[derive(Clone, Debug, Default)]
pub struct NewSubscription {
    /// Absolute; http or https.
    pub url: String,
    /// Which events.
    pub kinds: Kinds,
    /// The only version for which it is.
    pub version_id: Option<String>,
    /// The only install for which it is.
    pub place: Option<Place>,
    /// What has to hold of a body.
    pub filters: Vec<Filter>,
    /// When failed deliveries are tried again.
    pub mode: Mode,
    /// Whether the events of a record come one after the other.
    pub ordered: bool,
}

/// What is different; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Absolute; http or https.
    pub url: Option<String>,
    /// Which events.
    pub kinds: Option<Kinds>,
    /// All filters.
    pub filters: Option<Vec<Filter>>,
    /// When failed deliveries are tried again.
    pub mode: Option<Mode>,
    /// Whether the events of a record come one after the other.
    pub ordered: Option<bool>,
    /// Whether deliveries are attempted.
    pub enabled: Option<bool>,
}

/// Subscriptions of one app.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subscriptions(pub Vec<Subscription>);

impl Subscriptions {
    /// Those that an event of this kind goes to, in an install of this version, each with its URL. What is told of the body
    /// is asked of their filters.
    pub fn of(
        &self,
        kind: EventKind,
        version: &Id<id::AppVersion>,
    ) -> impl Iterator<Item = (&Subscription, &str)> {
        let has_own_url = self.0.iter().any(|one| one.wished && one.url.is_some() && one.names(kind));
        self.0.iter().filter_map(move |one| {
            let is_default = one.url.is_none();
            let wanted = one.names(kind) || one.kinds.is_none() && !(is_default && has_own_url);
            let fits = one.version_id.as_ref().is_none_or(|only| only == version);
            Some((one, one.address().filter(|_| wanted && fits)?))
        })
    }

    /// As the developer said it of the app.
    #[must_use]
    pub fn wishes(&self) -> Wishes {
        let known = |names: &[String]| -> Vec<EventKind> {
            names.iter().filter_map(|name| EventKind::parse(name)).collect()
        };
        let mut wishes = Wishes::default();
        let mut wanted = BTreeSet::new();
        for one in self.0.iter().filter(|one| one.wished) {
            match (&one.kinds, &one.url) {
                (None, _) => wishes.wanted = Kinds::All,
                (Some(names), None) => wanted.extend(known(names)),
                (Some(names), Some(url)) => {
                    wanted.extend(known(names));
                    wishes.urls.extend(known(names).into_iter().map(|kind| (kind, url.clone())));
                }
            }
        }
        if wishes.wanted != Kinds::All {
            wishes.wanted = Kinds::Only(wanted.into_iter().collect());
        }
        wishes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(url: Option<&str>, kinds: Option<&[&str]>) -> Subscription {
        Subscription {
            id: Id::parse(url.map_or("default", |url| url.trim_start_matches('/'))).unwrap(),
            app_id: Id::parse("66a0419a0dffa47fb5f8b22f").unwrap(),
            wished: true,
            url: url.map(str::to_owned),
            default_url: Some("/main".into()),
            kinds: kinds.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
            version_id: None,
            pin: None,
            filters: Vec::new(),
            mode: Mode::Durable,
            ordered: false,
            state: State::Enabled,
            failing_since: None,
            previous_until: None,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        }
    }

    fn version(last: char) -> Id<id::AppVersion> {
        Id::parse(&format!("66a0419a0dffa47fb5f8b23{last}")).unwrap()
    }

    fn goes(all: Vec<Subscription>, kind: EventKind) -> Vec<String> {
        Subscriptions(all).of(kind, &version('0')).map(|(_, url)| url.to_owned()).collect()
    }

    #[test]
    fn an_event_with_a_url_of_its_own_does_not_go_to_the_default() {
        let all = || vec![row(None, None), row(Some("/own"), Some(&["ContactCreate", "NoSuchEvent"]))];
        assert_eq!(goes(all(), EventKind::ContactCreate), ["/own"]);
        assert_eq!(goes(all(), EventKind::ContactDelete), ["/main"]);
    }

    #[test]
    fn one_more_subscription_takes_nothing_away() {
        let beside = Subscription { wished: false, ..row(Some("/second"), Some(&["ContactCreate"])) };
        assert_eq!(
            goes(vec![row(None, None), beside.clone()], EventKind::ContactCreate),
            ["/main", "/second"]
        );
        assert_eq!(goes(vec![row(None, None), beside], EventKind::ContactDelete), ["/main"]);
        let all = Subscription { wished: false, ..row(Some("/all"), None) };
        assert_eq!(goes(vec![row(None, Some(&[])), all], EventKind::ContactDelete), ["/all"]);
    }

    #[test]
    fn a_version_may_be_the_only_one() {
        let only = |last| Subscription { version_id: Some(version(last)), ..row(Some("/one"), None) };
        assert_eq!(goes(vec![only('0')], EventKind::ContactCreate), ["/one"]);
        assert!(goes(vec![only('1')], EventKind::ContactCreate).is_empty());
    }

    #[test]
    fn without_a_default_url_nothing_goes_there() {
        let nowhere = Subscription { default_url: None, ..row(None, None) };
        assert!(goes(vec![nowhere], EventKind::ContactCreate).is_empty());
    }
}

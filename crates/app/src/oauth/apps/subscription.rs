//! What an app wants to hear of, and where: some kinds of events or all of them go to its default URL, and single kinds to
//! URLs of their own instead. What happens to the app itself, such as INSTALL, goes to the default URL whatever was chosen.

use std::collections::{BTreeMap, BTreeSet};

use leadhold_kernel::{Cx, Error, EventKind, Id, id};
use leadhold_store::{DbError, Json, Tx, json_text, params};

use super::{rules, sql};

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

/// Everything that an app wants to hear of.
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

/// One URL of an app, and what goes there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Subscription {
    id: Id<id::Subscription>,
    /// `None`: the app's default URL.
    url: Option<String>,
    /// Names rather than kinds: one that this version does not know is only never matched. `None`: all.
    kinds: Option<Vec<String>>,
}

/// An app's URLs, and what goes where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subscriptions {
    all: Vec<Subscription>,
    default_url: Option<String>,
}

impl Subscriptions {
    /// Where an event of this kind goes, each with the subscription that says so.
    pub fn of(&self, kind: EventKind) -> impl Iterator<Item = (&Id<id::Subscription>, &str)> {
        let named = move |one: &Subscription| {
            one.kinds.as_ref().is_some_and(|names| names.iter().any(|name| name == kind.name()))
        };
        let has_own_url = self.all.iter().any(|one| one.url.is_some() && named(one));
        self.all.iter().filter_map(move |one| {
            let wanted = named(one) || one.kinds.is_none() && (one.url.is_some() || !has_own_url);
            let url = one.url.as_deref().or(self.default_url.as_deref());
            Some((&one.id, url.filter(|_| wanted)?))
        })
    }

    /// Where what this subscription wants goes; `None` when it is gone, or its app has no default URL any more.
    #[must_use]
    pub fn url_of(&self, subscription: &str) -> Option<&str> {
        let one = self.all.iter().find(|one| one.id.as_str() == subscription)?;
        one.url.as_deref().or(self.default_url.as_deref())
    }

    /// As the developer said it.
    #[must_use]
    pub fn wishes(&self) -> Wishes {
        let known = |names: &[String]| -> Vec<EventKind> {
            names.iter().filter_map(|name| EventKind::parse(name)).collect()
        };
        let mut wishes = Wishes::default();
        let mut wanted = BTreeSet::new();
        for one in &self.all {
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

/// What an app subscribed to.
///
/// # Errors
/// When the store fails.
pub fn subscriptions(tx: &mut Tx<'_>, app: &Id<id::App>) -> Result<Subscriptions, DbError> {
    let rows = tx.query(sql::SUBSCRIPTIONS, params![app], |row| {
        let kinds: Option<Json<Vec<String>>> = row.get(2)?;
        let one = Subscription { id: row.get(0)?, url: row.get(1)?, kinds: kinds.map(|Json(names)| names) };
        Ok((one, row.get::<Option<String>>(3)?))
    })?;
    let default_url = rows.first().and_then(|(_, url)| url.clone());
    Ok(Subscriptions { all: rows.into_iter().map(|(one, _)| one).collect(), default_url })
}

/// Subscribes an app to events at one more URL, besides its wishes.
///
/// # Errors
/// 422 when `url` is no http or https URL. Whether its address may be reached is not asked here: names change their
/// addresses, and each attempt asks again.
pub fn subscribe(
    tx: &mut Tx<'_>,
    cx: &Cx,
    app: &Id<id::App>,
    kinds: &Kinds,
    url: &str,
) -> Result<Id<id::Subscription>, Error> {
    rules::hook(url).map_err(|rule| Error::field(format!("url {rule}")))?;
    Ok(insert(tx, cx, app, Some(url), names(kinds).as_deref())?)
}

/// Makes `wishes` the app's only ones. A URL that stays keeps its subscription.
///
/// # Errors
/// When the store fails.
pub(super) fn replace(tx: &mut Tx<'_>, cx: &Cx, app: &Id<id::App>, wishes: &Wishes) -> Result<(), DbError> {
    let mut rows: BTreeMap<Option<&str>, Option<Vec<&str>>> = BTreeMap::new();
    let to_default = match &wishes.wanted {
        Kinds::All => None,
        Kinds::Only(kinds) => {
            let rest: BTreeSet<_> = kinds.iter().filter(|kind| !wishes.urls.contains_key(kind)).collect();
            Some(rest.into_iter().map(|kind| kind.name()).collect::<Vec<_>>())
        }
    };
    if to_default.as_ref().is_none_or(|names| !names.is_empty()) {
        rows.insert(None, to_default);
    }
    for (kind, url) in &wishes.urls {
        let names = rows.entry(Some(url)).or_insert_with(|| Some(Vec::new()));
        names.get_or_insert_default().push(kind.name());
    }
    let before = subscriptions(tx, app)?.all;
    for old in &before {
        match rows.remove(&old.url.as_deref()) {
            Some(kinds) => {
                tx.exec(sql::RESUBSCRIBE, params![app, &old.id, kinds.map(|kinds| json_text(&kinds))])?
            }
            None => tx.exec(sql::UNSUBSCRIBE, params![app, &old.id])?,
        };
    }
    for (url, kinds) in rows {
        insert(tx, cx, app, url, kinds.map(|kinds| json_text(&kinds)).as_deref())?;
    }
    Ok(())
}

fn names(kinds: &Kinds) -> Option<String> {
    match kinds {
        Kinds::All => None,
        Kinds::Only(kinds) => Some(json_text(&kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>())),
    }
}

fn insert(
    tx: &mut Tx<'_>,
    cx: &Cx,
    app: &Id<id::App>,
    url: Option<&str>,
    names: Option<&str>,
) -> Result<Id<id::Subscription>, DbError> {
    let id = Id::<id::Subscription>::generate(cx.random.as_ref());
    tx.exec(sql::SUBSCRIBE, params![&id, app, url, names, cx.now])?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(url: Option<&str>, kinds: Option<&[&str]>) -> Subscription {
        Subscription {
            id: Id::parse(url.map_or("default", |url| url.trim_start_matches('/'))).unwrap(),
            url: url.map(str::to_owned),
            kinds: kinds.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
        }
    }

    fn goes(all: Vec<Subscription>, kind: EventKind) -> Vec<String> {
        let subscriptions = Subscriptions { all, default_url: Some("/main".into()) };
        subscriptions.of(kind).map(|(_, url)| url.to_owned()).collect()
    }

    #[test]
    fn an_event_with_a_url_of_its_own_does_not_go_to_the_default() {
        let all = || vec![row(None, None), row(Some("/own"), Some(&["ContactCreate", "NoSuchEvent"]))];
        assert_eq!(goes(all(), EventKind::ContactCreate), ["/own"]);
        assert_eq!(goes(all(), EventKind::ContactDelete), ["/main"]);
        let only = vec![row(None, Some(&["ContactCreate"])), row(Some("/second"), None)];
        assert_eq!(
            goes(only, EventKind::ContactCreate),
            ["/main", "/second"],
            "one more URL takes nothing away"
        );
    }

    #[test]
    fn without_a_default_url_nothing_goes_there() {
        let subscriptions = Subscriptions { all: vec![row(None, None)], default_url: None };
        assert_eq!(subscriptions.of(EventKind::ContactCreate).count(), 0);
    }
}

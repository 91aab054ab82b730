//! What an app wants to hear of, and where: some kinds of events or all of them go to its default URL, and single kinds to
//! URLs of their own instead. INSTALL and UNINSTALL go to the default URL, whatever was chosen.

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
        let about_installs = matches!(kind, EventKind::Install | EventKind::Uninstall);
        let named = move |one: &Subscription| {
            one.kinds.as_ref().is_some_and(|names| names.iter().any(|name| name == kind.name()))
        };
        let has_own_url = self.all.iter().any(|one| one.url.is_some() && named(one));
        self.all.iter().filter_map(move |one| match &one.url {
            Some(_) if about_installs => None,
            Some(url) => (one.kinds.is_none() || named(one)).then_some((&one.id, url.as_str())),
            None => {
                let wanted = about_installs || (!has_own_url && (one.kinds.is_none() || named(one)));
                Some((&one.id, self.default_url.as_deref().filter(|_| wanted)?))
            }
        })
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

/// Subscribes an app to events at a URL besides those that it has; the first one becomes its default.
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
    let first = tx.exec(sql::FIRST_WEBHOOK_URL, params![app, url])? > 0;
    if first {
        tx.exec(sql::UNSUBSCRIBE_DEFAULT, params![app])?;
    }
    Ok(insert(tx, cx, app, (!first).then_some(url), names(kinds).as_deref())?)
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
            Some(rest.into_iter().map(|kind| kind.name()).collect())
        }
    };
    rows.insert(None, to_default);
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
        assert_eq!(goes(all(), EventKind::Install), ["/main"]);
    }

    #[test]
    fn installs_are_told_whatever_was_chosen_and_only_to_the_default() {
        let all = || vec![row(None, Some(&[])), row(Some("/second"), None)];
        assert_eq!(goes(all(), EventKind::Uninstall), ["/main"]);
        assert_eq!(goes(all(), EventKind::ContactCreate), ["/second"]);
        assert_eq!(goes(vec![row(Some("/second"), None)], EventKind::Install), Vec::<String>::new());
    }

    #[test]
    fn without_a_default_url_nothing_goes_there() {
        let subscriptions = Subscriptions { all: vec![row(None, None)], default_url: None };
        assert_eq!(subscriptions.of(EventKind::Install).count(), 0);
    }
}

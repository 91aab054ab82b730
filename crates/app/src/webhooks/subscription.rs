//! What an app wants to hear of, and where.

use leadhold_kernel::{Cx, Error, EventKind, Id, id};
use leadhold_outbound::{Forbidden, Policy};
use leadhold_store::{DbError, Json, Tx, json_text, params};

use super::sql;

/// Which events an app subscribes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kinds {
    /// All of them, also those that are added later.
    All,
    /// These.
    Only(Vec<EventKind>),
}

/// A subscription as the fan-out reads it.
pub(super) struct Subscription {
    pub(super) id: Id<id::Subscription>,
    pub(super) url: String,
    /// Names rather than kinds: one that this version does not know is only never matched.
    kinds: Option<Vec<String>>,
}

/// Subscribes an app to events, wherever it is installed.
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
    match Policy::strict().check_url(url) {
        Ok(_) | Err(Forbidden::Address { .. }) => {}
        Err(why) => return Err(Error::field(format!("url: {why}"))),
    }
    let id = Id::<id::Subscription>::generate(cx.random.as_ref());
    let names = match kinds {
        Kinds::All => None,
        Kinds::Only(kinds) => Some(json_text(&kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>())),
    };
    tx.exec(sql::SUBSCRIBE, params![&id, app, url, names, cx.now])?;
    Ok(id)
}

/// The app's subscriptions.
pub(super) fn of_app(tx: &mut Tx<'_>, app: &Id<id::App>) -> Result<Vec<Subscription>, DbError> {
    tx.query(sql::SUBSCRIPTIONS, params![app], |row| {
        let kinds: Option<Json<Vec<String>>> = row.get(2)?;
        Ok(Subscription { id: row.get(0)?, url: row.get(1)?, kinds: kinds.map(|Json(names)| names) })
    })
}

impl Subscription {
    /// Whether it asks for events of this kind.
    pub(super) fn wants(&self, kind: EventKind) -> bool {
        self.kinds.as_ref().is_none_or(|names| names.iter().any(|name| name == kind.name()))
    }
}

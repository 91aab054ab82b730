//! "What did I miss": `GET /leadhold/v1/events?after=CURSOR`, for whoever would rather ask than be told, or was away.
//!
//! An event has a place in the order (`leadhold_queue::relay`): it is given after the event's commit, so a reader that has
//! seen a place has seen every place before it that will ever be taken. A cursor is such a place.
//!
//! What is guaranteed:
//! - **Nothing is passed over.** An event whose transaction ends late gets a later place, on both engines.
//! - **Oldest first**, and what happened to one record in the order in which it happened.
//! - **An app reads what its install would be told**: events of its place, since it is there, that it was granted; of what
//!   happens to apps, its own. Another credential reads its place's events that its scopes let it read.
//! - **Bounded work**: a request looks at [`LOOKED_AT`] events at most. A page may be empty and `next` go on all the same.

mod routes;
mod sql;
mod wire;

use leadhold_kernel::{Event, EventKind, Id, ScopeSet, Timestamp, id};
use leadhold_queue::{StoredEvent, outbox};
use leadhold_store::{DbError, Row, Sql, Tx, params};

pub(super) use self::routes::routes;
use super::fan_out::is_for_apps;
use super::prune;
use crate::marketplace::{self, Place};
use crate::oauth::apps;

/// Every statement of this folder.
pub(super) const STATEMENTS: &[Sql] = sql::ALL;

/// How many events one request looks at, whether it shows them or not.
const LOOKED_AT: i64 = 2000;
/// How many are read at once.
const READ_AT_ONCE: i64 = 200;

/// Who asks.
#[derive(Clone, Debug)]
pub(super) struct Listener {
    pub(super) place: Place,
    pub(super) app: Option<Id<id::App>>,
    pub(super) scopes: ScopeSet,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// Behind which place; 0: from the beginning.
    pub(super) after: i64,
    pub(super) limit: usize,
    /// Only these; empty: all.
    pub(super) kinds: Vec<EventKind>,
}

/// A page of events.
pub(super) struct Found {
    pub(super) events: Vec<(i64, StoredEvent)>,
    /// Behind which place to go on.
    pub(super) next: i64,
    /// Whether there is more already.
    pub(super) more: bool,
    /// Whether events behind `after` may have been removed, as old ones are.
    pub(super) expired: bool,
    /// In which version the app is here; `None` for who is no app, and for an app that is gone.
    pub(super) version: Option<Id<id::AppVersion>>,
}

/// What somebody may be shown of an event.
struct Ear<'a> {
    listener: &'a Listener,
    kinds: &'a [EventKind],
    /// Since when it listens.
    since: Timestamp,
    scopes: ScopeSet,
}

impl Ear<'_> {
    fn hears(&self, event: &Event) -> bool {
        let kind = event.kind;
        let own = !apps::is_of_one_app(kind)
            || self.listener.app.as_ref().is_some_and(|app| event.payload["appId"] == app.as_str());
        is_for_apps(kind)
            && kind.may_be_told(&self.scopes)
            && own
            && event.at >= self.since
            && (self.kinds.is_empty() || self.kinds.contains(&kind))
    }
}

/// The next events that `listener` may hear of.
pub(super) fn behind(tx: &mut Tx<'_>, listener: &Listener, asked: &Asked) -> Result<Found, DbError> {
    let oldest = prune::events_removed_up_to(tx)?;
    let expired = asked.after > 0 && asked.after < oldest;
    let mut found = Found { events: Vec::new(), next: asked.after, more: false, expired, version: None };
    let mut ear = Ear { listener, kinds: &asked.kinds, since: Timestamp(i64::MIN), scopes: listener.scopes };
    if let Some(app) = &listener.app {
        let Some(install) = marketplace::find(tx, &listener.place, app)? else { return Ok(found) };
        ear.since = install.installed_at;
        ear.scopes = install.scopes.iter().filter(|scope| listener.scopes.contains(*scope)).collect();
        found.version = Some(install.version_id);
    }
    for _ in 0..LOOKED_AT / READ_AT_ONCE {
        let rows = read_behind(tx, &listener.place, found.next)?;
        found.more = i64::try_from(rows.len()).is_ok_and(|count| count == READ_AT_ONCE);
        for (position, event) in rows {
            if found.events.len() == asked.limit {
                found.more = true;
                return Ok(found);
            }
            found.next = position;
            found.events.extend(event.filter(|one| ear.hears(&one.event)).map(|one| (position, one)));
        }
        if !found.more {
            break;
        }
    }
    Ok(found)
}

/// Events with their places; `None` for one whose kind another version of the program wrote.
fn read_behind(
    tx: &mut Tx<'_>,
    place: &Place,
    after: i64,
) -> Result<Vec<(i64, Option<StoredEvent>)>, DbError> {
    match place {
        Place::Location(here) => {
            tx.query(sql::OF_LOCATION, params![here.location_id(), after, READ_AT_ONCE], read)
        }
        Place::Company(agency) => {
            tx.query(sql::OF_COMPANY, params![agency.company_id(), after, READ_AT_ONCE], read)
        }
    }
}

fn read(row: &Row<'_>) -> Result<(i64, Option<StoredEvent>), DbError> {
    let position = row.get(0)?;
    let Some(kind) = EventKind::parse(&row.get::<String>(2)?) else { return Ok((position, None)) };
    Ok((position, Some(StoredEvent { seq: row.get(9)?, event: outbox::read(row, kind)? })))
}

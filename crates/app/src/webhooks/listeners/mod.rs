//! Listeners: an app's deliveries, streamed to a developer's machine that no request can reach.
//!
//! Cast:
//! - A **listener** belongs to an app and has a name. It hears what the app's installs let the app hear, of the kinds that it
//!   chose, and what happens to the app itself, beside the app's subscriptions.
//! - The fan-out writes its deliveries with an entry in its **queue** (`listener_deliveries`) instead of a job.
//! - The machine **asks** for the entries that are due, gets each signed as any delivery is, hands it to its receiver, and
//!   **reports** what that answered: an attempt of the delivery, as in `deliver`.
//!
//! What is guaranteed: an entry is handed out until it is reported, in order, and not any more then; a report that is sent
//! twice counts once. A failure is tried again by the durable schedule, unless the machine gives it up. A listener that
//! has not asked for [`FORGOTTEN`] is removed with what waits for it.

mod report;
mod routes;
mod sql;

use bytes::Bytes;
use leadhold_kernel::{Cx, Error, EventKind, Id, Timestamp, id};
use leadhold_queue::StoredEvent;
use leadhold_store::{DbError, Json, Row, Sql, Tx, json_text, params};

pub use self::routes::routes;
use super::{NewDelivery, Origin, Turn, body, insert_only};

/// Every statement of this folder.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// How long a listener is remembered that does not ask, in milliseconds.
pub const FORGOTTEN: i64 = 7 * 24 * 3_600_000;
/// The most listeners of an app.
const MOST: usize = 20;
/// What stands for a URL in the log: the listener's name follows.
const SCHEME: &str = "listen:";

/// A listener.
#[derive(Clone, Debug)]
struct Listener {
    id: Id<id::Subscription>,
    app_id: Id<id::App>,
    name: String,
    /// `None`: all.
    kinds: Option<Vec<String>>,
    made_at: Timestamp,
    seen_at: Timestamp,
}

impl Listener {
    fn hears(&self, kind: EventKind) -> bool {
        let named = |names: &Vec<String>| names.iter().any(|name| name == kind.name());
        crate::oauth::apps::is_of_one_app(kind) || self.kinds.as_ref().is_none_or(named)
    }
}

/// A delivery that is due.
struct Due {
    delivery: Id<id::Delivery>,
    kind: String,
    event: String,
    body: Bytes,
    /// Which attempt it would be.
    number: i64,
    made_at: Timestamp,
}

/// Writes a delivery of an event to each of the app's listeners that wants it.
pub(super) fn fan_out(
    tx: &mut Tx<'_>,
    cx: &Cx,
    stored: &StoredEvent,
    app: &Id<id::App>,
    version: &Id<id::AppVersion>,
) -> Result<(), Error> {
    let event = &stored.event;
    for listener in of_app(tx, app)? {
        if cx.now.millis() - listener.seen_at.millis() > FORGOTTEN {
            remove(tx, &listener)?;
            continue;
        }
        if !listener.hears(event.kind) {
            continue;
        }
        let delivery = NewDelivery {
            company_id: &event.company_id,
            location_id: event.location_id.as_ref(),
            kind: event.kind.name(),
            origin: Origin::Event { event: &event.id, subscription: &listener.id, app },
            method: "POST",
            url: &format!("{SCHEME}{}", listener.name),
            headers: &[],
            body: &body::to_app(stored, app, version).bytes,
            turn: Turn { of: Some((&event.record_id, stored.seq)), ..Turn::default() },
        };
        if let Some(delivery) = insert_only(tx, cx, &delivery)? {
            tx.exec(sql::QUEUE, params![&listener.id, &delivery, &event.company_id, cx.now])?;
        }
    }
    Ok(())
}

fn of_app(tx: &mut Tx<'_>, app: &Id<id::App>) -> Result<Vec<Listener>, DbError> {
    tx.query(sql::OF_APP, params![app], read)
}

fn find(tx: &mut Tx<'_>, app: &Id<id::App>, name: &str) -> Result<Option<Listener>, DbError> {
    tx.query_opt(sql::GET, params![app, name], read)
}

/// Makes a listener, or lets the one of this name go on, with `kinds` from now on.
fn ensure(
    tx: &mut Tx<'_>,
    cx: &Cx,
    app: &Id<id::App>,
    name: &str,
    kinds: Option<&[String]>,
) -> Result<Listener, Error> {
    tx.lock(&format!("listeners {app}"))?;
    let there = of_app(tx, app)?;
    let old: Vec<_> = there.iter().filter(|one| cx.now.millis() - one.seen_at.millis() > FORGOTTEN).collect();
    for listener in &old {
        remove(tx, listener)?;
    }
    let known = there.iter().any(|one| one.name == name);
    if !known && there.len() - old.len() >= MOST {
        return Err(Error::bad_request(format!("An app has at most {MOST} listeners; delete one.")));
    }
    let fresh = Id::<id::Subscription>::generate(cx.random.as_ref());
    tx.exec(sql::ENSURE, params![&fresh, app, name, kinds.map(json_text), cx.now])?;
    find(tx, app, name)?.ok_or_else(|| Error::internal("the listener was just made"))
}

/// Forgets a listener and what waits for it. What it took stays in the log.
fn remove(tx: &mut Tx<'_>, listener: &Listener) -> Result<(), DbError> {
    let waiting: Vec<(String, String)> =
        tx.query(sql::ALL_WAITING, params![&listener.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    tx.exec(sql::FORGET_QUEUE, params![&listener.id])?;
    for (delivery, company) in &waiting {
        tx.exec(sql::FORGET_ATTEMPTS, params![delivery, company])?;
        tx.exec(sql::FORGET_DELIVERY, params![delivery, company])?;
    }
    tx.exec(sql::FORGET, params![&listener.id])?;
    Ok(())
}

fn waiting(tx: &mut Tx<'_>, listener: &Listener) -> Result<i64, DbError> {
    tx.query_one(sql::WAITING, params![&listener.id], |row| row.get(0))
}

fn due(tx: &mut Tx<'_>, listener: &Listener, now: Timestamp, limit: i64) -> Result<Vec<Due>, DbError> {
    tx.query(sql::DUE, params![&listener.id, now, limit], |row| {
        Ok(Due {
            delivery: row.get(0)?,
            kind: row.get(1)?,
            event: row.get(2)?,
            body: row.get::<Vec<u8>>(3)?.into(),
            number: row.get::<i64>(4)? + 1,
            made_at: row.get(5)?,
        })
    })
}

fn read(row: &Row<'_>) -> Result<Listener, DbError> {
    let kinds: Option<Json<Vec<String>>> = row.get(3)?;
    Ok(Listener {
        id: row.get(0)?,
        app_id: row.get(1)?,
        name: row.get(2)?,
        kinds: kinds.map(|Json(names)| names),
        made_at: row.get(4)?,
        seen_at: row.get(5)?,
    })
}

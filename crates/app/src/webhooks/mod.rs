//! Outgoing webhooks: what happened, told to the apps that want to know, signed, and told again until they say 2xx.
//!
//! Cast:
//! - A **subscription** ([`crate::oauth::apps::subscriptions`]) says which events of an app go where: wherever the app is
//!   installed ([`crate::marketplace`]), or from one install, or to one version of the app.
//! - [`FanOut`] sees each event once. For every subscription of every app at the event's place whose filters let it through
//!   it writes a **delivery** (the final body as bytes) and a job.
//! - What happens to an app itself (it is installed, updated, put on a plan, removed) goes to that app's **default URL**
//!   ([`crate::oauth::apps`]), always and nowhere else.
//! - `log` reads both back, `replays` starts a delivery's schedule anew, `prune` forgets what is old.
//! - `events` answers what somebody missed, from the events themselves.
//! - A workflow's "Webhook" step makes a delivery too ([`send_from_workflow`]); from there on the two are alike.
//! - [`Deliver`] is the job: it signs the stored bytes, sends them through `leadhold-outbound`, and writes an **attempt**.
//!   `backoff` says when the next one is due, `endpoints` how many may be under way to one endpoint.
//!
//! What is guaranteed:
//! - **At least once.** A committed event has its deliveries; a delivery is tried until an answer of 2xx or until all
//!   attempts are used up, after three days. A crash between answer and record means that the receiver sees it twice.
//! - **One event, one delivery per subscription**, and one per visit of a run to a step, however often the relay or the
//!   run is repeated: the table's unique keys say so.
//! - **Every attempt sends the same bytes with the same `webhookId`**, signed afresh over exactly these bytes.
//! - **No transaction is open while a request is out.**
//! - **A slow endpoint delays only itself** (the rule is in `endpoints`), and no forbidden address is ever connected to
//!   (the rule is in `leadhold-outbound`); a refusal is an attempt like any other failure, with its reason.
//! - **Order** is guaranteed to a subscription that asks for it, per record (`order`); elsewhere receivers go by `sequence`.
//! - **A subscription that is off loses nothing**: its deliveries are held, and a replay sends them (`replays::missed`).

mod backoff;
mod body;
mod catalogue;
mod deliver;
mod endpoints;
mod events;
mod fan_out;
mod keys;
mod listeners;
mod log;
mod order;
mod pages;
mod prune;
mod replays;
mod routes;
mod sql;
mod standard;
mod wire;
mod workflow;

use std::sync::Arc;

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_queue::{Job, NewJob, enqueue};
use leadhold_store::{Sql, Tx, json_text, params};
use serde::{Deserialize, Serialize};

pub use self::catalogue::{CATALOGUE, routes as catalogue_routes};
pub use self::fan_out::FanOut;
pub use self::keys::routes as key_routes;
pub use self::listeners::{FORGOTTEN, routes as listener_routes};
pub use self::prune::{Pruned, prune, prune_until};
pub use self::routes::routes;
pub use self::workflow::{WorkflowWebhook, send_from_workflow};

use self::deliver::Deliver;
use self::log::State;
use self::replays::{bulk, missed};
use crate::sandbox::Faults;
use crate::steps::StepJob;
use crate::world::World;

/// The slice's work; with `faults` where a developer turns the clock.
#[must_use]
pub fn jobs(world: &World, faults: Option<&Arc<Faults>>) -> Vec<Arc<dyn Job>> {
    vec![
        Arc::new(Deliver::new(world.clone(), faults.cloned())),
        Arc::new(StepJob::<bulk::Errand>::new(world)),
        Arc::new(StepJob::<missed::Missed>::new(world)),
    ]
}

/// The statements that make deliveries.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// The statements of the log, of replays, of reading events and of forgetting.
#[must_use]
pub fn log_statements() -> Vec<Sql> {
    [listeners::STATEMENTS, log::STATEMENTS, replays::STATEMENTS, events::STATEMENTS, prune::STATEMENTS]
        .concat()
}

/// The queue in which deliveries wait.
pub const QUEUE: &str = "webhooks";

/// The queue of what is done to many deliveries at once, behind which no delivery waits.
const WORK: &str = "webhook_work";

/// How many deliveries a process should have under way at once. They wait for others nearly all of the time, and an
/// endpoint has only a few of them (`endpoints`).
pub const CONCURRENCY: usize = 256;

/// What a [`Deliver`] job is enqueued with.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Errand {
    company_id: Id<id::Company>,
    delivery_id: Id<id::Delivery>,
    /// How often the delivery had been replayed: a job of an earlier round has nothing to do.
    #[serde(default)]
    round: i64,
}

/// A delivery about to be written, with its job.
struct NewDelivery<'a> {
    company_id: &'a Id<id::Company>,
    location_id: Option<&'a Id<id::Location>>,
    kind: &'a str,
    origin: Origin<'a>,
    method: &'a str,
    url: &'a str,
    headers: &'a [(String, String)],
    body: &'a [u8],
    turn: Turn<'a>,
}

/// When a delivery's turn is.
#[derive(Clone, Copy, Default)]
struct Turn<'a> {
    /// The record that it tells of, and the event's place among all events.
    of: Option<(&'a str, i64)>,
    /// Only after those of the same record that were before it.
    in_order: bool,
    /// Not before its subscription is switched on and what was missed is replayed.
    held: bool,
}

/// What a delivery comes from; there is at most one delivery for each.
enum Origin<'a> {
    Event { event: &'a Id<id::Event>, subscription: &'a Id<id::Subscription>, app: &'a Id<id::App> },
    Step { run: &'a Id<id::Run>, step: &'a str, visit: i64 },
}

/// Writes a delivery and its job, where it is not held; `None` when its origin has one already.
fn insert(tx: &mut Tx<'_>, cx: &Cx, new: &NewDelivery<'_>) -> Result<Option<Id<id::Delivery>>, Error> {
    let delivery = insert_only(tx, cx, new)?;
    if let Some(delivery_id) = delivery.clone().filter(|_| !new.turn.held) {
        send_on(tx, cx, &Errand { company_id: new.company_id.clone(), delivery_id, round: 0 })?;
    }
    Ok(delivery)
}

/// Writes a delivery and no job; `None` when its origin has one already.
fn insert_only(tx: &mut Tx<'_>, cx: &Cx, new: &NewDelivery<'_>) -> Result<Option<Id<id::Delivery>>, Error> {
    let delivery = Id::<id::Delivery>::generate(cx.random.as_ref());
    let (mut event_id, mut subscription_id, mut app_id) = (None, None, None);
    let (mut run_id, mut step_id, mut visits) = (None, None, None);
    match new.origin {
        Origin::Event { event, subscription, app } => {
            (event_id, subscription_id, app_id) = (Some(event), Some(subscription), Some(app));
        }
        Origin::Step { run, step, visit } => (run_id, step_id, visits) = (Some(run), Some(step), Some(visit)),
    }
    let inserted = tx.exec(
        sql::INSERT,
        params![
            &delivery,
            new.company_id,
            new.location_id,
            new.kind,
            event_id,
            subscription_id,
            app_id,
            run_id,
            step_id,
            visits,
            new.method,
            new.url,
            json_text(new.headers),
            new.body,
            if new.turn.held { State::Held.name() } else { State::Pending.name() },
            if new.turn.held { None } else { Some(cx.now) },
            cx.now,
            new.turn.of.map(|(record, _)| record),
            new.turn.of.map(|(_, sequence)| sequence),
            new.turn.in_order
        ],
    )?;
    Ok((inserted > 0).then_some(delivery))
}

/// Makes the job that sends a delivery.
fn send_on(tx: &mut Tx<'_>, cx: &Cx, errand: &Errand) -> Result<(), Error> {
    let payload = serde_json::to_value(errand).map_err(Error::internal)?;
    enqueue(tx, cx, &NewJob { queue: QUEUE, kind: deliver::KIND, payload, run_at: cx.now })?;
    Ok(())
}

//! Sending what was sent before once more.
//!
//! A replay starts a delivery's schedule anew: it is pending again, whatever it was, and its attempts go on counting. So the
//! bytes and the `webhookId` are the same, and the log shows in one place what became of it each time. It goes where the
//! subscription points to now: whoever corrected a URL wants what was missed at the new one.
//!
//! What is guaranteed:
//! - One round at a time: the job of the round before a replay finds nothing to send.
//! - Nothing goes to an app that is not at the place any more, or to a subscription that is gone.
//! - A replay of many ([`bulk`]) takes steps of bounded size, and looks at each delivery once.

pub(super) mod bulk;
pub(super) mod missed;
mod sql;

use std::collections::HashMap;

use leadhold_kernel::{Cx, Error, EventKind, Id};
use leadhold_store::{DbError, Sql, Tx, params};

use super::log::{self, Entry, View, Whole};
use super::{Errand, send_on};
use crate::audit;
use crate::marketplace::{self, Place};
use crate::oauth::apps;
use crate::tenant::{CompanyScope, LocationScope};

/// Every statement of replays.
pub(super) const STATEMENTS: &[Sql] = sql::ALL;

/// Where a delivery would go now, or why it cannot.
type Target = Result<String, &'static str>;

/// Replays one delivery.
///
/// # Errors
/// 404 when the view has none with this id, 422 when nobody is there to be told any more; when the store fails.
pub(super) fn one(tx: &mut Tx<'_>, cx: &Cx, view: &View, id: &str) -> Result<Whole, Error> {
    let found = log::get(tx, view, id)?.ok_or_else(|| no_delivery(id))?;
    let url = Targets::default().of(tx, &found.entry)?.map_err(Error::field)?;
    restart(tx, cx, &found.entry, &url)?;
    let (event, state) = (&found.entry.kind, &found.entry.state);
    let detail = format!("a {state} delivery of {event} is sent again");
    let entry = audit::Entry { action: "webhooks.delivery.replayed", subject: id, detail };
    audit::record(tx, cx, view.company_id(), &entry)?;
    log::get(tx, view, id)?.ok_or_else(|| Error::internal("the delivery was there"))
}

/// What the log answers to an id that it does not have.
pub(super) fn no_delivery(id: &str) -> Error {
    Error::NotFound(format!("There is no delivery with id {id} here."))
}

fn restart(tx: &mut Tx<'_>, cx: &Cx, entry: &Entry, url: &str) -> Result<(), Error> {
    let row = params![&entry.id, &entry.company_id, cx.now, url];
    let round = tx.query_opt(sql::RESTART, row, |row| row.get(0))?;
    let Some(round) = round else { return Ok(()) };
    let (company_id, delivery_id) = (entry.company_id.clone(), entry.id.clone());
    send_on(tx, cx, &Errand { company_id, delivery_id, round })
}

/// Where deliveries go now: most of many go to few places.
#[derive(Default)]
struct Targets(HashMap<[Option<String>; 4], Target>);

impl Targets {
    fn of(&mut self, tx: &mut Tx<'_>, entry: &Entry) -> Result<Target, DbError> {
        let own = EventKind::parse(&entry.kind).is_some_and(apps::is_of_one_app);
        let Some(app) = entry.app_id.as_deref().and_then(Id::parse) else {
            return Ok(Ok(entry.url.clone())); // a workflow's: its URL is frozen with its body
        };
        let kind = own.then(|| entry.kind.clone());
        let key = [kind, entry.app_id.clone(), entry.subscription_id.clone(), entry.location_id.clone()];
        if let Some(known) = self.0.get(&key) {
            return Ok(known.clone());
        }
        let target = if own {
            let webhook = apps::default_webhook(tx, &app)?;
            webhook.map(|webhook| webhook.url).ok_or("The app is gone, or has no webhook URL any more.")
        } else if marketplace::find(tx, &place(entry), &app)?.is_none() {
            Err("The app is not installed here any more.")
        } else {
            let subscription = entry.subscription_id.as_deref().unwrap_or_default();
            let endpoint = apps::subscriptions::endpoint(tx, subscription)?;
            endpoint
                .and_then(|endpoint| endpoint.url)
                .ok_or("The subscription that this was sent to is gone.")
        };
        self.0.insert(key, target.clone());
        Ok(target)
    }
}

/// Where the event happened. The row was made inside its tenant, which is the proof.
fn place(entry: &Entry) -> Place {
    match entry.location_id.as_deref().and_then(Id::parse) {
        Some(location) => Place::Location(LocationScope::proven(entry.company_id.clone(), location)),
        None => Place::Company(CompanyScope::proven(entry.company_id.clone())),
    }
}

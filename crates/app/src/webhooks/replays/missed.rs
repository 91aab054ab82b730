//! Sending again what a subscription missed: what was held while it was off, what was given up since it began to fail, and
//! what was to be tried again later. In steps, in the order of the events.

use leadhold_kernel::{Cx, Error, Event, Id, Timestamp, id};
use leadhold_store::{Row, Tx, params};
use serde::{Deserialize, Serialize};

use super::sql;
use crate::steps::{self, STEP, Steps};
use crate::webhooks::{Errand, WORK, send_on};

/// What is sent again, as its job keeps it.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::webhooks) struct Missed {
    subscription_id: Id<id::Subscription>,
    /// What was given up from then on is sent again, too.
    since: Option<Timestamp>,
    /// When it was asked for: what is given up later is given up.
    asked_at: Timestamp,
}

/// Begins what the event asks for.
pub(in crate::webhooks) fn begin(tx: &mut Tx<'_>, cx: &Cx, event: &Event) -> Result<(), Error> {
    let Some(subscription_id) = event.payload["subscriptionId"].as_str().and_then(Id::parse) else {
        return Ok(());
    };
    let since = event.payload["since"].as_i64().map(Timestamp);
    steps::leave(tx, cx, &Missed { subscription_id, since, asked_at: event.at })
}

impl Steps for Missed {
    const KIND: &'static str = "webhooks.missed";
    const QUEUE: &'static str = WORK;

    fn step(&self, tx: &mut Tx<'_>, cx: &Cx) -> Result<bool, Error> {
        step(tx, cx, self)
    }
}

fn step(tx: &mut Tx<'_>, cx: &Cx, missed: &Missed) -> Result<bool, Error> {
    let read = |row: &Row<'_>| Ok((row.get::<Id<id::Delivery>>(0)?, row.get::<Id<id::Company>>(1)?));
    let id = &missed.subscription_id;
    let mut found = match missed.since {
        Some(since) => tx.query(sql::GIVEN_UP, params![id, since, missed.asked_at, STEP], read)?,
        None => Vec::new(),
    };
    if found.is_empty() {
        found = tx.query(sql::NOT_SENT, params![id, cx.now, STEP], read)?;
    }
    let more = !found.is_empty();
    for (delivery_id, company_id) in found {
        let round = tx.query_opt(sql::AGAIN, params![&delivery_id, &company_id, cx.now], |row| row.get(0))?;
        if let Some(round) = round {
            send_on(tx, cx, &Errand { company_id, delivery_id, round })?;
        }
    }
    Ok(more)
}

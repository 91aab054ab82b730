//! Order: what is told of a record to a subscription that wants it so comes one after the other.
//!
//! A delivery in order is sent once no earlier one of its record to its subscription is pending or held. When its job finds
//! one, the job ends and the delivery waits with no moment set; whoever settles the earlier one gives it a new job. Both do
//! so under the subscription's lock: the one sees the other.

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_queue::{Claim, outbox};
use leadhold_store::{DbError, Row, Tx, params};

use super::{Errand, send_on, sql};

/// How soon it is asked again whether an earlier event has been relayed, in milliseconds.
const SOON: i64 = 250;

/// A delivery's place among those of its record to its subscription.
#[derive(Clone)]
pub(super) struct Turn {
    company: Id<id::Company>,
    subscription: String,
    record: String,
    sequence: i64,
}

/// What a delivery waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// An earlier delivery is not through.
    Delivery,
    /// An earlier event has not become deliveries yet.
    Event,
}

impl Turn {
    /// The place in a row that has the record, the sequence and whether there is an order from column `at` on; `None` when
    /// there is none.
    pub(super) fn read(
        row: &Row<'_>,
        company: &Id<id::Company>,
        subscription: Option<&str>,
        at: usize,
    ) -> Result<Option<Self>, DbError> {
        let (record, sequence): (Option<String>, Option<i64>) = (row.get(at)?, row.get(at + 1)?);
        let in_order: bool = row.get(at + 2)?;
        let place = subscription.zip(record.zip(sequence)).filter(|_| in_order);
        Ok(place.map(|(subscription, (record, sequence))| Self {
            company: company.clone(),
            subscription: subscription.to_owned(),
            record,
            sequence,
        }))
    }

    fn lock(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        tx.lock(&format!("webhooks in order {}", self.subscription))
    }
}

/// Whether it has to wait, and for what. The events are asked for first: what was relayed by then has its delivery, which the
/// second question finds; the other way round one that is relayed between the two would be in neither answer.
pub(super) fn waits(tx: &mut Tx<'_>, turn: &Turn) -> Result<Option<Wait>, DbError> {
    if outbox::has_unseen(tx, &turn.company, &turn.record, turn.sequence)? {
        return Ok(Some(Wait::Event));
    }
    let before = params![&turn.subscription, &turn.record, turn.sequence];
    let pending = tx.query_opt(sql::BEFORE, before, |row| row.get::<i64>(0))?.is_some();
    Ok(pending.then_some(Wait::Delivery))
}

/// Lets it wait, if it still has to: for an earlier delivery without a job, for an earlier event a moment.
pub(super) fn wait(
    tx: &mut Tx<'_>,
    claim: &Claim,
    errand: &Errand,
    turn: &Turn,
    now: Timestamp,
) -> Result<(), DbError> {
    turn.lock(tx)?;
    match waits(tx, turn)? {
        None => claim.put_off(tx, now),
        Some(Wait::Event) => claim.put_off(tx, now.plus_millis(SOON)),
        Some(Wait::Delivery) => {
            tx.exec(sql::WAIT, params![&errand.delivery_id, &errand.company_id, errand.round])?;
            claim.finish(tx)
        }
    }
}

/// Sends the next one, now that this one is through.
pub(super) fn next(tx: &mut Tx<'_>, cx: &Cx, turn: &Turn) -> Result<(), Error> {
    turn.lock(tx)?;
    let next = tx.query_opt(sql::NEXT, params![&turn.subscription, &turn.record], |row| {
        Ok(Errand { delivery_id: row.get(0)?, company_id: row.get(1)?, round: row.get(2)? })
    })?;
    let Some(errand) = next else { return Ok(()) };
    tx.exec(sql::DUE, params![&errand.delivery_id, &errand.company_id, cx.now])?;
    send_on(tx, cx, &errand)
}

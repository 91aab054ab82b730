//! Shows each event to every consumer, once, in one transaction per event.
//!
//! Before that it gives each event its place in the order in which events can be read (`event_order`). Places are given
//! after the events' commits, by one relay at a time, in transactions that end one after the other: a reader who has seen
//! a place has seen all places before it. Of two events that were seen by the same transaction, the one that was appended
//! first comes first.

use leadhold_kernel::{Error, Event, EventKind};
use leadhold_store::{DbError, Json, Row, Tx, params};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::consumer::StoredEvent;
use crate::{Queue, outbox, sql};

/// How many events are in flight at once; on SQLite they share an fsync.
const BATCH: i64 = 128;
/// The longest pause after repeated failures, in milliseconds.
const LONGEST_PAUSE: i64 = 300_000;

impl Queue {
    /// Relays until `stop` is cancelled.
    pub async fn run_relay(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            // Ask for the wake-up before looking, or one that comes in between is lost.
            let woken = self.wake.relay();
            match self.relay_batch().await {
                Ok(0) => tokio::select! {
                    () = woken => {}
                    () = tokio::time::sleep(crate::wake::POLL) => {}
                    () = stop.cancelled() => {}
                },
                Ok(_) => self.wake.hint_workers(),
                Err(error) => {
                    tracing::error!(%error, "the relay cannot read events; it tries again");
                    tokio::time::sleep(crate::wake::POLL).await;
                }
            }
        }
    }

    /// Relays what is pending now, at most one batch; answers how many events were looked at.
    pub(crate) async fn relay_batch(&self) -> Result<usize, DbError> {
        let _moving = self.underway.moving().await;
        let mut pending = self.pending().await?;
        if pending.iter().any(|(_, placed)| !placed) {
            self.give_places().await?;
            pending = self.pending().await?; // what was committed meanwhile has its turn in the next batch
        }
        let count = pending.len();
        // In one task and in order: so they reach the writer in order, and still share its commits.
        let placed = pending.into_iter().filter(|(_, placed)| *placed);
        futures_util::future::join_all(placed.map(|(seq, _)| self.relay_one(seq))).await;
        Ok(count)
    }

    /// What may be shown now, and whether it has its place. On SQLite everything has.
    async fn pending(&self) -> Result<Vec<(i64, bool)>, DbError> {
        let now = self.clock.now();
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get::<Option<i64>>(1)?.is_some()));
        self.store.read_by_key(move |tx| tx.query(sql::PENDING, params![now, BATCH], read)).await
    }

    async fn give_places(&self) -> Result<(), DbError> {
        let now = self.clock.now();
        self.store
            .write(move |tx| {
                tx.lock("events.order")?; // held until the places can be seen
                tx.exec(sql::GIVE_PLACES, params![now, BATCH]).map(drop)
            })
            .await
    }

    async fn relay_one(&self, seq: i64) {
        let (cx, consumers) = (self.cx(), self.consumers.clone());
        let done = self
            .store
            .write(move |tx| {
                let Some((event, _)) = take(tx, seq, cx.now.millis())? else {
                    return Ok(()); // another node has it
                };
                for consumer in consumers.iter() {
                    consumer.consume(tx, &cx, &event)?;
                }
                tx.exec(sql::RELAYED, params![seq])?;
                Ok::<(), Error>(())
            })
            .await;
        if let Err(error) = done {
            tracing::error!(seq, ?error, "a consumer failed on an event; it is shown again later");
            self.relay_later(seq).await;
        }
    }

    async fn relay_later(&self, seq: i64) {
        let now = self.clock.now().millis();
        let later = self
            .store
            .write(move |tx| {
                let attempts = take(tx, seq, now)?.map_or(0, |(_, attempts)| attempts);
                let pause = (1000_i64 << attempts.clamp(0, 16)).min(LONGEST_PAUSE);
                tx.exec(sql::RELAY_LATER, params![seq, now + pause]).map(drop)
            })
            .await;
        if let Err(error) = later {
            tracing::error!(seq, %error, "and could not be put off; it is shown again at once");
        }
    }
}

fn take(tx: &mut Tx<'_>, seq: i64, now: i64) -> Result<Option<(StoredEvent, i64)>, DbError> {
    tx.query_opt(sql::TAKE, params![seq, now], |row| Ok((read(row)?, row.get(9)?)))
}

fn read(row: &Row<'_>) -> Result<StoredEvent, DbError> {
    let kind: String = row.get(2)?;
    let kind = EventKind::parse(&kind).ok_or_else(|| DbError::Inconsistent {
        place: "events.kind".into(),
        fault: format!("`{kind}` is unknown"),
    })?;
    let aside = row.get::<Option<Json<Value>>>(10)?.map(|Json(aside)| aside).unwrap_or_default();
    Ok(StoredEvent { seq: row.get(0)?, event: Event { aside, ..outbox::read(row, kind)? } })
}

//! One line per request: who asked what, what let it in, how it ended and how long it took. Never a secret: [`redact`] says
//! what is kept.
//!
//! Lines go through a bounded channel to a writer that stores them in batches, in a database of their own. A request never
//! waits for its line: when the channel is full the line is dropped and counted.

mod line;
pub mod redact;
mod sql;

use std::time::Duration;

use leadhold_kernel::{Clock, Timestamp};
use leadhold_store::{DbError, Sql, Store, Tx, params};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub use self::line::{Bodies, Calling, Line, Sent, scope_of};

const WAITING: usize = 16_384;
const BATCH: usize = 512;
const GATHER: Duration = Duration::from_millis(100);
const KEEP_MILLIS: i64 = 30 * 86_400_000;
/// Old lines are looked for once in so many batches.
const TRIM_EVERY: u64 = 1024;

/// Every statement that writes the log, for the test that prepares them.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// Where the edge hands lines in.
#[derive(Clone)]
pub struct RequestLog {
    lines: mpsc::Sender<Line>,
}

/// The other end, for [`write_lines`].
pub struct Lines(mpsc::Receiver<Line>);

impl RequestLog {
    /// A log and the end from which it is written.
    #[must_use]
    pub fn channel() -> (Self, Lines) {
        let (lines, receiver) = mpsc::channel(WAITING);
        (Self { lines }, Lines(receiver))
    }

    /// Hands in a line; `false` when it was dropped.
    pub fn write(&self, line: Line) -> bool {
        self.lines.try_send(line).is_ok()
    }
}

impl Lines {
    /// Stores the lines that wait now; for those who hold the time, such as tests.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn store_waiting(&mut self, store: &Store) -> Result<(), DbError> {
        let mut batch = Vec::new();
        while let Ok(line) = self.0.try_recv() {
            batch.push(line);
        }
        store_batch(store, batch, None).await
    }
}

/// Stores lines in batches until `stop` is cancelled and none is left.
pub async fn write_lines(mut lines: Lines, store: Store, clock: &dyn Clock, stop: CancellationToken) {
    let mut batches = 0;
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        tokio::select! {
            biased;
            taken = lines.0.recv_many(&mut batch, BATCH) => if taken == 0 { return },
            () = stop.cancelled() => return,
        }
        let trim = (batches % TRIM_EVERY == 0).then(|| clock.now().plus_millis(-KEEP_MILLIS));
        batches += 1;
        for line in &mut batch {
            line.at = line.at.min(clock.now()); // of the request that has turned the clock back
        }
        if let Err(error) = store_batch(&store, batch, trim).await {
            tracing::warn!(%error, "request log lines are lost");
        }
        // Let lines gather, so that a busy server writes a few large batches.
        tokio::select! {
            () = tokio::time::sleep(GATHER) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Forgets the lines of a time that has not come yet: the clock was turned back, and they would stand before all others.
///
/// # Errors
/// When the store fails.
pub(crate) fn forget_later(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), DbError> {
    tx.exec(sql::FORGET_LATER, params![now]).map(drop)
}

async fn store_batch(store: &Store, batch: Vec<Line>, trim: Option<Timestamp>) -> Result<(), DbError> {
    store
        .write(move |tx| {
            for line in &batch {
                insert(tx, line)?;
            }
            if let Some(before) = trim {
                tx.exec(sql::TRIM, params![before])?;
            }
            Ok(())
        })
        .await
}

fn insert(tx: &mut Tx<'_>, line: &Line) -> Result<(), DbError> {
    let (caller, bodies) = (line.caller.as_ref(), line.bodies.as_ref());
    let row = params![
        line.at,
        &line.trace_id,
        line.method.as_str(),
        &line.sent.path,
        i64::from(line.status),
        i64::try_from(line.micros).unwrap_or(i64::MAX),
        caller.and_then(|caller| caller.token_id.as_ref()),
        caller.map(|caller| &caller.company_id),
        caller.and_then(|caller| caller.location_id.as_ref()),
        caller.map(Calling::client),
        caller.and_then(|caller| caller.app_id.as_ref()),
        line.sent.query.as_deref(),
        line.scope.as_deref(),
        line.rate.map(|rate| rate.admitted),
        line.rate.map(|rate| i64::try_from(rate.remaining).unwrap_or(i64::MAX)),
        line.rate.map(|rate| i64::try_from(rate.daily_remaining).unwrap_or(i64::MAX)),
        &line.sent.headers,
        &line.response_headers,
        bodies.and_then(|bodies| bodies.request.as_deref()),
        bodies.and_then(|bodies| bodies.response.as_deref()),
    ];
    tx.exec(sql::INSERT, row).map(drop)
}

//! One line per request: who asked what, how it ended and how long it took. Never a secret, never a body.
//!
//! Lines go through a bounded channel to a writer that stores them in batches, in a database of their own. A request never
//! waits for its line: when the channel is full the line is dropped and counted.

use std::time::Duration;

use leadhold_kernel::{Clock, Timestamp};
use leadhold_store::{DbError, Sql, Store, params};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const WAITING: usize = 16_384;
const BATCH: usize = 512;
const GATHER: Duration = Duration::from_millis(100);
const KEEP_MILLIS: i64 = 30 * 86_400_000;
/// Old lines are looked for once in so many batches.
const TRIM_EVERY: u64 = 1024;

/// What is known of a request when it ends.
#[derive(Clone, Debug)]
pub struct Line {
    /// When it came.
    pub at: Timestamp,
    /// Its trace id, also in the answer.
    pub trace_id: String,
    /// Its method.
    pub method: String,
    /// Its path, without the query, which may hold personal data.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// How long it took, in microseconds.
    pub micros: u64,
    /// The credential's id.
    pub caller: Option<String>,
    /// The caller's agency.
    pub company_id: Option<String>,
    /// The caller's location.
    pub location_id: Option<String>,
}

pub(crate) mod sql {
    //! The request log's statements; its tables live in a database of their own.
    leadhold_store::statements! {
        pub INSERT = "insert into request_log
            (at, trace_id, method, path, status, micros, caller, company_id, location_id)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        pub TRIM across tenants "the log is the operator's" = "delete from request_log where at < $1";
    }
}

/// Every statement of the request log, for the test that prepares them.
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

async fn store_batch(store: &Store, batch: Vec<Line>, trim: Option<Timestamp>) -> Result<(), DbError> {
    store
        .write(move |tx| {
            for line in &batch {
                let micros = i64::try_from(line.micros).unwrap_or(i64::MAX);
                tx.exec(
                    sql::INSERT,
                    params![
                        line.at,
                        &line.trace_id,
                        &line.method,
                        &line.path,
                        i64::from(line.status),
                        micros,
                        line.caller.as_deref(),
                        line.company_id.as_deref(),
                        line.location_id.as_deref()
                    ],
                )?;
            }
            if let Some(before) = trim {
                tx.exec(sql::TRIM, params![before])?;
            }
            Ok(())
        })
        .await
}

//! The store: durable tables with one SQL text and one [`Tx`] for two engines.
//!
//! Cast: [`Store`] takes closures; on SQLite they meet in `sqlite` (one writer with group commit, readers beside it), on
//! PostgreSQL in `postgres` (a transaction each). [`statements!`] declares the SQL, [`migrate()`] makes the tables. An
//! [`outage`] is a power cut that a test asks for.
//!
//! What is guaranteed:
//! - When [`Store::write`] answers `Ok`, the work is committed and synced to disk. When it answers `Err`, nothing of it is
//!   kept, neither its facts nor its events.
//! - A write sees all writes that were answered before it, and a read begun after an answer sees that answer's write.
//! - Work never holds a transaction over the network: a closure is synchronous.
//! - When too much waits, work is refused with [`DbError::Busy`] before it begins.

mod backup;
mod call;
mod error;
pub mod migrate;
mod migrations;
pub mod outage;
mod postgres;
mod snapshot;
mod sql;
mod sqlite;
mod tally;
mod tx;
mod value;
pub mod vitals;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::mpsc::error::TrySendError;

pub use crate::backup::{BackupReport, copy_to, verify};
use crate::call::{Call, Work};
pub use crate::error::DbError;
pub use crate::migrate::{Applied, Migration, Status, migrate, status};
pub use crate::migrations::{LOGS, MAIN};
use crate::outage::Outage;
pub use crate::snapshot::{Snapshot, is_name as is_snapshot_name};
pub use crate::sql::{Dynamic, Sql};
use crate::sqlite::{Lanes, Sync};
pub use crate::tally::{Amount, Part};
pub use crate::tx::Tx;
pub use crate::value::{Column, Json, Row, Value, json_text};
pub use crate::vitals::{Vitals, vitals};

/// How many PostgreSQL sessions a node opens for the main tables.
const SESSIONS: usize = 16;

/// Where the data lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Files in this directory: `leadhold.db`, and `logs.db` beside it.
    Embedded(PathBuf),
    /// A PostgreSQL database by its URL.
    Postgres(String),
}

/// A handle on the data; cheap to clone, and the threads behind it end with the last one.
#[derive(Clone)]
pub struct Store {
    engine: Arc<Engine>,
    outage: Option<Arc<Outage>>,
}

struct Engine {
    lanes: Option<Lane>,
    threads: Vec<JoinHandle<()>>,
}

enum Lane {
    Sqlite(Lanes),
    Postgres(tokio::sync::mpsc::Sender<postgres::Errand>),
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.lanes = None; // closes the channels; the threads finish what they have and end
        let here = std::thread::current().id();
        if self.threads.iter().any(|thread| thread.thread().id() == here) {
            return; // the last handle was in the work of a caller who is gone: a thread cannot wait for itself
        }
        for thread in self.threads.drain(..) {
            drop(thread.join());
        }
    }
}

impl Store {
    /// Opens the main tables' store. Does not migrate.
    ///
    /// # Errors
    /// When the file or the server cannot be reached.
    pub fn open(backend: &Backend) -> Result<Self, DbError> {
        match backend {
            Backend::Embedded(dir) => Self::embedded(&dir.join("leadhold.db"), Sync::Full),
            Backend::Postgres(url) => Self::postgres(url, "public", SESSIONS),
        }
    }

    /// Opens the store of the request log: its own file or schema, so that watching the system never blocks it. It is
    /// written without waiting for the disk.
    ///
    /// # Errors
    /// When the file or the server cannot be reached.
    pub fn open_logs(backend: &Backend) -> Result<Self, DbError> {
        match backend {
            Backend::Embedded(dir) => Self::embedded(&dir.join("logs.db"), Sync::Normal),
            Backend::Postgres(url) => {
                postgres::ensure_schema(url, "logs")?;
                Self::postgres(url, "logs", 2)
            }
        }
    }

    fn embedded(path: &Path, sync: Sync) -> Result<Self, DbError> {
        let (lanes, threads) = Lanes::open(path, sync)?;
        Ok(Self::over(Lane::Sqlite(lanes), threads))
    }

    fn postgres(url: &str, schema: &str, sessions: usize) -> Result<Self, DbError> {
        let (sender, threads) = postgres::open(url, schema, sessions)?;
        Ok(Self::over(Lane::Postgres(sender), threads))
    }

    fn over(lane: Lane, threads: Vec<JoinHandle<()>>) -> Self {
        Self { engine: Arc::new(Engine { lanes: Some(lane), threads }), outage: None }
    }

    /// The same store until the power fails as `outage` says: for tests.
    #[must_use]
    pub fn until(self, outage: Arc<Outage>) -> Self {
        Self { outage: Some(outage), ..self }
    }

    /// Runs `work` in a transaction and answers after the commit is durable. `Err` from `work` keeps nothing.
    ///
    /// `work` may run more than once (a deadlock on PostgreSQL): it must not have effects outside its transaction.
    ///
    /// # Errors
    /// What `work` answers, or the database's failure as `E`.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let Some(outage) = self.outage.clone() else { return self.write_whatever_comes(work).await };
        let cut = Arc::clone(&outage);
        let done = self.write_whatever_comes(move |tx| {
            cut.light()?;
            let done = work(tx)?;
            cut.commit()?;
            Ok(done)
        });
        let done = done.await;
        outage.light()?;
        done
    }

    async fn write_whatever_comes<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (call, answer) = Work::boxed(work);
        self.send(call, true)?;
        answer.await.unwrap_or_else(|_| Err(stopping().into()))
    }

    /// Runs `work` on a connection that cannot write.
    ///
    /// # Errors
    /// What `work` answers, or the database's failure as `E`.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.light()?;
        let (call, answer) = Work::boxed(work);
        self.send(call, false)?;
        answer.await.unwrap_or_else(|_| Err(stopping().into()))
    }

    /// As [`Store::read`], for reads by primary key that take microseconds: on SQLite it runs on the calling thread.
    ///
    /// # Errors
    /// What `work` answers, or the database's failure as `E`.
    pub async fn read_by_key<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.light()?;
        match &self.engine.lanes {
            Some(Lane::Sqlite(lanes)) => lanes.here(work)?,
            _ => self.read(work).await,
        }
    }

    fn light(&self) -> Result<(), DbError> {
        self.outage.as_ref().map_or(Ok(()), |outage| outage.light())
    }

    fn send(&self, call: Box<dyn Call>, writes: bool) -> Result<(), DbError> {
        let full = |closed: bool| {
            if closed { stopping() } else { DbError::Busy("too much work is waiting".to_owned()) }
        };
        match &self.engine.lanes {
            Some(Lane::Sqlite(lanes)) => {
                let lane = if writes { &lanes.writer } else { &lanes.readers };
                lane.try_send(call).map_err(|e| full(matches!(e, TrySendError::Closed(_))))
            }
            Some(Lane::Postgres(sender)) => {
                let errand =
                    if writes { postgres::Errand::Write(call) } else { postgres::Errand::Read(call) };
                sender.try_send(errand).map_err(|e| full(matches!(e, TrySendError::Closed(_))))
            }
            None => Err(stopping()),
        }
    }

    /// The file of the embedded engine; `None` on PostgreSQL.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.engine.lanes {
            Some(Lane::Sqlite(lanes)) => Some(&lanes.path),
            _ => None,
        }
    }
}

fn stopping() -> DbError {
    DbError::Busy("the store is shutting down".to_owned())
}

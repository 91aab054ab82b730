//! The embedded engine: one writer that commits in groups, readers beside it, checkpoints out of the way.
//!
//! - **Writer**: one thread. It takes whatever work waits (at most [`GROUP`]), runs each in its own savepoint, commits
//!   once with an fsync (`synchronous=FULL`) and only then answers. A failing caller's savepoint is rolled back; the
//!   others are not touched. A failed commit, or an error on which SQLite gives up the whole transaction (disk full,
//!   I/O), fails every caller of the group: nothing of it was kept.
//! - **Readers**: threads with connections of their own, on which writing is refused. Short reads by key may also run
//!   on the caller's thread ([`Lanes::here`]), which saves two thread switches.
//! - **Checkpointer**: moves the log into the database, so that the writer never has to (measured: it halves the 99th
//!   percentile); four times a second, so that a page that many writes touch is moved once.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::mpsc;

use crate::call::Call;
use crate::error::DbError;
use crate::tx::{Engine, Texts, Tx};

/// How many callers share one fsync at most. More would lengthen the wait of the first without saving much.
const GROUP: usize = 256;
/// How much work may wait before new work is refused with [`DbError::Busy`].
const QUEUE: usize = 4096;
const READERS: usize = 4;
const STATEMENTS: usize = 512;
/// KiB of pages that a connection keeps. What a group of writes changes must fit, or pages go into the log before the commit
/// and once more at it: at 1,000,000 contacts a group touches thousands.
const WRITER_CACHE: i64 = 32 * 1024;
const READER_CACHE: i64 = 8 * 1024;
const CHECKPOINT_EVERY: Duration = Duration::from_millis(250);
/// A log longer than this (pages of 4 KiB: 64 MiB) is emptied even if a writer must wait for it.
const LONG_LOG: i64 = 16_384;

/// How hard the writer makes sure of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sync {
    /// fsync before the answer.
    Full,
    /// The operating system may take its time: for logs.
    Normal,
}

pub(crate) struct Lanes {
    pub(crate) path: PathBuf,
    pub(crate) writer: mpsc::Sender<Box<dyn Call>>,
    pub(crate) readers: mpsc::Sender<Box<dyn Call>>,
    idle: Mutex<Vec<(Connection, Texts)>>,
}

impl Lanes {
    /// Opens (or makes) the file and starts the threads; they end when the lanes are dropped.
    pub(crate) fn open(path: &Path, sync: Sync) -> Result<(Self, Vec<JoinHandle<()>>), DbError> {
        // The writer first: two connections that switch a fresh file to WAL at once would lock each other out.
        let writer_connection = connect(path, sync, true)?;
        let checkpoint_connection = connect(path, sync, true)?;
        let (nudge, nudged) = sync_channel(1);
        let (alive, ended) = channel::<Infallible>();
        let (writer, work) = mpsc::channel(QUEUE);
        let (readers, reads) = mpsc::channel(QUEUE);
        let reads = Arc::new(Mutex::new(reads));
        let mut threads = vec![
            spawn("store-writer", move || {
                write_loop(writer_connection, work, &nudge);
                drop(alive);
            })?,
            spawn("store-checkpoint", move || checkpoint_loop(&checkpoint_connection, &nudged, &ended))?,
        ];
        for _ in 0..READERS {
            let (connection, reads) = (connect(path, sync, false)?, Arc::clone(&reads));
            threads.push(spawn("store-reader", move || read_loop(&connection, &reads))?);
        }
        Ok((Self { path: path.to_owned(), writer, readers, idle: Mutex::default() }, threads))
    }

    /// Runs a short read on the caller's own thread.
    pub(crate) fn here<T>(&self, read: impl FnOnce(&mut Tx<'_>) -> T) -> Result<T, DbError> {
        let pooled = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let (connection, mut texts) = match pooled {
            Some(pair) => pair,
            None => (connect(&self.path, Sync::Full, false)?, Texts::default()),
        };
        let out = read(&mut Tx::new(Engine::Sqlite { conn: &connection, texts: &mut texts }));
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((connection, texts));
        Ok(out)
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, DbError> {
    std::thread::Builder::new().name(name.to_owned()).spawn(run).map_err(|e| DbError::Failed(e.to_string()))
}

pub(crate) fn connect(path: &Path, sync: Sync, writes: bool) -> Result<Connection, DbError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // The timeout comes first: switching to WAL itself may have to wait for another connection.
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", if sync == Sync::Full { "full" } else { "normal" })?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", if writes { -WRITER_CACHE } else { -READER_CACHE })?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "query_only", !writes)?;
    // A plan that holds for any value: without it a cached statement is planned anew whenever a value is bound.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

fn write_loop(connection: Connection, mut work: mpsc::Receiver<Box<dyn Call>>, nudge: &SyncSender<()>) {
    let mut texts = Texts::default();
    while let Some(first) = work.blocking_recv() {
        write_group(&connection, &mut texts, first, &mut work);
        let _already_nudged = nudge.try_send(()).is_err();
    }
}

fn write_group(
    connection: &Connection,
    texts: &mut Texts,
    first: Box<dyn Call>,
    work: &mut mpsc::Receiver<Box<dyn Call>>,
) {
    let mut group = Vec::with_capacity(8);
    let mut result = connection.execute_batch("begin immediate").map_err(DbError::from);
    let mut next = Some(first);
    while let Some(mut call) = next {
        if result.is_ok() {
            result = in_savepoint(connection, texts, call.as_mut());
        }
        group.push(call);
        next = if group.len() < GROUP { work.try_recv().ok() } else { None };
    }
    let committed = result.and_then(|()| connection.execute_batch("commit").map_err(DbError::from));
    if let Err(error) = &committed {
        tracing::error!(%error, callers = group.len(), "a group of writes was not kept");
        if !connection.is_autocommit() {
            drop(connection.execute_batch("rollback"));
        }
    }
    for call in group {
        call.answer(committed.clone());
    }
}

/// Runs one caller's work; `Err` only when the whole transaction is gone with it.
fn in_savepoint(connection: &Connection, texts: &mut Texts, call: &mut dyn Call) -> Result<(), DbError> {
    connection.prepare_cached("savepoint work")?.execute([])?;
    let keep = call.run(&mut Tx::new(Engine::Sqlite { conn: connection, texts }));
    if connection.is_autocommit() {
        return Err(DbError::Failed("SQLite gave up the transaction (disk full or I/O error)".to_owned()));
    }
    if !keep {
        connection.prepare_cached("rollback to work")?.execute([])?;
    }
    connection.prepare_cached("release work")?.execute([])?;
    Ok(())
}

fn read_loop(connection: &Connection, reads: &Mutex<mpsc::Receiver<Box<dyn Call>>>) {
    let mut texts = Texts::default();
    loop {
        let next = reads.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(mut call) = next else { return };
        call.run(&mut Tx::new(Engine::Sqlite { conn: connection, texts: &mut texts }));
        call.answer(Ok(()));
    }
}

fn checkpoint_loop(connection: &Connection, nudged: &Receiver<()>, ended: &Receiver<Infallible>) {
    while nudged.recv().is_ok() {
        let (_, pages) = checkpoint(connection, "passive");
        if pages > LONG_LOG {
            checkpoint(connection, "restart");
        }
        // Let writes gather before the next one, though they nudge; an ended writer ends this thread at once.
        if ended.recv_timeout(CHECKPOINT_EVERY) == Err(RecvTimeoutError::Disconnected) {
            break;
        }
    }
    checkpoint(connection, "truncate");
}

fn checkpoint(connection: &Connection, mode: &str) -> (i64, i64) {
    let row = connection
        .query_row(&format!("pragma wal_checkpoint({mode})"), [], |row| Ok((row.get(0)?, row.get(1)?)));
    row.unwrap_or_else(|error| {
        tracing::warn!(%error, mode, "checkpoint failed; the next one tries again");
        (1, 0)
    })
}

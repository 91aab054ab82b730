//! Snapshots of everything, and the way back to them.
//!
//! What is part of one: all tables, the bytes of the files that they name, and the moment that the clock showed. The request
//! log is not: it tells what happened, whatever became of it.
//!
//! What is guaranteed: while the data are exchanged no request is under way, no job runs, nothing is claimed or relayed; and
//! the exchange is one transaction, so that a crash leaves one state or the other. Afterwards nothing that this process
//! keeps in memory about the data is older than they are.

use std::time::Duration;

use leadhold_kernel::{Clock, Error, Timestamp};
use leadhold_store::{MAIN, Snapshot, is_snapshot_name, migrate};
use serde::{Deserialize, Serialize};

use super::Sandbox;
use crate::{App, files};

/// The state just after the server's first start, for `reset`.
pub const FIRST_START: &str = "first-start";
/// How long requests and jobs that run are waited for: longer than any request to the outside.
const PATIENCE: Duration = Duration::from_secs(15);
/// A store that is larger than this when the sandbox begins, in bytes, is not copied unasked.
const LARGE: u64 = 512 * 1024 * 1024;

/// What is noted with a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Note {
    /// What the clock showed, in milliseconds.
    pub(super) clock: i64,
    /// The last migration that its tables have had.
    pub(super) migration: String,
    /// How many files it names.
    pub(super) files: usize,
}

impl Note {
    /// What is noted with `snapshot`.
    pub(super) fn of(snapshot: &Snapshot) -> Result<Self, Error> {
        serde_json::from_str(&snapshot.note)
            .map_err(|why| Error::internal(format!("the note of the snapshot {}: {why}", snapshot.name)))
    }
}

impl Sandbox {
    /// Keeps the present state for `reset`, unless an earlier start has.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn keep_first_start(&self, app: &App) -> Result<(), Error> {
        let store = &app.world.store;
        if store.snapshots().await?.iter().any(|known| known.name == FIRST_START) {
            return Ok(());
        }
        let size = store.path().and_then(|path| path.metadata().ok()).map_or(0, |file| file.len());
        if size > LARGE {
            tracing::warn!(
                size,
                "the store is large: it is not copied, and `reset` has nothing to go back to"
            );
            return Ok(());
        }
        self.take(app, FIRST_START).await
    }

    /// Keeps the present state under `name`.
    ///
    /// # Errors
    /// 409 when there is one of this name; 503 when requests or jobs do not come to an end.
    pub(super) async fn take(&self, app: &App, name: &str) -> Result<(), Error> {
        let _turn = self.turn.lock().await;
        let _still = app.queue.empty(PATIENCE).await.map_err(|_| busy())?;
        let _alone = app.alone(PATIENCE).await?;
        let store = &app.world.store;
        if store.snapshots().await?.iter().any(|known| known.name == name) {
            return Err(Error::Conflict(format!("There is a snapshot {name} already.")));
        }
        let blobs = store.read(files::blobs).await?;
        app.world.files.keep(name, &blobs).await?;
        let note = Note {
            clock: self.clock.now().millis(),
            migration: MAIN.last().map(|last| last.name.to_owned()).unwrap_or_default(),
            files: blobs.len(),
        };
        Ok(store.take_snapshot(name, &leadhold_store::json_text(&note)).await?)
    }

    /// Goes back to the snapshot `name`, and answers what the clock shows now: what it showed then, or for `reset` the
    /// machine's time.
    ///
    /// # Errors
    /// 404 when there is none; 409 when it was taken by another version; 503 when requests or jobs do not come to an end.
    pub(super) async fn restore(&self, app: &App, name: &str, reset: bool) -> Result<Timestamp, Error> {
        let _turn = self.turn.lock().await;
        let store = &app.world.store;
        let known = store.snapshots().await?.into_iter().find(|known| known.name == name);
        let Some(known) = known else { return Err(none(name)) };
        let note = Note::of(&known)?;
        fits(&note, store.path().is_some())?;
        let _still = app.queue.empty(PATIENCE).await.map_err(|_| busy())?;
        let _alone = app.alone(PATIENCE).await?;
        app.world.files.bring_back(name).await?; // first: what a row names must be there
        if !store.restore_snapshot(name).await? {
            return Err(none(name));
        }
        if store.path().is_some() {
            migrate(store, MAIN).await?;
        }
        let then = Timestamp(note.clock);
        let now = if reset { self.clock.real_now().max(then) } else { then };
        self.clock.show(now, store).await?;
        app.forget().await?;
        app.world.wake.turned();
        Ok(now)
    }

    /// Removes the snapshot `name`.
    ///
    /// # Errors
    /// 404 when there is none; 409 for the one that `reset` needs.
    pub(super) async fn remove(&self, app: &App, name: &str) -> Result<(), Error> {
        let _turn = self.turn.lock().await;
        if name == FIRST_START {
            return Err(Error::Conflict(format!("{FIRST_START} is what reset goes back to.")));
        }
        if !is_snapshot_name(name) || !app.world.store.remove_snapshot(name).await? {
            return Err(none(name));
        }
        app.world.files.let_go(name).await
    }
}

/// Whether the tables of a snapshot can be brought to this version: SQLite's copies bring their migrations with them, and
/// later ones follow.
fn fits(note: &Note, embedded: bool) -> Result<(), Error> {
    let place = MAIN.iter().position(|migration| migration.name == note.migration);
    match place {
        Some(place) if embedded || place + 1 == MAIN.len() => Ok(()),
        _ => Err(Error::Conflict(
            "The snapshot was taken by another version, whose tables are different.".to_owned(),
        )),
    }
}

fn none(name: &str) -> Error {
    Error::NotFound(format!("There is no snapshot {name}."))
}

fn busy() -> Error {
    Error::Unavailable("Jobs are running that do not come to an end. Try again in a moment.".to_owned())
}

//! Copies of the embedded store: folders beside its file. Pages are copied by SQLite's own backup, which is one transaction
//! on the side that is written.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::Snapshot;
use crate::error::DbError;
use crate::sqlite::{Sync, connect};

const DATABASE: &str = "leadhold.db";
const NOTE: &str = "note";
/// How often the lock of the store is asked for, and how long it is waited in between.
const TRIES: u32 = 500;
const PAUSE: Duration = Duration::from_millis(20);

/// Where the copies of a store lie.
pub(super) struct Place {
    store: PathBuf,
    folder: PathBuf,
}

impl Place {
    pub(super) fn beside(store: &Path) -> Self {
        Self { store: store.to_owned(), folder: store.with_file_name("snapshots") }
    }

    pub(super) fn all(&self) -> Result<Vec<Snapshot>, DbError> {
        let entries = match fs::read_dir(&self.folder) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|why| self.failed(&why))?,
        };
        let mut all = Vec::new();
        for entry in entries {
            let name = entry.map_err(|why| self.failed(&why))?.file_name().to_string_lossy().into_owned();
            if super::is_name(&name) {
                let path = self.folder.join(&name);
                let note = fs::read_to_string(path.join(NOTE)).map_err(|why| self.failed(&why))?;
                let bytes = fs::metadata(path.join(DATABASE)).map_err(|why| self.failed(&why))?.len();
                all.push(Snapshot { name, note, bytes });
            }
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    /// Made under a name that no copy has, synced, and then renamed.
    pub(super) fn take(&self, name: &str, note: &str) -> Result<(), DbError> {
        let (draft, path) = (self.folder.join(".draft"), self.folder.join(name));
        if path.exists() {
            return Err(DbError::Unique("snapshots.name".to_owned()));
        }
        self.clear(&draft).map_err(|why| self.failed(&why))?;
        let mut folder = DirBuilder::new();
        folder.recursive(true).mode(0o700);
        folder.create(&draft).map_err(|why| self.failed(&why))?;
        // Made by us and not by SQLite: nobody but its owner may read it, from its first byte on.
        for (file, text) in [(DATABASE, ""), (NOTE, note)] {
            let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft.join(file));
            made.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|why| self.failed(&why))?;
        }
        let source = connect(&self.store, Sync::Full, true)?;
        let mut copy = Connection::open(draft.join(DATABASE))?;
        copy.pragma_update(None, "synchronous", "off")?; // synced below, once
        copy_pages(&source, &mut copy)?;
        drop(copy);
        let synced = [draft.join(DATABASE), draft.join(NOTE), draft.clone()].iter().try_for_each(sync);
        let kept = synced.and_then(|()| fs::rename(&draft, &path)).and_then(|()| sync(&self.folder));
        kept.map_err(|why| self.failed(&why))
    }

    pub(super) fn restore(&self, name: &str) -> Result<bool, DbError> {
        let file = self.folder.join(name).join(DATABASE);
        if !file.exists() {
            return Ok(false);
        }
        let copy = Connection::open(&file)?;
        let mut store = connect(&self.store, Sync::Full, true)?;
        copy_pages(&copy, &mut store)?;
        Ok(true)
    }

    pub(super) fn remove(&self, name: &str) -> Result<bool, DbError> {
        let (gone, path) = (self.folder.join(".gone"), self.folder.join(name));
        if !path.exists() {
            return Ok(false);
        }
        let removed =
            self.clear(&gone).and_then(|()| fs::rename(&path, &gone)).and_then(|()| self.clear(&gone));
        removed.map(|()| true).map_err(|why| self.failed(&why))
    }

    fn clear(&self, path: &Path) -> io::Result<()> {
        match fs::remove_dir_all(path) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    fn failed(&self, why: &io::Error) -> DbError {
        DbError::Failed(format!("snapshots in {}: {why}", self.folder.display()))
    }
}

fn sync(path: impl AsRef<Path>) -> io::Result<()> {
    File::open(path).and_then(|file| file.sync_all())
}

/// All pages in one step, which is one transaction; the store's writer may have its lock at first.
fn copy_pages(from: &Connection, to: &mut Connection) -> Result<(), DbError> {
    let backup = Backup::new(from, to)?;
    for _ in 0..TRIES {
        match backup.step(-1)? {
            StepResult::Done => return Ok(()),
            _ => std::thread::sleep(PAUSE),
        }
    }
    Err(DbError::Busy("the store is being written".to_owned()))
}

//! Named copies of the whole store, taken from it and put in its place while it is open: the sandbox's way back.
//!
//! On SQLite a copy is a folder `snapshots/NAME` beside the database's file, readable by its owner alone, and pages are
//! copied as they are; on PostgreSQL it is a schema `snapshot_NAME` of the same database. Either way a copy is there as a
//! whole or not at all, and puts itself in the store's place in one transaction: whoever reads or writes meanwhile does so
//! before it or after it.
//!
//! The tables of `schema_migrations` are part of a copy on SQLite. On PostgreSQL they stay, so only a copy of the same
//! migrations fits: the caller compares.

mod postgres;
mod sqlite;

use crate::Store;
use crate::error::DbError;

/// A copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// How it is asked for.
    pub name: String,
    /// What whoever took it noted.
    pub note: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Whether a copy can have this name: 1 to 40 lower-case letters, digits, dashes and underscores.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    (1..=40).contains(&name.len()) && name.chars().all(fits)
}

impl Store {
    /// The copies, by name.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn snapshots(&self) -> Result<Vec<Snapshot>, DbError> {
        match self.path().map(sqlite::Place::beside) {
            Some(place) => self.read(move |_| place.all()).await,
            None => self.read(postgres::all).await,
        }
    }

    /// Copies everything under `name`, with a note that [`Store::snapshots`] shows.
    ///
    /// # Errors
    /// [`DbError::Unique`] when there is one of this name; when it cannot be written.
    pub async fn take_snapshot(&self, name: &str, note: &str) -> Result<(), DbError> {
        let (name, note) = (checked(name)?, note.to_owned());
        match self.path().map(sqlite::Place::beside) {
            Some(place) => self.read(move |_| place.take(&name, &note)).await,
            None => self.write(move |tx| postgres::take(tx, &name, &note)).await,
        }
    }

    /// Puts the copy in the store's place; `false` when there is none of this name. The copy stays.
    ///
    /// # Errors
    /// When it cannot be read or the store not be written; then the store is as it was.
    pub async fn restore_snapshot(&self, name: &str) -> Result<bool, DbError> {
        let name = checked(name)?;
        match self.path().map(sqlite::Place::beside) {
            Some(place) => self.read(move |_| place.restore(&name)).await,
            None => self.write(move |tx| postgres::restore(tx, &name)).await,
        }
    }

    /// Removes the copy; `false` when there is none of this name.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub async fn remove_snapshot(&self, name: &str) -> Result<bool, DbError> {
        let name = checked(name)?;
        match self.path().map(sqlite::Place::beside) {
            Some(place) => self.read(move |_| place.remove(&name)).await,
            None => self.write(move |tx| postgres::remove(tx, &name)).await,
        }
    }
}

/// Names become paths and parts of statements: no other reaches them.
fn checked(name: &str) -> Result<String, DbError> {
    match is_name(name) {
        true => Ok(name.to_owned()),
        false => Err(DbError::Failed(format!("`{name}` cannot be a snapshot's name"))),
    }
}

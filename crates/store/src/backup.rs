//! Copies of the embedded store, made while it is in use and checked before they are called good.

use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rusqlite::Connection;

use crate::error::DbError;
use crate::sqlite::{Sync, connect};

/// What a checked copy holds.
#[derive(Debug, PartialEq, Eq)]
pub struct BackupReport {
    /// Rows per table, in alphabetical order.
    pub rows: Vec<(String, i64)>,
    /// Size of the file in bytes.
    pub bytes: u64,
}

/// Copies the database at `from` into the new file `to`. Writers go on meanwhile: the copy is one snapshot.
///
/// # Errors
/// When `to` exists, or either file cannot be read or written.
pub fn copy_to(from: &Path, to: &Path) -> Result<BackupReport, DbError> {
    if !from.exists() {
        return Err(DbError::Failed(format!("there is no database at {}", from.display())));
    }
    // Made by us and not by SQLite: nobody but its owner may read it, from its first byte on.
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    made.map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => {
            DbError::Failed(format!("{} exists already; choose another name", to.display()))
        }
        _ => DbError::Failed(format!("cannot write {}: {e}", to.display())),
    })?;
    let source = connect(from, Sync::Full, true)?;
    source.execute("vacuum into $1", [to.to_string_lossy()])?;
    let file = std::fs::File::open(to).and_then(|f| f.sync_all());
    file.map_err(|e| DbError::Failed(format!("{}: {e}", to.display())))?;
    verify(to)
}

/// Opens a copy, lets SQLite check it, and counts its rows.
///
/// # Errors
/// When it is no database of ours, or damaged.
pub fn verify(file: &Path) -> Result<BackupReport, DbError> {
    let damaged = |why: String| DbError::Failed(format!("{} is not a sound copy: {why}", file.display()));
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copy = Connection::open_with_flags(file, flags).map_err(|e| damaged(e.to_string()))?;
    let check: String =
        copy.query_row("pragma integrity_check", [], |row| row.get(0)).map_err(|e| damaged(e.to_string()))?;
    if check != "ok" {
        return Err(damaged(check));
    }
    let rows = count_rows(&copy).map_err(|e| damaged(e.to_string()))?;
    if !rows.iter().any(|(table, count)| table == "schema_migrations" && *count > 0) {
        return Err(damaged("it was not made by this program".to_owned()));
    }
    let bytes = std::fs::metadata(file).map_err(|e| damaged(e.to_string()))?.len();
    Ok(BackupReport { rows, bytes })
}

fn count_rows(copy: &Connection) -> rusqlite::Result<Vec<(String, i64)>> {
    let mut names = copy.prepare(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' \
         and name not like 'contacts_search%' order by name",
    )?;
    let names: Vec<String> = names.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    names
        .into_iter()
        .map(|name| {
            let count = copy.query_row(&format!("select count(*) from \"{name}\""), [], |row| row.get(0))?;
            Ok((name, count))
        })
        .collect()
}

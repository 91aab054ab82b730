//! What the operator's `doctor` asks a database beside its tables.

use leadhold_kernel::Timestamp;

use crate::error::DbError;
use crate::{Store, Tx};

crate::statements! {
    SQLITE = "select sqlite_version()";
    POSTGRES = "select current_setting('server_version'),
        (select count(*) from pg_available_extensions where name = 'pg_trgm'),
        cast(extract(epoch from clock_timestamp()) * 1000 as bigint)";
}

/// A database that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vitals {
    /// `SQLite 3.54.1` or `PostgreSQL 15.18`.
    pub engine: String,
    /// Whether text search has its index: part of our SQLite, an extension on PostgreSQL.
    pub trigrams: bool,
    /// What the database's own clock shows; `None` where it has none.
    pub clock: Option<Timestamp>,
}

/// Asks the database how it is.
///
/// # Errors
/// When it does not answer.
pub async fn vitals(store: &Store) -> Result<Vitals, DbError> {
    let embedded = store.path().is_some();
    store.read(move |tx| if embedded { sqlite(tx) } else { postgres(tx) }).await
}

fn sqlite(tx: &mut Tx<'_>) -> Result<Vitals, DbError> {
    tx.query_one(SQLITE, &[], |row| {
        Ok(Vitals { engine: format!("SQLite {}", row.get::<String>(0)?), trigrams: true, clock: None })
    })
}

fn postgres(tx: &mut Tx<'_>) -> Result<Vitals, DbError> {
    tx.query_one(POSTGRES, &[], |row| {
        Ok(Vitals {
            engine: format!("PostgreSQL {}", row.get::<String>(0)?),
            trigrams: row.get::<i64>(1)? > 0,
            clock: Some(row.get(2)?),
        })
    })
}

//! One ordered list of migrations for both engines, with checksums.
//!
//! A migration is a common text and, where the engines differ, a text for one of them that runs right after it. What has
//! been applied is remembered with its checksum: a changed or unknown migration stops the program before it writes.

use aws_lc_rs::digest;

use crate::error::DbError;
use crate::{Store, Tx, params};

/// One step of the schema.
pub struct Migration {
    /// `0001_queue`: order and name.
    pub name: &'static str,
    /// Runs on both engines.
    pub common: &'static str,
    /// Runs on SQLite after the common text.
    pub sqlite: &'static str,
    /// Runs on PostgreSQL after the common text.
    pub postgres: &'static str,
}

impl Migration {
    fn checksum(&self) -> String {
        let mut hash = digest::Context::new(&digest::SHA256);
        for text in [self.common, self.sqlite, self.postgres] {
            hash.update(text.as_bytes());
            hash.update(&[0]);
        }
        hex::encode(hash.finish())
    }
}

/// What a migration run found.
#[derive(Debug, PartialEq, Eq)]
pub struct Applied {
    /// The migrations that were missing and are applied now.
    pub now: Vec<&'static str>,
    /// How many had been applied before.
    pub before: usize,
}

/// How far a database is, without changing it.
#[derive(Debug, PartialEq, Eq)]
pub struct Status {
    /// How many migrations it has; 0: it holds nothing of ours.
    pub applied: usize,
    /// Those it lacks.
    pub pending: Vec<&'static str>,
}

crate::statements! {
    CREATE_TABLE = "create table if not exists schema_migrations (name text primary key, checksum text not null)";
    KNOWN = "select name, checksum from schema_migrations order by name";
    REMEMBER = "insert into schema_migrations (name, checksum) values ($1, $2)";
}

/// Applies what is missing of `list`, all in one transaction.
///
/// # Errors
/// A migration that was changed after it was applied, one that this version does not know, or a failing statement.
pub async fn migrate(store: &Store, list: &'static [Migration]) -> Result<Applied, DbError> {
    store
        .write(move |tx| {
            tx.lock("schema_migrations")?;
            let known = known(tx)?;
            check(&known, list)?;
            let mut now = Vec::new();
            for migration in &list[known.len()..] {
                apply(tx, migration)?;
                now.push(migration.name);
            }
            Ok(Applied { now, before: known.len() })
        })
        .await
}

/// Says how far the database is; keeps nothing of the look.
///
/// # Errors
/// As [`migrate`].
pub async fn status(store: &Store, list: &'static [Migration]) -> Result<Status, DbError> {
    let look = move |tx: &mut Tx<'_>| -> Result<(), Look> {
        tx.lock("schema_migrations")?;
        let known = known(tx)?;
        check(&known, list)?;
        let pending = list[known.len()..].iter().map(|migration| migration.name).collect();
        Err(Look::Done(Status { applied: known.len(), pending })) // an `Err` rolls back the table it may have made
    };
    match store.write(look).await {
        Err(Look::Done(status)) => Ok(status),
        Err(Look::Failed(error)) => Err(error),
        Ok(()) => Err(DbError::Failed("the look at the migrations ended without an answer".to_owned())),
    }
}

enum Look {
    Done(Status),
    Failed(DbError),
}

impl From<DbError> for Look {
    fn from(error: DbError) -> Self {
        Self::Failed(error)
    }
}

fn known(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, DbError> {
    tx.exec(CREATE_TABLE, &[])?;
    tx.query(KNOWN, &[], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn check(known: &[(String, String)], list: &[Migration]) -> Result<(), DbError> {
    for (i, (name, checksum)) in known.iter().enumerate() {
        let Some(ours) = list.get(i) else {
            return Err(DbError::Failed(format!(
                "the data was written by a newer version: it has migration {name}, which this one does not know. \
                 Install that version, or restore a backup from before the upgrade."
            )));
        };
        if ours.name != name || ours.checksum() != *checksum {
            return Err(DbError::Failed(format!(
                "migration {name} was applied with another text than this version's {}: the schema cannot be trusted",
                ours.name
            )));
        }
    }
    Ok(())
}

fn apply(tx: &mut Tx<'_>, migration: &Migration) -> Result<(), DbError> {
    tx.run_script(migration.common, migration.sqlite, migration.postgres)
        .map_err(|e| DbError::Failed(format!("migration {}: {e}", migration.name)))?;
    tx.exec(REMEMBER, params![migration.name, migration.checksum()])?;
    tracing::info!(migration = migration.name, "applied");
    Ok(())
}

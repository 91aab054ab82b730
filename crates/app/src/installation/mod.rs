//! What this installation knows about itself, by name: the sealed signing keys, the sandbox clock's offset.
//!
//! No tenant owns it and no request reads it; the binary and the sandbox do.

mod sql;

use leadhold_store::{DbError, Sql, Tx, params};

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// The value under `name`, if there is one.
///
/// # Errors
/// When the store fails.
pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, DbError> {
    tx.query_opt(sql::GET, params![name], |row| row.get(0))
}

/// Sets the value under `name`.
///
/// # Errors
/// When the store fails.
pub fn put(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), DbError> {
    tx.exec(sql::PUT, params![name, value]).map(drop)
}

/// Forgets the value under `name`.
///
/// # Errors
/// When the store fails.
pub fn remove(tx: &mut Tx<'_>, name: &str) -> Result<(), DbError> {
    tx.exec(sql::REMOVE, params![name]).map(drop)
}

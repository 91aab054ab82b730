//! What the database can answer instead of rows.

use std::fmt;

use leadhold_kernel::Error;

/// A failure of the database or of what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DbError {
    /// A unique constraint or index refused the row. SQLite names its columns (`contacts.id`), PostgreSQL the
    /// constraint; a caller that gives it a meaning compares with [`DbError::is_unique`].
    Unique(String),
    /// Overloaded, locked or shutting down: try again.
    Busy(String),
    /// A row that contradicts the code.
    Inconsistent {
        /// Where it was found.
        place: String,
        /// What is wrong with it.
        fault: String,
    },
    /// Everything else, in the engine's words.
    Failed(String),
}

impl DbError {
    /// Whether this is a unique violation of `table`.
    #[must_use]
    pub fn is_unique(&self, table: &str) -> bool {
        matches!(self, Self::Unique(what) if what.starts_with(table))
    }
}

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unique(what) => write!(f, "a row with the same {what} exists"),
            Self::Busy(why) => write!(f, "the database is busy: {why}"),
            Self::Inconsistent { place, fault } => write!(f, "inconsistent data at {place}: {fault}"),
            Self::Failed(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for DbError {}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Busy(_) => Self::Unavailable("The server is busy, please try again.".to_owned()),
            other => Self::internal(other),
        }
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        use rusqlite::ffi;
        let rusqlite::Error::SqliteFailure(code, message) = &error else {
            return Self::Failed(error.to_string());
        };
        let text = message.clone().unwrap_or_else(|| error.to_string());
        match (code.code, code.extended_code) {
            (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
                Self::Unique(text.trim_start_matches("UNIQUE constraint failed: ").to_owned())
            }
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Self::Busy(text),
            _ => Self::Failed(text),
        }
    }
}

impl From<postgres::Error> for DbError {
    fn from(error: postgres::Error) -> Self {
        use postgres::error::SqlState;
        let Some(db) = error.as_db_error() else {
            return if error.is_closed() {
                Self::Busy("connection lost".into())
            } else {
                Self::Failed(describe(&error))
            };
        };
        match *db.code() {
            SqlState::UNIQUE_VIOLATION => Self::Unique(db.constraint().unwrap_or_default().to_owned()),
            SqlState::T_R_DEADLOCK_DETECTED
            | SqlState::T_R_SERIALIZATION_FAILURE
            | SqlState::LOCK_NOT_AVAILABLE
            | SqlState::OUT_OF_MEMORY => Self::Busy(db.message().to_owned()),
            SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN | SqlState::CANNOT_CONNECT_NOW => {
                Self::Busy(db.message().to_owned())
            }
            _ => Self::Failed(format!("{} ({})", db.message(), db.code().code())),
        }
    }
}

/// An error with its causes: the outermost of `postgres` alone says only "error connecting".
fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

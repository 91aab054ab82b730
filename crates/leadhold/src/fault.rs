//! Why a command did not do what it was asked: one sentence with what to do, and the exit code.

use std::fmt;
use std::process::ExitCode;

use leadhold_kernel::Error;
use leadhold_store::DbError;

/// A command's failure.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// The command line does not make sense: exit code 2, as clap's own errors.
    Usage(String),
    /// The command made sense and failed: exit code 1.
    Failed(String),
}

impl Fault {
    pub fn usage(what: impl Into<String>) -> Self {
        Self::Usage(what.into())
    }

    pub fn failed(what: impl Into<String>) -> Self {
        Self::Failed(what.into())
    }

    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Usage(what) | Self::Failed(what)) = self;
        f.write_str(what)
    }
}

impl From<DbError> for Fault {
    fn from(error: DbError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            // The operator is at the terminal: the note is for them.
            Error::Internal(note) => Self::Failed(note.for_log().to_owned()),
            other => Self::Failed(other.client_message()),
        }
    }
}

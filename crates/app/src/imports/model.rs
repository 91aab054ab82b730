//! An import, and what becomes of its rows.

use leadhold_kernel::{Actor, Timestamp};

use super::columns::Column;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$inner:meta])* $case:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $name { $($(#[$inner])* $case,)* }

        impl $name {
            /// How it is spelled in the API and in the table.
            pub(super) fn word(self) -> &'static str {
                match self { $(Self::$case => $word,)* }
            }

            /// What is spelled so.
            pub(super) fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$case),)* _ => None }
            }
        }
    };
}

words! {
    /// Where an import stands.
    State {
        /// Uploaded.
        Waiting = "waiting",
        /// Some rows are done.
        Running = "running",
        /// All rows are done.
        Done = "done",
        /// Ended before all rows were done.
        Cancelled = "cancelled",
        /// Being taken back.
        Undoing = "undoing",
        /// Taken back.
        Undone = "undone",
    }
}

words! {
    /// What becomes of a row whose contact is there already.
    Duplicates {
        /// It is changed.
        Update = "update",
        /// It is left alone.
        Skip = "skip",
        /// There shall be another one, where the location allows that.
        Create = "create",
    }
}

words! {
    /// What became of a row.
    Outcome {
        /// A contact was made.
        Created = "created",
        /// A contact was changed.
        Updated = "updated",
        /// A contact has all of that already.
        Unchanged = "unchanged",
        /// The contact was there already and was left alone.
        Skipped = "skipped",
        /// The row is at fault.
        Failed = "failed",
    }
}

/// How many rows had which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) unchanged: i64,
    pub(super) skipped: i64,
    pub(super) failed: i64,
}

impl Counts {
    /// Counts one more row.
    pub(super) fn add(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Skipped => &mut self.skipped,
            Outcome::Failed => &mut self.failed,
        } += 1;
    }

    /// All rows so far.
    pub(super) fn processed(&self) -> i64 {
        self.created + self.updated + self.unchanged + self.skipped + self.failed
    }
}

/// What a client says beside the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settings {
    pub(super) dry_run: bool,
    pub(super) duplicates: Duplicates,
    pub(super) file_name: Option<String>,
    pub(super) encoding: String,
    pub(super) separator: String,
    pub(super) columns: Vec<Column>,
    pub(super) tags: Vec<String>,
}

/// A file on its way in.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Import {
    pub(super) id: String,
    pub(super) state: State,
    pub(super) settings: Settings,
    pub(super) actor: Actor,
    pub(super) total: i64,
    pub(super) counts: Counts,
    pub(super) undone: i64,
    pub(super) kept: i64,
    pub(super) date_added: Timestamp,
    pub(super) started_at: Option<Timestamp>,
    pub(super) finished_at: Option<Timestamp>,
}

/// A row and what became of it, as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ShownRow {
    pub(super) no: i64,
    pub(super) line: i64,
    pub(super) outcome: Outcome,
    pub(super) contact_id: Option<String>,
    pub(super) faults: Vec<String>,
    pub(super) cells: Option<Vec<String>>,
    pub(super) undo: String,
    pub(super) undo_note: Option<String>,
}

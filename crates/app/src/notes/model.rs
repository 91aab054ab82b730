//! A note.

use leadhold_kernel::{Id, Timestamp, id};
use serde::{Deserialize, Serialize};

/// What somebody wrote down about a contact. As JSON it has the fields that bodies name, so that a merge-patch fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// Its id.
    pub id: Id<id::Note>,
    /// Whom it is about.
    pub contact_id: String,
    /// What it says.
    pub body: String,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Its heading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The colour of its paper, such as `#FFAA00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// Whether it stays on top.
    pub pinned: bool,
    /// When it was written.
    pub date_added: Timestamp,
}

/// What a new note is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in a note")]
pub struct NewNote {
    pub body: String,
    pub user_id: Option<String>,
    pub title: Option<String>,
    pub color: Option<String>,
    pub pinned: bool,
}

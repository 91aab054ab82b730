//! `note_add` and `note_changed`: somebody wrote a note about a contact, or wrote it anew.
//!
//! `{{note.body}}` is what it says.

use leadhold_kernel::EventKind;

use super::{Kind, contact_of, spelled_both};

/// A note was written.
pub const NOTE_ADD: Kind = Kind {
    aliases: &["note_added"],
    object: Some("note"),
    data: spelled_both,
    ..Kind::on("note_add", &[EventKind::NoteCreate], contact_of)
};

/// A note was changed.
pub const NOTE_CHANGED: Kind = Kind {
    aliases: &["note_updated"],
    object: Some("note"),
    changes: Some("note"),
    data: spelled_both,
    ..Kind::on("note_changed", &[EventKind::NoteUpdate], contact_of)
};

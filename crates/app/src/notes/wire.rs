//! Notes as clients write and read them, spelled alike in both versions of the API.

use leadhold_kernel::Error;
use serde_json::{Map, Value, json};

use super::{NewNote, Note};
use crate::http::fields::Fields;

/// Characters of a note. It goes out whole with every list and webhook.
const BODY_LENGTH: usize = 65_536;
/// What a note may have besides, with the longest length in characters.
const TEXTS: &[(&str, usize)] = &[("userId", 64), ("title", 1000), ("color", 64)];

/// Reads the body of a creation.
///
/// # Errors
/// All faults at once.
pub fn new(body: &Map<String, Value>) -> Result<NewNote, Error> {
    let mut fields = Fields::of_body(body);
    let mut text = |name, longest| fields.text_within(name, longest).into_option();
    let [user_id, title, color] = [0, 1, 2].map(|at| text(TEXTS[at].0, TEXTS[at].1));
    let body = fields.required_text_within("body", BODY_LENGTH);
    let pinned = fields.flag("pinned").unwrap_or(false);
    fields.finish()?;
    Ok(NewNote { body, user_id: user_id.filter(|user| !user.is_empty()), title, color, pinned })
}

/// Reads the body of a change as a merge-patch of a [`Note`].
///
/// # Errors
/// All faults at once.
pub fn changes(body: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
    let mut fields = Fields::of_body(body);
    let mut changes = Map::new();
    fields.texts_into(&mut changes, TEXTS);
    if let Some(body) = fields.given_text_within("body", BODY_LENGTH) {
        changes.insert("body".to_owned(), body.into());
    }
    if let Some(pinned) = fields.flag("pinned") {
        changes.insert("pinned".to_owned(), pinned.into());
    }
    fields.finish()?;
    Ok(changes)
}

/// A note as it is read.
#[must_use]
pub fn shown(note: &Note) -> Value {
    let mut shown = json!(note);
    shown["dateAdded"] = json!(note.date_added.iso());
    shown
}

/// What all operations on one note answer, but for its end.
#[must_use]
pub fn one(note: &Note) -> Value {
    json!({ "note": shown(note) })
}

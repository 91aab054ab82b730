//! Definitions that were read before, by their text.
//!
//! A version never changes, and each step of each of its runs needs it. The text is the key and not the version's number: a
//! snapshot that is restored may bring another text under the same number.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde_json::Value;

use super::Definition;
use super::reader::Fault;

/// How much text is remembered, in bytes; beyond this it begins anew rather than grow.
const MOST: usize = 4 * 1024 * 1024;

#[derive(Default)]
struct Known {
    read: HashMap<String, Arc<Definition>>,
    bytes: usize,
}

static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

/// The definition in a version's text, as [`Definition::publishable`] reads it.
///
/// # Errors
/// All its faults, where it can be none.
pub fn publishable(text: &str) -> Result<Arc<Definition>, Vec<Fault>> {
    if let Some(read) = lock().read.get(text) {
        return Ok(Arc::clone(read));
    }
    let json = serde_json::from_str(text).unwrap_or(Value::Null);
    let read = Arc::new(Definition::publishable(&json)?);
    let mut known = lock();
    if known.bytes.saturating_add(text.len()) > MOST {
        *known = Known::default();
    }
    if known.read.insert(text.to_owned(), Arc::clone(&read)).is_none() {
        known.bytes += text.len();
    }
    Ok(read)
}

fn lock() -> std::sync::MutexGuard<'static, Known> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(name: &str) -> String {
        json!({"name": name, "triggers": [{"id": "h", "type": "inbound_webhook"}],
               "steps": [{"id": "s", "type": "add_contact_tag", "attributes": {"tags": ["x"]}}]})
        .to_string()
    }

    #[test]
    fn a_text_is_read_once_and_another_one_by_itself() {
        let first = publishable(&text("one")).expect("a definition");
        assert!(Arc::ptr_eq(&first, &publishable(&text("one")).expect("a definition")));
        let other = publishable(&text("two")).expect("a definition");
        assert_eq!((first.name.as_str(), other.name.as_str()), ("one", "two"));
        assert!(publishable("nonsense").is_err());
    }

    #[test]
    fn more_than_fits_begins_anew() {
        for n in 0..9 {
            let spaces = " ".repeat(MOST / 4);
            publishable(&format!("{}{spaces}", text(&n.to_string()))).expect("a definition");
            assert!(lock().bytes <= MOST);
        }
    }
}

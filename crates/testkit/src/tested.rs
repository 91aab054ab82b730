//! Notes which operations of the contract a test has seen succeed. `cargo xtask test` gathers the notes of all test
//! processes and keeps what is missing in `contract/untested.txt`.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};

use http::Method;
use leadhold_app::http::contract::OPERATIONS;

static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
static NOTES: LazyLock<Option<PathBuf>> = LazyLock::new(folder);

/// Where notes go; nowhere unless the runner asks for them.
#[expect(clippy::disallowed_methods, reason = "the test runner speaks through the environment")]
fn folder() -> Option<PathBuf> {
    std::env::var("LEADHOLD_TESTED_OPERATIONS").ok().map(PathBuf::from)
}

/// Notes that `method path` was answered with a 2xx, that its form was taken or its link followed.
pub(crate) fn note(method: &Method, path: &str) {
    let Some(folder) = NOTES.as_ref() else { return };
    let Some(key) = operation(method, path) else { return };
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if seen.insert(key.clone()) {
        let file = folder.join(format!("{}.txt", std::process::id()));
        let file = std::fs::OpenOptions::new().create(true).append(true).open(file);
        file.and_then(|mut file| writeln!(file, "{key}")).expect("the note can be written");
    }
}

/// The operation with the most literal path that fits.
fn operation(method: &Method, path: &str) -> Option<String> {
    let fitting = OPERATIONS.iter().filter(|row| row.method == *method && fits(row.path, path));
    fitting.min_by_key(|row| row.path.matches('{').count()).map(|row| row.key())
}

fn fits(template: &str, path: &str) -> bool {
    let path = path.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(path);
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len() && template.iter().zip(path).all(|(t, p)| t.starts_with('{') || *t == p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_literal_operation_is_meant() {
        assert_eq!(operation(&Method::POST, "/contacts/search").as_deref(), Some("POST /contacts/search"));
        assert_eq!(operation(&Method::GET, "/contacts/abc").as_deref(), Some("GET /contacts/{contactId}"));
        assert_eq!(operation(&Method::POST, "/contacts/").as_deref(), Some("POST /contacts"));
        assert_eq!(operation(&Method::GET, "/nothing"), None);
    }
}

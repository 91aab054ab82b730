//! Every path that a document names between backticks exists, so that the map stays true.

use std::fs;
use std::path::Path;

use crate::tool::{Outcome, root};

/// Where a named path may start: the checkout, its crates, or the app's rooms.
const BASES: [&str; 3] = ["", "crates", "crates/app/src"];

/// Endings that make a name with a `/` in it a path.
const ENDINGS: [&str; 12] =
    ["/", ".rs", ".md", ".toml", ".sql", ".tsv", ".json", ".mjs", ".sh", ".txt", ".ci/run", ".lock"];

pub fn check() -> Outcome<Vec<String>> {
    let mut documents = vec!["README.md".to_owned(), "CONTRIBUTING.md".to_owned()];
    for folder in ["docs", "docs/decisions"] {
        let entries = fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        documents.extend(names.filter(|name| name.ends_with(".md")).map(|name| format!("{folder}/{name}")));
    }
    documents.sort();
    let mut findings = Vec::new();
    for document in documents {
        let text = fs::read_to_string(root().join(&document))
            .map_err(|error| format!("cannot read {document}: {error}"))?;
        findings.extend(stale(root(), &document, &text));
    }
    Ok(findings)
}

fn stale(root: &Path, document: &str, text: &str) -> Vec<String> {
    let exists = |path: &str| BASES.iter().any(|base| root.join(base).join(path).exists());
    let lines = text.lines().enumerate();
    let named =
        lines.flat_map(|(at, line)| line.split('`').skip(1).step_by(2).map(move |name| (at + 1, name)));
    let missing = named.filter(|(_, name)| is_path(name) && !exists(name));
    missing.map(|(line, name)| format!("{document}:{line}: `{name}` does not exist; mend the text")).collect()
}

fn is_path(name: &str) -> bool {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    plain
        && name.contains('/')
        && !name.starts_with('/')
        && ENDINGS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_path_is_found_and_other_words_are_not() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("crates/app/src/contacts")).unwrap();
        fs::write(folder.path().join("crates/app/src/contacts/sql.rs"), "").unwrap();
        let text = "`crates/app/src/contacts/sql.rs` `contacts/sql.rs` `app/src/contacts/`\n\
                    `/contacts/` `GET /contacts/` `a/{id}.rs` `Clock` `contacts::create` `contract/NNNN_*.sql`\n`contacts/gone.rs`";
        assert_eq!(
            stale(folder.path(), "docs/a.md", text),
            ["docs/a.md:3: `contacts/gone.rs` does not exist; mend the text"]
        );
    }
}

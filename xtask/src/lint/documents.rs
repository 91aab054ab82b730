//! Every path that a document names between backticks exists, so that the map stays true, and every dependency has its
//! line in docs/dependencies.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::tool::{Outcome, root};

/// Where a named path may start: the checkout, its crates, the app's rooms, or its tests.
const BASES: [&str; 4] = ["", "crates", "crates/app/src", "crates/app/tests/it"];

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
    findings.extend(unexplained()?);
    Ok(findings)
}

fn unexplained() -> Outcome<Vec<String>> {
    let read = |path: &str| {
        fs::read_to_string(root().join(path)).map_err(|error| format!("cannot read {path}: {error}"))
    };
    let manifest: toml::Table =
        toml::from_str(&read("Cargo.toml")?).map_err(|error| format!("Cargo.toml: {error}"))?;
    let dependencies = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let names: Vec<String> = dependencies
        .and_then(|table| table.as_table())
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    Ok(missing_lines(&names, &read("docs/dependencies.md")?))
}

/// Each crate from elsewhere stands in the first column of a table, and what stands there is a dependency.
fn missing_lines(dependencies: &[String], text: &str) -> Vec<String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let listed: BTreeSet<&str> = rows.flat_map(|cell| cell.split(", ")).collect();
    let used: BTreeSet<&str> =
        dependencies.iter().map(String::as_str).filter(|name| !name.starts_with("leadhold-")).collect();
    let ours = |name: &&&str| **name != "crate" && !name.starts_with('-') && !name.starts_with('`');
    let absent = used
        .difference(&listed)
        .map(|name| format!("docs/dependencies.md: `{name}` is used and not explained; add its line"));
    let gone = listed
        .difference(&used)
        .filter(ours)
        .map(|name| format!("docs/dependencies.md: `{name}` is not used any more; remove its line"));
    absent.chain(gone).collect()
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

    #[test]
    fn a_dependency_without_a_line_and_a_line_without_a_dependency_are_found() {
        let text = "| crate | what for |\n| --- | --- |\n| a, b | x |\n| `@npm/c` | y |\n| gone | z |";
        let dependencies = ["a", "b", "new", "leadhold-store"].map(str::to_owned);
        let found = missing_lines(&dependencies, text);
        assert!(found.len() == 2 && found[0].contains("`new`") && found[1].contains("`gone`"), "{found:?}");
    }
}

//! Which served operations of the contract no test sees succeed. The tests note what they see (`testkit/src/tested.rs`);
//! what is missing is kept in `contract/untested.txt`, so that a new gap is a visible change and not an accident.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::tool::{Outcome, root};

/// The variable that tells test processes where to leave their notes.
pub const NOTES: &str = "LEADHOLD_TESTED_OPERATIONS";

const UNTESTED: &str = "contract/untested.txt";

/// Compares the notes with the contract, and brings `contract/untested.txt` up to date.
///
/// # Errors
/// When the file had to change: what is new in it needs a test, and what has left it is good news to commit.
pub fn check(notes: &Path) -> Outcome<()> {
    let read = |path: &str| {
        fs::read_to_string(root().join(path)).map_err(|error| format!("cannot read {path}: {error}"))
    };
    let seen = gather(notes).map_err(|error| format!("cannot read the notes of the tests: {error}"))?;
    let untested: BTreeSet<String> =
        served(&read("contract/operations.tsv")?).difference(&seen).cloned().collect();
    let before: BTreeSet<String> = read(UNTESTED).unwrap_or_default().lines().map(str::to_owned).collect();
    if untested == before {
        return Ok(());
    }
    let text: String = untested.iter().map(|operation| format!("{operation}\n")).collect();
    fs::write(root().join(UNTESTED), text).map_err(|error| format!("cannot write {UNTESTED}: {error}"))?;
    Err(verdict(&before, &untested))
}

fn verdict(before: &BTreeSet<String>, now: &BTreeSet<String>) -> String {
    let new: Vec<&str> = now.difference(before).map(String::as_str).collect();
    if new.is_empty() {
        return format!("{UNTESTED} has become shorter: commit it");
    }
    format!("no test sees a success of {}: write one (they are in {UNTESTED} now)", new.join(", "))
}

fn gather(notes: &Path) -> std::io::Result<BTreeSet<String>> {
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(notes)? {
        seen.extend(fs::read_to_string(entry?.path())?.lines().map(str::to_owned));
    }
    Ok(seen)
}

/// `GET /contacts/{contactId}` for each row of the contract that is served.
fn served(table: &str) -> BTreeSet<String> {
    let rows = table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let served = rows.filter(|cells| cells.last() == Some(&"served"));
    served.filter_map(|cells| Some(format!("{} {}", cells.get(1)?, cells.first()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn only_served_rows_count_and_versions_of_one_operation_are_one() {
        let table = "path\tmethod\tversions\tscopes\tcredentials\tarea\tslice\tstatus\n/a\tGET\tv2\t-\tnone\ta\ta\tserved\n\
                     /a\tGET\tv3\t-\tnone\ta\ta\tserved\n/b\tPOST\tv2\t-\tnone\ta\ta\tplanned\n";
        assert_eq!(served(table), set(&["GET /a"]));
    }

    #[test]
    fn notes_of_all_processes_are_gathered() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("1.txt"), "GET /a\nGET /b\n").unwrap();
        fs::write(folder.path().join("2.txt"), "GET /b\n").unwrap();
        assert_eq!(gather(folder.path()).unwrap(), set(&["GET /a", "GET /b"]));
    }

    #[test]
    fn a_new_gap_is_named_and_a_closed_one_is_welcome() {
        assert!(verdict(&set(&[]), &set(&["GET /a"])).contains("success of GET /a: write one"));
        assert!(verdict(&set(&["GET /a"]), &set(&[])).contains("shorter: commit it"));
    }
}

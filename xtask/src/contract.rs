//! `cargo xtask gen`: what is generated from the code, and the check that the committed copy is the same.

use std::fs;
use std::process::ExitCode;

use crate::tool::{Outcome, Tool, root};

/// Each generated file, with the arguments of the `leadhold` command that prints it.
const GENERATED: &[(&str, &[&str])] = &[("contract/openapi.json", &["openapi"])];

/// Writes every generated file; with `check` it changes nothing and fails when one is out of date.
pub fn generate(check: bool) -> Outcome<ExitCode> {
    let mut stale = Vec::new();
    for (path, command) in GENERATED {
        let args = ["run", "--quiet", "--package", "leadhold", "--"];
        let fresh = Tool::new("cargo").args(args).args(*command).capture()?;
        let file = root().join(path);
        if fs::read_to_string(&file).is_ok_and(|committed| committed == fresh) {
            continue;
        }
        stale.push(*path);
        if !check {
            fs::write(&file, fresh).map_err(|error| format!("cannot write {path}: {error}"))?;
            eprintln!("gen: wrote {path}");
        }
    }
    if stale.is_empty() {
        eprintln!("gen: {} generated file(s) are up to date", GENERATED.len());
    } else if check {
        return Err(format!("{} is out of date: run `cargo xtask gen` and commit it", stale.join(", ")));
    }
    Ok(ExitCode::SUCCESS)
}

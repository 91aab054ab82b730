//! The house rules, checked: each rule is one file here and gives a list of findings, `path:line: what; what to do`.

mod documents;
mod imports;
mod layers;
mod lengths;
mod placement;
mod sources;
mod supply;

use std::process::ExitCode;

use crate::tool::{Outcome, Tool, colour_choice};
use sources::Source;

/// Runs every check, also after one has failed, and shows all findings at the end.
pub fn run() -> Outcome<ExitCode> {
    let mut findings = Vec::new();
    let mut done = Vec::new();
    let mut note = |rule: &'static str, found: Vec<String>| {
        done.push(rule);
        findings.extend(found.into_iter().map(|finding| format!("[{rule}] {finding}")));
    };

    let fmt = Tool::new("cargo").args(["fmt", "--all", "--check"]);
    note("format", program(fmt, "run `cargo fmt --all`"));
    let clippy = Tool::new("cargo").args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--color",
        colour_choice(),
    ]);
    note("clippy", program(clippy.args(["--", "-D", "warnings"]), "its findings are above"));
    let sources = sources::read_all()?;
    note("layers", layers::check(&sources)?);
    note("placement", placement::check(&sources)?);
    note("length", lengths::check(&sources));
    note("documents", documents::check()?);
    note("supply", supply::check()?);

    for finding in &findings {
        eprintln!("{finding}");
    }
    if findings.is_empty() {
        eprintln!("lint: {} hold", done.join(", "));
        return Ok(ExitCode::SUCCESS);
    }
    Err(format!("lint: {} finding(s), listed above", findings.len()))
}

fn program(tool: Tool, advice: &str) -> Vec<String> {
    tool.run().err().map(|failure| format!("{failure}; {advice}")).into_iter().collect()
}

//! `cargo xtask test`: the Rust suite on both engines, then the vendor's SDK against the served binary on both.

use std::ffi::OsString;
use std::fs;
use std::process::ExitCode;

use crate::coverage;
use crate::install;
use crate::postgres::{self, Cluster, Place};
use crate::summary::{Counts, Row, render};
use crate::tool::{Outcome, Stream, Tool, colour_choice, root, timed};

#[derive(clap::Args, Default)]
pub struct Args {
    /// Only the Rust suite on SQLite (flags may be combined; none means all)
    #[arg(long)]
    sqlite: bool,
    /// Only the Rust suite on a throw-away PostgreSQL cluster
    #[arg(long)]
    pg: bool,
    /// Only the vendor's SDK and the published snippets against the served binary, on both engines
    #[arg(long)]
    compat: bool,
    /// Only tests whose name contains this
    filter: Option<String>,
}

impl Args {
    fn wants(&self, suite: bool) -> bool {
        suite || !(self.sqlite || self.pg || self.compat)
    }
}

const SQLITE: &str = "SQLite";
const POSTGRES: &str = "PostgreSQL";

pub fn run(args: &Args) -> Outcome<ExitCode> {
    let filter = args.filter.as_deref();
    let mut rows = Vec::new();
    if args.wants(args.sqlite) {
        rows.extend(embedded(filter));
    }
    let cluster = (args.wants(args.pg) || args.wants(args.compat)).then(|| Cluster::start(Place::Memory));
    let cluster = cluster.as_ref().map(|started| started.as_ref().map(Cluster::env));
    if args.wants(args.pg) {
        rows.push(match &cluster {
            Some(Ok(env)) => rust(POSTGRES, filter, env),
            Some(Err(why)) => Row::not_started("rust", POSTGRES, why.to_string()),
            None => Row::not_started("rust", POSTGRES, "no cluster was asked for".to_owned()),
        });
    }
    if args.wants(args.compat) {
        rows.extend(compat(filter, cluster));
    }
    print!("{}", render(&rows));
    let failed = rows.iter().any(|row| row.counts.failed > 0);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The Rust suite on SQLite; a whole run of it also says which operations no test has seen succeed.
fn embedded(filter: Option<&str>) -> Vec<Row> {
    let notes = match tempfile::tempdir() {
        Ok(notes) => notes,
        Err(error) => {
            return vec![Row::not_started(
                "rust",
                SQLITE,
                format!("cannot make a temporary folder: {error}"),
            )];
        }
    };
    let mut rows = vec![rust(SQLITE, filter, &[(coverage::NOTES, notes.path().into())])];
    if filter.is_none() {
        if rows[0].counts.failed == 0 {
            let (checked, took) = timed(|| coverage::check(notes.path()));
            rows.push(Row::check("operations", checked, took));
        }
        rows.push(documented());
    }
    rows
}

/// The workspace's tests: with cargo-nextest where it is installed, else with plain `cargo test`.
fn rust(engine: &'static str, filter: Option<&str>, env: &[(&str, OsString)]) -> Row {
    let nextest = Tool::new("cargo").args(["nextest", "--version"]).succeeds();
    let cargo = Tool::new("cargo").without_env(postgres::URL).envs(env);
    let mut counts = Counts::default();
    let (status, took) = timed(|| {
        if nextest {
            let args = [
                "nextest",
                "run",
                "--workspace",
                "--no-fail-fast",
                "--no-tests=pass",
                "--color",
                colour_choice(),
            ];
            cargo.args(args).args(filter).watch(Stream::Stderr, |line| counts.add_nextest(line))
        } else {
            let args = ["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"];
            cargo.args(args).args(filter).watch(Stream::Stdout, |line| counts.add_libtest(line))
        }
    });
    finished("rust", engine, status, counts, took)
}

/// The examples in doc comments, which nextest leaves out.
fn documented() -> Row {
    let cargo =
        Tool::new("cargo").without_env(postgres::URL).args(["test", "--workspace", "--doc", "--quiet"]);
    let mut counts = Counts::default();
    let (status, took) = timed(|| cargo.watch(Stream::Stdout, |line| counts.add_libtest(line)));
    finished("doc examples", "-", status, counts, took)
}

fn compat(filter: Option<&str>, cluster: Option<Result<Vec<(&'static str, OsString)>, &String>>) -> Vec<Row> {
    let ready =
        install::compat().and_then(|()| Tool::new("cargo").args(["build", "--package", "leadhold"]).run());
    if let Err(why) = ready {
        return vec![Row::not_started("compat", "-", why)];
    }
    let postgres = match cluster {
        Some(Ok(env)) => sdk(POSTGRES, filter, &env),
        Some(Err(why)) => Row::not_started("compat", POSTGRES, why.clone()),
        None => Row::not_started("compat", POSTGRES, "no cluster was asked for".to_owned()),
    };
    vec![sdk(SQLITE, filter, &[]), postgres]
}

fn sdk(engine: &'static str, filter: Option<&str>, env: &[(&str, OsString)]) -> Row {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    let report = target.join("compat.tap");
    let mut args: Vec<OsString> = ["--test", "--test-reporter=spec", "--test-reporter-destination=stdout"]
        .into_iter()
        .map(OsString::from)
        .collect();
    args.push("--test-reporter=tap".into());
    args.push(format!("--test-reporter-destination={}", report.display()).into());
    args.extend(filter.map(|name| OsString::from(format!("--test-name-pattern={name}"))));
    args.extend(test_files());
    let node = Tool::new("node").folder(&root().join("compat")).without_env(postgres::URL).envs(env);
    let node = node.env("LEADHOLD_BIN", target.join("debug/leadhold")).args(args);
    let (status, took) = timed(|| node.status());
    let mut counts = Counts::default();
    let tap = fs::read_to_string(&report).unwrap_or_default();
    tap.lines().for_each(|line| counts.add_tap(line));
    finished("compat", engine, status, counts, took)
}

/// Node 20's runner takes files, newer ones also patterns: so we name the files.
fn test_files() -> Vec<OsString> {
    let entries = fs::read_dir(root().join("compat/tests")).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut tests: Vec<String> = names.filter(|name| name.ends_with(".test.mjs")).collect();
    tests.sort();
    tests.iter().map(|name| OsString::from(format!("tests/{name}"))).collect()
}

fn finished(
    suite: &'static str,
    engine: &'static str,
    status: Outcome<std::process::ExitStatus>,
    counts: Counts,
    took: std::time::Duration,
) -> Row {
    match status {
        Ok(status) => Row::new(suite, engine, counts, took, status.success()),
        Err(why) => Row::not_started(suite, engine, why),
    }
}

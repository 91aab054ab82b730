//! Developer commands, run as `cargo xtask COMMAND` from anywhere in the checkout.
//!
//! Cast: `tool` runs other programs; `install` fetches what a command needs and is missing; `postgres` keeps a
//! throw-away cluster; `suites` and `summary` are `test`; `demo` is `run`; `bench` is itself; `lint` holds the
//! house rules; `contract` regenerates what is generated, and `coverage` knows what no test has seen.
//!
//! Guarantees: a command that fails exits 1 and says what to do; whatever a command starts it also stops, however
//! it ends; nothing is written outside the checkout and the system's folder for temporary files.

mod bench;
mod contract;
mod coverage;
mod demo;
mod install;
mod lint;
mod postgres;
mod suites;
mod summary;
mod tool;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use tool::Outcome;

/// Developer commands for Leadhold.
#[derive(Parser)]
#[command(name = "cargo xtask", disable_version_flag = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build a release binary, make a demo agency on the first start, and serve it
    Run(demo::Args),
    /// Run every suite: SQLite, PostgreSQL, and the vendor's SDK against the served binary
    Test(suites::Args),
    /// Run a command with LEADHOLD_TEST_DATABASE_URL pointing at a throw-away PostgreSQL cluster
    ///
    /// Example: cargo xtask pg -- cargo nextest run -p leadhold-store
    Pg {
        /// The command and its arguments
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// Check formatting, clippy and the house rules
    Lint,
    /// Regenerate contract/openapi.json from the code
    Gen {
        /// Change nothing; fail when a generated file is out of date
        #[arg(long)]
        check: bool,
    },
    /// Print one table of ratios, measured in one run
    Bench {
        /// Arguments for the benchmark program
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Everything CI runs: lint, gen --check, test
    Ci,
}

fn main() -> ExitCode {
    match perform(Cli::parse().command) {
        Ok(code) => code,
        Err(what) => {
            eprintln!("xtask: {what}");
            ExitCode::FAILURE
        }
    }
}

fn perform(command: Command) -> Outcome<ExitCode> {
    match command {
        Command::Run(args) => demo::run(&args),
        Command::Test(args) => suites::run(&args),
        Command::Pg { command } => postgres::run_with_cluster(&command),
        Command::Lint => lint::run(),
        Command::Gen { check } => contract::generate(check),
        Command::Bench { args } => bench::run(&args),
        Command::Ci => ci(),
    }
}

fn ci() -> Outcome<ExitCode> {
    for gate in [lint::run, || contract::generate(true)] {
        let code = gate()?;
        if code != ExitCode::SUCCESS {
            return Ok(code);
        }
    }
    suites::run(&suites::Args::default())
}

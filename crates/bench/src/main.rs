//! `leadhold-bench`: one table of ratios, all measured in one run of a few minutes.
//!
//! Cast: `load` sends requests over many connections and is this process; `process` keeps the servers, each a process
//! of its own; `bare` is the server to compare with, an axum handler that answers the very same bytes; `place` makes the
//! data directories, `seed` fills them; `scenario` has one file per group of rows; `figures` and `table` do the sums.
//!
//! Guarantees:
//! - Contenders take turns (A B A B …) inside one run, and a row shows the median of the rounds' ratios: what disturbs
//!   the machine disturbs both.
//! - A wrong answer fails the run, since the speed of wrong answers means nothing. A slow one never does.
//! - Everything listens on loopback, lies in one temporary folder, and is gone at the end.

mod bare;
mod client;
mod clock;
mod exchange;
mod figures;
mod load;
mod outcome;
mod place;
mod plan;
mod process;
mod raw;
mod record;
mod report;
mod scenario;
mod seed;
mod sql;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc; // as in the product: the bare server must not be worse off

/// Measure Leadhold against a bare server and against its own store, and print one table of ratios.
#[derive(Parser)]
#[command(name = "leadhold-bench", disable_version_flag = true, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(flatten)]
    run: plan::Args,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Subcommand)]
enum Role {
    /// The server to compare with; started by the benchmark itself
    #[command(hide = true)]
    Bare {
        /// The answers to give, as JSON
        answers: PathBuf,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.role {
        Some(Role::Bare { answers }) => bare::serve(&answers),
        None => report::run(&cli.run),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("leadhold-bench: {what}");
            ExitCode::FAILURE
        }
    }
}

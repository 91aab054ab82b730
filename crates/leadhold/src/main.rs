//! The binary: command line, configuration, and the one place where real things are built.
//!
//! Cast: `commands` has one file per command; `config` reads settings; `place` says where a store lies; `machine` is
//! the real clock and chance; `keys` are the sealed signing keys; `compose` builds the application.
//!
//! Guarantees: data goes to standard output and talk to standard error. Exit code 0: done. 1: failed, and a sentence
//! says why and what to do. 2: the command line was not understood.

mod commands;
mod compose;
mod config;
mod fault;
mod keys;
mod machine;
mod mailer;
mod place;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match commands::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("leadhold: {fault}");
            fault.exit_code()
        }
    }
}

//! The command line: one file per command.

mod apps;
mod backup;
mod contacts;
mod doctor;
mod init;
mod keys;
mod listen;
mod logs;
mod migrate;
mod openapi;
mod restore;
mod sandbox;
mod serve;
mod server;
mod token;
mod trigger;
mod webhooks;
mod workflows;

use clap::{Parser, Subcommand};
use leadhold_kernel::{Cx, Error};
use leadhold_store::{Store, Tx};
use tokio::runtime::Runtime;

use crate::compose::{self, Machine};
use crate::config::Overrides;
use crate::fault::Fault;
use crate::place::Place;

/// A self-hosted server for the CRM API that GoHighLevel integrations speak.
#[derive(Parser)]
#[command(
    name = "leadhold",
    version,
    after_help = "\
Examples:
  leadhold init --demo                  make a demo agency in ./leadhold-data and print its keys
  leadhold serve --sandbox              serve it on 127.0.0.1:8080
  leadhold doctor                       say what is wrong, and what to do

Data goes to standard output, talk to standard error. Exit code 0: done; 1: failed; 2: not understood.
Every flag can be given as an environment variable, and settings in leadhold.toml: see each command's --help."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    /// How much to say: error, warn, info, debug, trace, or by part
    #[arg(long, global = true, value_name = "LEVEL", env = "LEADHOLD_LOG")]
    log: Option<String>,

    /// For whom to say it: text or json
    #[arg(long, global = true, value_name = "FORMAT", env = "LEADHOLD_LOG_FORMAT", value_parser = ["text", "json"])]
    log_format: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Init),
    Serve(Box<serve::Serve>),
    Token(token::Token),
    Trigger(Box<trigger::Trigger>),
    Listen(Box<listen::Listen>),
    Logs(logs::Logs),
    Apps(apps::Apps),
    Contacts(contacts::Contacts),
    Keys(keys::Keys),
    Webhooks(webhooks::Webhooks),
    Sandbox(sandbox::Sandbox),
    Workflows(workflows::Workflows),
    Migrate(migrate::Migrate),
    Doctor(doctor::Doctor),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Openapi(openapi::Openapi),
}

impl Cli {
    /// Does what was asked.
    pub fn run(self) -> Result<(), Fault> {
        // The file's log level is the server's (and the doctor judges it); a command that somebody waits for speaks up only
        // when something is off.
        let serves = match &self.command {
            Command::Serve(_) => true,
            Command::Doctor(doctor) => doctor.looks_at_the_server(),
            _ => false,
        };
        let level = self.log.or_else(|| (!serves).then(|| "warn".to_owned()));
        let mut overrides = Overrides::default();
        overrides.set("log", "level", level).set("log", "format", self.log_format);
        match self.command {
            Command::Init(command) => command.run(overrides),
            Command::Serve(command) => command.run(overrides),
            Command::Token(command) => command.run(overrides),
            Command::Trigger(command) => command.run(overrides),
            Command::Listen(command) => command.run(overrides),
            Command::Logs(command) => command.run(overrides),
            Command::Apps(command) => command.run(overrides),
            Command::Contacts(command) => command.run(),
            Command::Keys(command) => command.run(overrides),
            Command::Webhooks(command) => command.run(),
            Command::Sandbox(command) => command.run(),
            Command::Workflows(command) => command.run(),
            Command::Migrate(command) => command.run(overrides),
            Command::Doctor(command) => command.run(overrides),
            Command::Backup(command) => command.run(overrides),
            Command::Restore(command) => command.run(overrides),
            Command::Openapi(command) => command.run(),
        }
    }
}

/// What async work of a command runs on.
fn runtime() -> Result<Runtime, Fault> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|error| Fault::failed(format!("cannot start: {error}")))
}

/// Does `work` in a transaction of the store, beside a running server or without one.
fn on_store<T: Send + 'static>(
    place: &Place,
    overrides: Overrides,
    work: impl Fn(&mut Tx<'_>, &Cx) -> Result<T, Error> + Send + 'static,
) -> Result<T, Fault> {
    let config = place.settings(overrides)?;
    config.log.start()?;
    let store: Store = compose::open(place, &config.database.backend(&place.data))?;
    on(&store, work)
}

/// Does `work` in a transaction of a store that is open.
fn on<T: Send + 'static>(
    store: &Store,
    work: impl Fn(&mut Tx<'_>, &Cx) -> Result<T, Error> + Send + 'static,
) -> Result<T, Fault> {
    let cx = Machine::real().cx();
    runtime()?.block_on(async {
        compose::expect_initialised(store).await?;
        Ok(store.write(move |tx| work(tx, &cx)).await?)
    })
}

/// Prints `value` as JSON on standard output.
fn print_json(value: &impl serde::Serialize) -> Result<(), Fault> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Fault::failed(error.to_string()))?;
    print_on(&text).map(drop)
}

/// Prints a line on standard output. A reader that has seen enough, such as `head`, is no failure.
fn print(line: &str) -> Result<(), Fault> {
    print_on(&harmless(line)).map(drop)
}

/// Without what a terminal obeys: names in a list are written by clients.
fn harmless(line: &str) -> String {
    line.chars().map(|c| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// As [`print`]; `false` when nobody reads any more, so that a command without an end can end.
fn print_on(line: &str) -> Result<bool, Fault> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Fault::failed(format!("cannot write to standard output: {error}")))
        }
        written => Ok(written.is_ok()),
    }
}

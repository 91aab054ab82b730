//! `leadhold sandbox`.

mod clock;
mod faults;
mod snapshots;

use clap::Subcommand;
use http::Method;
use serde_json::Value;

use super::runtime;
use super::server::{Server, body};
use crate::fault::Fault;

/// Turn the clock of a sandbox, go back to earlier states, let things go wrong
///
/// Asks a running server that was started with `leadhold serve --sandbox`. No credential is needed.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  leadhold sandbox clock
  leadhold sandbox advance 7d                                 everything that falls due on the way is done, in order
  leadhold sandbox snapshot before-import
  leadhold sandbox restore before-import
  leadhold sandbox reset                                      as it was after the first start
  leadhold sandbox faults add --route 'POST /contacts/' --fault status --status 503 --times 2
  leadhold sandbox faults add --event ContactCreate --fault duplicate
  leadhold sandbox faults clear")]
pub struct Sandbox {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Show what the clock shows
    Clock(clock::Clock),
    /// Turn the clock forward, and do what falls due on the way
    Advance(clock::Advance),
    /// Go back to the state after the server's first start
    Reset(snapshots::Reset),
    /// Keep the present state under a name
    Snapshot(snapshots::Take),
    /// List the states that are kept
    Snapshots(snapshots::List),
    /// Go back to a state that is kept
    Restore(snapshots::Restore),
    /// Remove a state that is kept
    Forget(snapshots::Forget),
    /// List, add and remove faults
    Faults(faults::Faults),
}

impl Sandbox {
    pub fn run(self) -> Result<(), Fault> {
        match self.action {
            Action::Clock(command) => command.run(),
            Action::Advance(command) => command.run(),
            Action::Reset(command) => command.run(),
            Action::Snapshot(command) => command.run(),
            Action::Snapshots(command) => command.run(),
            Action::Restore(command) => command.run(),
            Action::Forget(command) => command.run(),
            Action::Faults(command) => command.run(),
        }
    }
}

/// Who is asked.
#[derive(clap::Args)]
struct Asked {
    /// The server
    #[arg(long, value_name = "URL", env = "LEADHOLD_URL", default_value = "http://127.0.0.1:8080")]
    url: String,
}

impl Asked {
    fn get(&self, path: &str) -> Result<Value, Fault> {
        self.send(Method::GET, path, &Value::Null)
    }

    fn post(&self, path: &str, sent: &Value) -> Result<Value, Fault> {
        self.send(Method::POST, path, sent)
    }

    fn delete(&self, path: &str) -> Result<Value, Fault> {
        self.send(Method::DELETE, path, &Value::Null)
    }

    fn send(&self, method: Method, path: &str, sent: &Value) -> Result<Value, Fault> {
        let path = format!("/leadhold/v1/sandbox/{path}");
        let text = if sent.is_null() { String::new() } else { sent.to_string() };
        let answered = async { Server::at(&self.url).send(method, &path, text, &[]).await };
        Ok(body(&runtime()?.block_on(answered)?))
    }
}

/// A name or an id as a part of a path.
fn segment(name: &str) -> Result<&str, Fault> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let fits = !name.is_empty() && name.bytes().all(fits);
    fits.then_some(name).ok_or_else(|| Fault::usage(format!("`{name}` cannot be a name or an id")))
}

/// A field as text; empty when there is none.
fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

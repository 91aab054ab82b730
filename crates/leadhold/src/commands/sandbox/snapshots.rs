//! `leadhold sandbox snapshot`, `snapshots`, `restore`, `forget` and `reset`.

use serde_json::{Value, json};

use super::super::{print, print_json};
use super::{Asked, segment, text};
use crate::fault::Fault;

/// Keep the present state under a name
#[derive(clap::Args)]
pub struct Take {
    #[command(flatten)]
    asked: Asked,

    /// Lower-case letters, digits, dashes and underscores
    name: String,

    /// Instead of the one that has this name
    #[arg(long)]
    replace: bool,
}

impl Take {
    pub fn run(self) -> Result<(), Fault> {
        let sent = json!({ "name": self.name, "replace": self.replace });
        print_one(&self.asked.post("snapshots", &sent)?["snapshot"])
    }
}

/// List the states that are kept
#[derive(clap::Args)]
pub struct List {
    #[command(flatten)]
    asked: Asked,

    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

impl List {
    pub fn run(self) -> Result<(), Fault> {
        let known = &self.asked.get("snapshots")?["snapshots"];
        if self.json {
            return print_json(known);
        }
        known.as_array().into_iter().flatten().try_for_each(print_one)
    }
}

/// Go back to a state that is kept
#[derive(clap::Args)]
pub struct Restore {
    #[command(flatten)]
    asked: Asked,

    /// Its name
    name: String,
}

impl Restore {
    pub fn run(self) -> Result<(), Fault> {
        went_back(&self.asked.post(&format!("snapshots/{}/restore", segment(&self.name)?), &Value::Null)?)
    }
}

/// Remove a state that is kept
#[derive(clap::Args)]
pub struct Forget {
    #[command(flatten)]
    asked: Asked,

    /// Its name
    name: String,
}

impl Forget {
    pub fn run(self) -> Result<(), Fault> {
        self.asked.delete(&format!("snapshots/{}", segment(&self.name)?)).map(drop)
    }
}

/// Go back to the state after the server's first start
#[derive(clap::Args)]
pub struct Reset {
    #[command(flatten)]
    asked: Asked,
}

impl Reset {
    pub fn run(self) -> Result<(), Fault> {
        went_back(&self.asked.post("reset", &Value::Null)?)
    }
}

fn print_one(snapshot: &Value) -> Result<(), Fault> {
    print(&format!("{}  {}  {}", text(snapshot, "name"), text(snapshot, "takenAt"), snapshot["bytes"]))
}

fn went_back(answer: &Value) -> Result<(), Fault> {
    eprintln!("the state is that of {} again", text(answer, "restored"));
    print(text(answer, "now"))
}

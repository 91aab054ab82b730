//! `leadhold sandbox clock` and `leadhold sandbox advance`.

use serde_json::{Value, json};

use super::super::{print, print_json};
use super::{Asked, text};
use crate::fault::Fault;

/// Show what the clock shows
#[derive(clap::Args)]
pub struct Clock {
    #[command(flatten)]
    asked: Asked,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Clock {
    pub fn run(self) -> Result<(), Fault> {
        show(&self.asked.get("clock")?, self.json)
    }
}

/// Turn the clock forward, and do what falls due on the way
#[derive(clap::Args)]
pub struct Advance {
    #[command(flatten)]
    asked: Asked,

    /// How far: 7d, "2h 30m", P7D
    #[arg(required_unless_present = "to")]
    by: Option<String>,

    /// Until when instead: 2026-01-31T12:00:00Z
    #[arg(long, value_name = "MOMENT", conflicts_with = "by")]
    to: Option<String>,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Advance {
    /// A long way is gone in several requests.
    pub fn run(self) -> Result<(), Fault> {
        let mut wanted = match (&self.by, &self.to) {
            (Some(by), _) => json!({ "advance": by }),
            (None, to) => json!({ "now": to }),
        };
        loop {
            let answer = self.asked.post("clock", &wanted)?;
            let number = |name: &str| answer[name].as_i64().unwrap_or_default();
            eprintln!(
                "stopped at {} moments, began {} jobs; {} are not waited for",
                number("moments"),
                number("jobs"),
                number("unfinished")
            );
            if answer["complete"] == Value::Bool(true) {
                return show(&answer, self.json);
            }
            eprintln!("{} so far; going on", text(&answer, "now"));
            wanted = json!({ "now": answer["until"] });
        }
    }
}

fn show(answer: &Value, as_json: bool) -> Result<(), Fault> {
    if as_json { print_json(answer) } else { print(text(answer, "now")) }
}

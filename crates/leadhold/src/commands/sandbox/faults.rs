//! `leadhold sandbox faults`.

use clap::Subcommand;
use serde_json::{Map, Value};

use super::super::{print, print_json};
use super::{Asked, segment, text};
use crate::fault::Fault;

/// List, add and remove faults
#[derive(clap::Args)]
pub struct Faults {
    #[command(subcommand)]
    action: Option<Action>,

    #[command(flatten)]
    asked: Asked,

    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum Action {
    /// Let something go wrong
    Add(Box<Add>),
    /// Remove one
    Remove(Remove),
    /// Remove all
    Clear(Clear),
}

impl Faults {
    pub fn run(self) -> Result<(), Fault> {
        match self.action {
            Some(Action::Add(command)) => command.run(),
            Some(Action::Remove(command)) => command.run(),
            Some(Action::Clear(command)) => command.asked.delete("faults").map(drop),
            None => list(&self.asked, self.json),
        }
    }
}

fn list(asked: &Asked, as_json: bool) -> Result<(), Fault> {
    let known = &asked.get("faults")?["faults"];
    if as_json {
        return print_json(known);
    }
    known.as_array().into_iter().flatten().try_for_each(print_one)
}

/// Let something go wrong
#[derive(clap::Args)]
pub struct Add {
    #[command(flatten)]
    asked: Asked,

    /// With requests: "POST /contacts/*"
    #[arg(long, value_name = "PATTERN", group = "target")]
    route: Option<String>,

    /// With deliveries of an event: ContactCreate, or * for each
    #[arg(long, value_name = "EVENT", group = "target")]
    event: Option<String>,

    /// With messages that are handed to a provider: SMS, Email, or * for each
    #[arg(long, value_name = "NAME", group = "target")]
    provider: Option<String>,

    /// What: rate_limited, expired_token, status, slow, cut; for events drop, duplicate, delay, reorder, bad_signature
    #[arg(long, value_name = "FAULT")]
    fault: String,

    /// Which status: 400 to 599
    #[arg(long, value_name = "NUMBER")]
    status: Option<u16>,

    /// How late: 2s
    #[arg(long, value_name = "DURATION")]
    delay: Option<String>,

    /// Only at this location
    #[arg(long, value_name = "ID")]
    location: Option<String>,

    /// Do the work before: the client does not learn of it
    #[arg(long)]
    after: bool,

    /// How often at most
    #[arg(long, value_name = "NUMBER")]
    times: Option<u32>,

    /// Only of so many: 0.25
    #[arg(long, value_name = "NUMBER")]
    probability: Option<f64>,

    /// Which of them: the same for the same number
    #[arg(long, value_name = "NUMBER")]
    seed: Option<i32>,
}

impl Add {
    fn run(self) -> Result<(), Fault> {
        let mut rule = Map::new();
        let texts = [
            ("route", self.route),
            ("event", self.event),
            ("provider", self.provider),
            ("delay", self.delay),
            ("locationId", self.location),
        ];
        rule.extend(texts.into_iter().filter_map(|(name, value)| Some((name.into(), value?.into()))));
        rule.insert("fault".into(), self.fault.into());
        rule.insert("after".into(), self.after.into());
        let numbers = [
            ("status", self.status.map(Value::from)),
            ("times", self.times.map(Value::from)),
            ("probability", self.probability.map(Value::from)),
            ("seed", self.seed.map(Value::from)),
        ];
        rule.extend(numbers.into_iter().filter_map(|(name, value)| Some((name.into(), value?))));
        print_one(&self.asked.post("faults", &rule.into())?["fault"])
    }
}

/// Remove one
#[derive(clap::Args)]
pub struct Remove {
    #[command(flatten)]
    asked: Asked,

    /// Its id
    id: String,
}

impl Remove {
    fn run(self) -> Result<(), Fault> {
        self.asked.delete(&format!("faults/{}", segment(&self.id)?)).map(drop)
    }
}

/// Remove all
#[derive(clap::Args)]
pub struct Clear {
    #[command(flatten)]
    asked: Asked,
}

fn print_one(fault: &Value) -> Result<(), Fault> {
    let target = ["route", "event", "provider"].into_iter().find(|name| fault[*name].is_string());
    let target = target.map_or("", |name| text(fault, name));
    let of = fault["times"].as_i64().map(|times| format!(" of {times}")).unwrap_or_default();
    print(&format!("{}  {target}  {}  {}{of}", text(fault, "id"), text(fault, "fault"), fault["hits"]))
}

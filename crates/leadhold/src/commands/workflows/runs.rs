//! `leadhold workflows runs`.

use leadhold_app::requests;
use serde_json::Value;

use super::super::{print_on, runtime};
use super::{Asked, WORKFLOWS, text};
use crate::commands::harmless;
use crate::compose::Machine;
use crate::fault::Fault;

/// Runs that one request asks for at most.
const PAGE: usize = 200;

#[derive(clap::Args)]
pub struct Runs {
    #[command(flatten)]
    asked: Asked,

    /// The workflow, by its id or its name
    workflow: String,

    /// Only those that are running, queued, delayed, sleeping, waiting, finished, stopped, removed or failed
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,

    /// Only those about this contact
    #[arg(long, value_name = "ID")]
    contact: Option<String>,

    /// Only those that wait at this step
    #[arg(long, value_name = "ID")]
    step: Option<String>,

    /// Begun from when on: so long ago (1h, 2d) or a date (2026-01-31T12:00:00Z)
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,

    /// Begun until when, likewise
    #[arg(long, value_name = "WHEN")]
    to: Option<String>,

    /// How many at most
    #[arg(long, value_name = "N", default_value = "50")]
    limit: usize,

    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

impl Runs {
    pub fn run(self) -> Result<(), Fault> {
        let narrowed = self.narrowed()?;
        runtime()?.block_on(async {
            let path = format!("{WORKFLOWS}/{}/runs", self.asked.named(&self.workflow).await?);
            let (mut left, mut next) = (self.limit, Value::Null);
            while left > 0 {
                let mut query = narrowed.clone();
                query.push(("limit", left.min(PAGE).to_string()));
                if let Some(at) = next["startAfter"].as_i64() {
                    query.push(("startAfter", at.to_string()));
                    query.push(("startAfterId", text(&next, "startAfterId").to_owned()));
                }
                let query: Vec<(&str, &str)> =
                    query.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let mut page = self.asked.get(&path, &query).await?;
                for run in page["runs"].as_array().into_iter().flatten() {
                    left -= 1;
                    let line = if self.json { run.to_string() } else { harmless(&line(run)) };
                    if !print_on(&line)? {
                        return Ok(());
                    }
                }
                next = page["next"].take();
                if next.is_null() {
                    break;
                }
            }
            Ok(())
        })
    }

    fn narrowed(&self) -> Result<Vec<(&'static str, String)>, Fault> {
        let now = Machine::real().clock.now();
        let mut narrowed = Vec::new();
        for (name, value) in [("status", &self.status), ("contactId", &self.contact), ("stepId", &self.step)]
        {
            narrowed.extend(value.clone().map(|value| (name, value)));
        }
        for (name, when) in [("from", &self.from), ("to", &self.to)] {
            let Some(when) = when else { continue };
            let at = requests::moment(when, now).ok_or_else(|| {
                Fault::usage(format!("`{when}` is no moment; say for example 1h, 2d or 2026-01-31T12:00:00Z"))
            })?;
            narrowed.push((name, at.iso()));
        }
        Ok(narrowed)
    }
}

fn line(run: &Value) -> String {
    let where_it_is = match run["atStep"].as_str() {
        Some(step) => format!("at {step}"),
        None => text(run, "reason").to_owned(),
    };
    format!(
        "{}  {:<9}  v{:<4} {:<20}  {}  {}",
        text(run, "startedAt"),
        text(run, "status"),
        run["version"].to_string(),
        run["contactId"].as_str().unwrap_or("-"),
        text(run, "id"),
        where_it_is,
    )
}

//! `leadhold workflows run`.

use serde_json::Value;

use super::super::{print, print_json, runtime};
use super::{Asked, segment, text};
use crate::fault::Fault;

/// Steps that one request asks for.
const PAGE: &str = "500";

#[derive(clap::Args)]
pub struct Run {
    #[command(flatten)]
    asked: Asked,

    /// The run's id
    run: String,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Run {
    pub fn run(self) -> Result<(), Fault> {
        let run = runtime()?.block_on(self.whole())?;
        if self.json {
            return print_json(&run);
        }
        let status = text(&run, "status");
        print(&format!("{}  {status}  version {}", text(&run, "id"), run["version"]))?;
        print(&format!("began {} by {}", text(&run, "startedAt"), text(&run, "triggerType")))?;
        if let Some(contact) = run["contactId"].as_str() {
            print(&format!("about {contact}"))?;
        }
        for step in run["steps"].as_array().into_iter().flatten() {
            print(&line(step))?;
        }
        match (run["atStep"].as_str(), run["reason"].as_str(), run["wakesAt"].as_str()) {
            (Some(step), _, Some(until)) => print(&format!("\nrests at {step} until {until}")),
            (Some(step), _, None) => print(&format!("\nwaits at {step}")),
            (None, Some(reason), _) => print(&format!("\n{reason}")),
            _ => Ok(()),
        }
    }

    /// The run with all of its steps.
    async fn whole(&self) -> Result<Value, Fault> {
        let path = format!("/leadhold/v1/runs/{}", segment(&self.run)?);
        let mut answer = self.asked.get(&path, &[("limit", PAGE)]).await?;
        let mut run = answer["run"].take();
        while let Some(after) = run["nextAfter"].as_i64() {
            let after = after.to_string();
            let mut more = self.asked.get(&path, &[("limit", PAGE), ("after", &after)]).await?;
            let mut more = more["run"].take();
            run["nextAfter"] = more["nextAfter"].take();
            if let (Some(steps), Some(more)) = (run["steps"].as_array_mut(), more["steps"].as_array_mut()) {
                steps.append(more);
            }
        }
        Ok(run)
    }
}

fn line(step: &Value) -> String {
    let took = match step["tookMillis"].as_i64() {
        Some(took) if took > 0 => format!("  after {took} ms"),
        _ => String::new(),
    };
    let mut line = format!(
        "\n#{} {}  {} ({})  {}{took}",
        step["number"],
        text(step, "at"),
        text(step, "stepId"),
        text(step, "type"),
        text(step, "status")
    );
    for (arrow, name) in [(">", "input"), ("<", "output"), ("!", "error")] {
        match &step[name] {
            Value::Null => {}
            Value::String(text) => line.push_str(&format!("\n  {arrow} {text}")),
            value => line.push_str(&format!("\n  {arrow} {value}")),
        }
    }
    line
}

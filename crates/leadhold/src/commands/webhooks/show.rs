//! `leadhold webhooks show`.

use serde_json::Value;

use super::super::{print, print_on, runtime};
use super::{Asked, DELIVERIES, outcome, text};
use crate::fault::Fault;

#[derive(clap::Args)]
pub struct Show {
    #[command(flatten)]
    asked: Asked,

    /// The delivery's id
    delivery: String,

    /// Print the last attempt as a command for the shell
    #[arg(long, conflicts_with = "json")]
    curl: bool,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Show {
    pub fn run(self) -> Result<(), Fault> {
        let path = format!("{DELIVERIES}/{}", super::segment(&self.delivery)?);
        let delivery = runtime()?.block_on(self.asked.get(&path))?;
        if self.json {
            return print_on(&delivery.to_string()).map(drop);
        }
        if self.curl {
            let command = delivery["curl"].as_str().ok_or_else(|| no_body(&delivery))?;
            return print(command);
        }
        print(&format!(
            "{} {}\n{}  {}  attempts {}  replays {}  webhookId {}",
            text(&delivery, "method"),
            text(&delivery, "url"),
            text(&delivery, "type"),
            text(&delivery, "state"),
            delivery["attemptCount"],
            delivery["replays"],
            delivery["webhookId"].as_str().unwrap_or("-"),
        ))?;
        for attempt in delivery["attempts"].as_array().into_iter().flatten() {
            show_attempt(attempt)?;
        }
        match delivery["body"].as_str() {
            Some(body) => print(&format!("\nbody\n{body}")),
            None => Err(no_body(&delivery)),
        }
    }
}

fn show_attempt(attempt: &Value) -> Result<(), Fault> {
    print(&format!(
        "\n#{} {}  {}  {} ms  {}",
        attempt["number"],
        text(attempt, "startedAt"),
        outcome(&attempt["status"], text(&attempt["error"], "kind")),
        attempt["tookMillis"],
        text(&attempt["error"], "message"),
    ))?;
    for (arrow, headers) in [(">", "requestHeaders"), ("<", "responseHeaders")] {
        for (name, value) in attempt[headers].as_object().into_iter().flatten() {
            print(&format!("  {arrow} {name}: {}", value.as_str().unwrap_or_default()))?;
        }
    }
    match text(attempt, "answer") {
        "" => Ok(()),
        answer => print(&format!("  {answer}")),
    }
}

fn no_body(delivery: &Value) -> Fault {
    let scope = text(delivery, "bodyNeedsScope");
    Fault::failed(format!("the body is not shown to this token: it lacks the scope {scope}"))
}

//! `leadhold webhooks replay`.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::{print, print_on, runtime};
use super::{Asked, DELIVERIES, Wanted, text};
use crate::fault::Fault;

/// How often it is looked how far a replay of many is.
const LOOK: Duration = Duration::from_millis(500);

#[derive(clap::Args)]
pub struct Replay {
    #[command(flatten)]
    asked: Asked,

    /// The deliveries' ids; without any, all that match are sent again
    deliveries: Vec<String>,

    #[command(flatten)]
    wanted: Wanted,

    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

impl Replay {
    pub fn run(self) -> Result<(), Fault> {
        let wanted = self.wanted.fields()?;
        match (self.deliveries.is_empty(), wanted.is_empty()) {
            (true, true) => Err(Fault::usage(
                "name deliveries by their ids, or say which with --state, --event, --app, --from and so on",
            )),
            (false, false) => Err(Fault::usage("name deliveries by their ids, or say which; not both")),
            (false, true) => runtime()?.block_on(self.one_by_one()),
            (true, false) => runtime()?.block_on(self.many(&Value::Object(wanted))),
        }
    }

    async fn one_by_one(&self) -> Result<(), Fault> {
        for id in &self.deliveries {
            let path = format!("{DELIVERIES}/{}/replay", super::segment(id)?);
            let delivery = self.asked.post(&path, &json!({})).await?;
            match self.json {
                true => print_on(&delivery.to_string()).map(drop)?,
                false => print(&format!("{id}  {} to {}", text(&delivery, "type"), text(&delivery, "url")))?,
            }
        }
        Ok(())
    }

    async fn many(&self, wanted: &Value) -> Result<(), Fault> {
        let mut answer = self.asked.post(&format!("{DELIVERIES}/replay"), wanted).await?;
        while answer["replay"]["state"] == "running" {
            eprintln!("{} so far", answer["replay"]["replayed"]);
            tokio::time::sleep(LOOK).await;
            answer = self.asked.get(text(&answer["replay"], "url")).await?;
        }
        let replay = &answer["replay"];
        if self.json {
            return print_on(&replay.to_string()).map(drop);
        }
        if replay["gone"] != 0 {
            eprintln!("{} were left out: their app or subscription is gone", replay["gone"]);
        }
        print(&format!("{} deliveries are sent again", replay["replayed"]))
    }
}

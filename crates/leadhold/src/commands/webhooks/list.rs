//! `leadhold webhooks list`.

use serde_json::Value;

use super::super::{print_on, runtime};
use super::{Asked, DELIVERIES, Wanted, outcome, text};
use crate::commands::harmless;
use crate::fault::Fault;

/// Deliveries that one request asks for at most.
const PAGE: usize = 100;

#[derive(clap::Args)]
pub struct List {
    #[command(flatten)]
    asked: Asked,

    #[command(flatten)]
    wanted: Wanted,

    /// How many at most
    #[arg(long, value_name = "N", default_value = "50")]
    limit: usize,

    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

impl List {
    pub fn run(self) -> Result<(), Fault> {
        runtime()?.block_on(async {
            let (mut left, mut after) = (self.limit, None);
            while left > 0 {
                let page = self.asked.get(&self.path(left.min(PAGE), after.as_deref())?).await?;
                for delivery in page["deliveries"].as_array().into_iter().flatten() {
                    left -= 1;
                    let line = if self.json { delivery.to_string() } else { harmless(&line(delivery)) };
                    if !print_on(&line)? || left == 0 {
                        return Ok(());
                    }
                }
                after = page["next"].as_str().map(str::to_owned);
                if after.is_none() {
                    break;
                }
            }
            Ok(())
        })
    }

    fn path(&self, limit: usize, after: Option<&str>) -> Result<String, Fault> {
        let path = format!("{DELIVERIES}?");
        let length = path.len();
        let mut path = form_urlencoded::Serializer::for_suffix(path, length);
        for (name, value) in self.wanted.fields()? {
            path.append_pair(&name, value.as_str().unwrap_or_default());
        }
        path.append_pair("limit", &limit.to_string());
        if let Some(after) = after {
            path.append_pair("after", after);
        }
        Ok(path.finish())
    }
}

fn line(delivery: &Value) -> String {
    let outcome = outcome(&delivery["lastStatus"], text(delivery, "lastError"));
    let took = delivery["lastTookMillis"].as_i64().map_or("-".to_owned(), |took| format!("{took} ms"));
    format!(
        "{}  {:<9}  {outcome:<9} {took:>8}  {:>2}x  {:<22} {}  {}",
        text(delivery, "createdAt"),
        text(delivery, "state"),
        delivery["attemptCount"],
        text(delivery, "type"),
        text(delivery, "url"),
        text(delivery, "id"),
    )
}

//! `leadhold logs`.

use std::time::Duration;

use clap::Subcommand;
use leadhold_app::requests::{self, Entry, Shown, Statuses, Tail};
use leadhold_kernel::Timestamp;
use leadhold_store::{LOGS, Store, status};

use super::{print_on, runtime};
use crate::compose::{self, Machine};
use crate::config::Overrides;
use crate::fault::Fault;
use crate::place::Place;

/// How often new lines are looked for. The server writes them every tenth of a second.
const LOOK: Duration = Duration::from_millis(200);
/// Lines that are shown of what was before, unless --since says from when on.
const BEFORE: i64 = 20;
/// Lines that are read at once.
const AT_ONCE: i64 = 500;

/// Show what clients sent, and what was answered
///
/// Reads the request log beside a running server. No line has a secret or a body in it.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  leadhold logs tail                                    the last 20 requests, and each new one
  leadhold logs tail --app 65a0b1c2d3e4f5a6b7c8d9e0-lx4w7r9s --status 4xx
  leadhold logs tail --since 1h --no-follow --json | jq 'select(.durationMicros > 100000)'")]
pub struct Logs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Print the requests, oldest first, and go on with each new one
    Tail(TailCommand),
}

#[derive(clap::Args)]
struct TailCommand {
    #[command(flatten)]
    place: Place,

    /// Only this app's requests
    #[arg(long, value_name = "CLIENT_ID")]
    app: Option<String>,

    /// Only answers with this status, or of this class: 404, 4xx
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,

    /// From when on: so long ago (1h, 2d) or a date (2026-01-31T12:00:00Z) [default: the last 20 lines]
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,

    /// End after what is there now
    #[arg(long)]
    no_follow: bool,

    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

impl Logs {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        match self.action {
            Action::Tail(command) => command.run(overrides),
        }
    }
}

impl TailCommand {
    fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let wanted = self.wanted(Machine::real().clock.now())?;
        let config = self.place.settings(overrides)?;
        config.log.start()?;
        let backend = config.database.backend(&self.place.data);
        let store = compose::open(&self.place, &backend)?;
        let logs = compose::open_logs(&self.place, &backend)?;
        runtime()?.block_on(async {
            compose::expect_initialised(&store).await?;
            drop(store);
            match logs {
                Some(logs) => self.show(logs, wanted).await,
                None => Err(nothing_yet()),
            }
        })
    }

    fn wanted(&self, now: Timestamp) -> Result<Tail, Fault> {
        let wrong = |text: &str, right: &str| Fault::usage(format!("`{text}` is {right}"));
        let status = |text: &str| {
            Statuses::parse(text).ok_or_else(|| wrong(text, "no status; say for example 404 or 4xx"))
        };
        let since = |text: &str| {
            let right = "no moment; say for example 1h, 2d or 2026-01-31T12:00:00Z";
            requests::moment(text, now).ok_or_else(|| wrong(text, right))
        };
        Ok(Tail {
            app_id: self.app.as_deref().map(requests::app_id).unwrap_or_default().to_owned(),
            statuses: self.status.as_deref().map(status).transpose()?.unwrap_or(Statuses::ALL),
            since: self.since.as_deref().map(since).transpose()?,
        })
    }

    async fn show(&self, logs: Store, wanted: Tail) -> Result<(), Fault> {
        let state = status(&logs, LOGS).await?;
        if state.applied == 0 {
            return Err(nothing_yet());
        }
        if !state.pending.is_empty() {
            return Err(Fault::failed(
                "the request log was written by an older version; start this version's `leadhold serve` once",
            ));
        }
        let first = if wanted.since.is_some() { AT_ONCE } else { BEFORE };
        let (mut lines, mut after) = requests::tail(&logs, wanted.clone(), None, first).await?;
        loop {
            for line in &lines {
                if !print_on(&self.line(line)?)? {
                    return Ok(());
                }
            }
            let more = i64::try_from(lines.len()).is_ok_and(|count| count == AT_ONCE);
            if self.no_follow && !more {
                return Ok(());
            }
            if !more {
                tokio::time::sleep(LOOK).await;
            }
            (lines, after) = requests::tail(&logs, wanted.clone(), Some(after), AT_ONCE).await?;
        }
    }

    fn line(&self, entry: &Entry) -> Result<String, Fault> {
        if self.json {
            return serde_json::to_string(&Shown::of(entry))
                .map_err(|error| Fault::failed(error.to_string()));
        }
        let query = entry.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        let who = entry.app_id.as_ref().or(entry.caller.as_ref()).map_or("-", String::as_str);
        let client = entry.client.as_deref().unwrap_or("nobody");
        let Entry { at, status, micros, method, path, trace_id, .. } = entry;
        let took = format!("{}.{} ms", micros / 1000, micros % 1000 / 100);
        Ok(format!("{at}  {status}  {took:>9}  {method:<6} {path}{query}  {client} {who}  {trace_id}"))
    }
}

fn nothing_yet() -> Fault {
    Fault::failed("there is no request log yet; `leadhold serve` begins it")
}

//! `leadhold webhooks`.

mod list;
mod replay;
mod show;

use clap::Subcommand;
use leadhold_app::requests;
use leadhold_kernel::Timestamp;
use serde_json::{Map, Value};

use super::server::{Server, body};
use crate::compose::Machine;
use crate::fault::Fault;

/// Where the log of deliveries is read.
const DELIVERIES: &str = "/leadhold/v1/webhooks/deliveries";

/// See what was delivered to webhooks, and send it again
///
/// Asks a running server, here or elsewhere, with a token: a location's sees its location's deliveries, an agency's those of
/// the agency's own events, an app's its own.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  export LEADHOLD_TOKEN=pit-…
  leadhold webhooks list --state dead --from 1d
  leadhold webhooks list --event ContactCreate --json | jq -r .url
  leadhold webhooks show 8FhX2ZqJ0T3yWk5LmN7P
  leadhold webhooks replay 8FhX2ZqJ0T3yWk5LmN7P
  leadhold webhooks replay --state dead --from 2026-01-31T00:00:00Z --url https://crm.example.com")]
pub struct Webhooks {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List deliveries, newest first
    List(Box<list::List>),
    /// Show a delivery: its attempts, what was sent and what was answered
    Show(show::Show),
    /// Send deliveries again, by their ids or all that match
    Replay(Box<replay::Replay>),
}

impl Webhooks {
    pub fn run(self) -> Result<(), Fault> {
        match self.action {
            Action::List(command) => command.run(),
            Action::Show(command) => command.run(),
            Action::Replay(command) => command.run(),
        }
    }
}

/// Who is asked, and as whom.
#[derive(clap::Args)]
struct Asked {
    /// The server
    #[arg(long, value_name = "URL", env = "LEADHOLD_URL", default_value = "http://127.0.0.1:8080")]
    url: String,

    /// A private integration token, an agency's key or an app's access token
    #[arg(long, value_name = "TOKEN", env = "LEADHOLD_TOKEN", hide_env_values = true)]
    token: String,
}

impl Asked {
    async fn get(&self, path: &str) -> Result<Value, Fault> {
        let bearer = self.bearer();
        Ok(body(&Server::at(&self.url).get(path, &[("authorization", &bearer)]).await?))
    }

    async fn post(&self, path: &str, sent: &Value) -> Result<Value, Fault> {
        let bearer = self.bearer();
        Ok(body(&Server::at(&self.url).post(path, sent, &[("authorization", &bearer)]).await?))
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }
}

/// Which deliveries.
#[derive(clap::Args)]
struct Wanted {
    /// Only those in this state: pending, delivered, dead
    #[arg(long, value_name = "STATE")]
    state: Option<String>,

    /// Only of this event, such as ContactCreate; Workflow for the webhooks of workflows
    #[arg(long, value_name = "EVENT")]
    event: Option<String>,

    /// Only to this app
    #[arg(long, value_name = "CLIENT_ID")]
    app: Option<String>,

    /// Only for this subscription
    #[arg(long, value_name = "ID")]
    subscription: Option<String>,

    /// Only about this record
    #[arg(long, value_name = "ID")]
    record: Option<String>,

    /// Only of the event with this webhookId
    #[arg(long, value_name = "ID")]
    webhook_id: Option<String>,

    /// From when on: so long ago (1h, 2d) or a date (2026-01-31T12:00:00Z)
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,

    /// Until when, likewise
    #[arg(long, value_name = "WHEN")]
    to: Option<String>,
}

impl Wanted {
    /// As the API spells it.
    fn fields(&self) -> Result<Map<String, Value>, Fault> {
        let now = Machine::real().clock.now();
        let texts = [
            ("state", &self.state),
            ("type", &self.event),
            ("appId", &self.app),
            ("subscriptionId", &self.subscription),
            ("recordId", &self.record),
            ("webhookId", &self.webhook_id),
        ];
        let mut fields: Map<String, Value> =
            texts.into_iter().filter_map(|(name, text)| Some((name.into(), text.clone()?.into()))).collect();
        for (name, when) in [("from", &self.from), ("to", &self.to)] {
            if let Some(when) = when {
                fields.insert(name.into(), moment(when, now)?.iso().into());
            }
        }
        Ok(fields)
    }
}

fn moment(text: &str, now: Timestamp) -> Result<Timestamp, Fault> {
    requests::moment(text, now).ok_or_else(|| {
        Fault::usage(format!("`{text}` is no moment; say for example 1h, 2d or 2026-01-31T12:00:00Z"))
    })
}

/// A field as text; empty when there is none.
fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// What came of an attempt in a word: its status, or what went wrong.
fn outcome(status: &Value, error: &str) -> String {
    match (status.as_i64(), error) {
        (Some(status), _) => status.to_string(),
        (None, "") => "-".to_owned(),
        (None, error) => error.to_owned(),
    }
}

/// An id as a part of a path.
fn segment(id: &str) -> Result<&str, Fault> {
    let fits = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then_some(id)
        .ok_or_else(|| Fault::usage(format!("`{id}` is no delivery's id; see `leadhold webhooks list`")))
}

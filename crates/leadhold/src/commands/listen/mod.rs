//! `leadhold listen`: an app's deliveries, handed to a receiver on this machine.
//!
//! The server remembers the listener by its name, and hands a delivery out until its outcome was reported. So whatever ends in
//! between, server, connection or this command, the next one goes on where this one was. Outcomes that could not be
//! reported yet are reported before anything else is asked for: while the command lives, no delivery is forwarded again
//! that the receiver took.

mod forward;

use std::pin::Pin;
use std::time::Duration;

use leadhold_app::oauth::apps;
use leadhold_app::tokens::{self, Kind, Owner};
use leadhold_app::{CompanyScope, companies};
use leadhold_kernel::{Cx, Error, ScopeSet};
use leadhold_store::{Store, Tx};
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};

use self::forward::{Forwarder, Outcome};
use super::server::{Server, Silence, body};
use super::{on, print_on, runtime};
use crate::compose;
use crate::config::Overrides;
use crate::fault::Fault;
use crate::place::Place;

/// How long the server is asked to wait for something to hand out, in seconds.
const WAIT: u64 = 5;
/// How long to wait before a server that is away is asked again: doubled each time, up to the longest.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Forward an app's webhooks to a receiver on this machine
///
/// Asks the server for the app's deliveries over one outgoing connection, hands each to the receiver exactly as it would have
/// been sent, and reports the answer, which the server records as an attempt. Goes on where it was when the server or
/// this command is started again.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  leadhold listen --forward-to http://localhost:3000/hook
  leadhold listen --forward-to http://localhost:3000/hook --events ContactCreate,ContactUpdate --app 66a0…-k3j5
  leadhold listen --forward-to http://localhost:3000/hook --url https://crm.example --token pit-… --app 66a0…-k3j5")]
pub struct Listen {
    #[command(flatten)]
    place: Place,

    /// The receiver
    #[arg(long, value_name = "URL")]
    forward_to: String,

    /// Which events, separated by commas [default: all]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    events: Vec<String>,

    /// The app whose deliveries they are [default: the only one]
    #[arg(long, value_name = "CLIENT_ID")]
    app: Option<String>,

    /// The name under which the server remembers this listener [default: this machine's]
    #[arg(long)]
    name: Option<String>,

    /// Give up what the receiver does not take, instead of trying it again after 5 s, 5 min and so on
    #[arg(long)]
    no_retry: bool,

    /// The running server [default: where the settings say that it listens]
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// A token of the app's agency, instead of one from the data directory
    #[arg(long, env = "LEADHOLD_AGENCY_TOKEN", hide_env_values = true, requires = "app")]
    token: Option<String>,

    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Ends when somebody wants the command to end.
type Stop = Pin<Box<dyn Future<Output = ()>>>;

/// Whose deliveries, and the token that shows it.
struct Access {
    app_id: String,
    token: String,
    /// The token was made for this command, and ends with it.
    borrowed: Option<(Owner, String)>,
}

impl Listen {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let config = self.place.settings(overrides)?;
        config.log.start()?;
        let name = self.name.clone().unwrap_or_else(machine);
        let url = self.url.clone().unwrap_or_else(|| config.server.base_url(config.server.listen));
        let backend = config.database.backend(&self.place.data);
        let access = match &self.token {
            Some(token) => {
                let app = self.app.as_deref().unwrap_or_default();
                let app_id = app.split('-').next().unwrap_or(app).to_owned();
                Access { app_id, token: token.clone(), borrowed: None }
            }
            None => borrow(&compose::open(&self.place, &backend)?, self.app.as_deref(), &name)?,
        };
        let ended =
            runtime()?.block_on(self.listen(&Server::at(&url).with_token(&access.token)?, &access, &name));
        if let Some((owner, id)) = access.borrowed {
            let store = compose::open(&self.place, &backend)?;
            on(&store, move |tx, cx| tokens::revoke(tx, cx, &owner, &id))?;
        }
        ended
    }

    async fn listen(&self, server: &Server, access: &Access, name: &str) -> Result<(), Fault> {
        let watch =
            |kind| signal(kind).map_err(|why| Fault::failed(format!("cannot watch for signals: {why}")));
        let (mut terminate, mut interrupt) =
            (watch(SignalKind::terminate())?, watch(SignalKind::interrupt())?);
        let line = Line { server, path: format!("/leadhold/v1/apps/{}/listeners/{name}", access.app_id) };
        let mut unreported = Vec::new();
        let mut stop: Stop = Box::pin(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        });
        let ended = self.go_on(&line, &mut unreported, &mut stop).await;
        if !unreported.is_empty() {
            let _reported = line.report(&unreported).await.is_ok();
        }
        ended
    }

    /// Until somebody stops it: a delivery that is on its way to the receiver then is waited for, and reported.
    async fn go_on(
        &self,
        line: &Line<'_>,
        unreported: &mut Vec<Outcome>,
        stop: &mut Stop,
    ) -> Result<(), Fault> {
        let forwarder = Forwarder::new(&self.forward_to, self.no_retry);
        let mut pause = PAUSE;
        let (mut begun, mut refused) = (false, false);
        loop {
            let turn = async {
                if !begun {
                    self.begin(line).await?;
                    begun = true;
                }
                if !unreported.is_empty() {
                    line.report(unreported).await?;
                    unreported.clear();
                }
                line.ask().await
            };
            let turned = tokio::select! {
                turned = turn => turned,
                () = &mut *stop => return Ok(()),
            };
            let deliveries = match turned {
                Ok(deliveries) => deliveries,
                // The server has forgotten this listener, and what waited for it.
                Err(Silence::Refused(_)) if begun && !refused => {
                    unreported.clear();
                    (begun, refused) = (false, true);
                    continue;
                }
                Err(Silence::Refused(fault)) => return Err(fault),
                Err(Silence::Away(why)) => {
                    if pause == PAUSE {
                        eprintln!("{why}; trying again");
                    }
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        () = &mut *stop => return Ok(()),
                    }
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    continue;
                }
            };
            if pause != PAUSE {
                eprintln!("the server is back");
                pause = PAUSE;
            }
            for delivery in &deliveries {
                let outcome = forwarder.forward(delivery).await?;
                let go_on = self.show(&outcome)?;
                unreported.push(outcome);
                // One at a time: what was taken is known to the server before the next one is handed over.
                if line.report(unreported).await.is_ok() {
                    unreported.clear();
                    refused = false;
                } else {
                    break;
                }
                if !go_on {
                    return Ok(());
                }
                tokio::select! {
                    biased;
                    () = &mut *stop => return Ok(()),
                    () = std::future::ready(()) => {}
                }
            }
        }
    }

    async fn begin(&self, line: &Line<'_>) -> Result<(), Silence> {
        let wanted = match self.events.is_empty() {
            true => json!({}),
            false => json!({ "events": self.events }),
        };
        let listener = line.call(http::Method::PUT, "", &wanted).await?;
        let keys = line.server.get("/.well-known/leadhold/webhook-keys", &[]).await;
        let keys = keys.map(|answered| body(&answered)).unwrap_or_default();
        let waiting = listener["listener"]["waiting"].as_i64().unwrap_or(0);
        eprintln!("listening; forwarding to {}", self.forward_to);
        for key in keys["keys"].as_array().into_iter().flatten() {
            let (header, spki) =
                (key["header"].as_str().unwrap_or_default(), key["spki"].as_str().unwrap_or_default());
            if header == "x-ghl-signature" && key["state"] == "active" {
                eprintln!("verify {header} with {spki}");
                eprintln!(
                    "verify webhook-signature with {}",
                    key["standardWebhooks"].as_str().unwrap_or_default()
                );
            }
        }
        if waiting > 0 {
            eprintln!("{waiting} waited");
        }
        Ok(())
    }

    /// `false` when nobody reads any more.
    fn show(&self, outcome: &Outcome) -> Result<bool, Fault> {
        if self.json {
            return print_on(&outcome.json().to_string());
        }
        print_on(&outcome.line())
    }
}

/// The way to the server.
struct Line<'a> {
    server: &'a Server,
    path: String,
}

impl Line<'_> {
    async fn ask(&self) -> Result<Vec<Value>, Silence> {
        let answer = self.call(http::Method::GET, &format!("/deliveries?wait={WAIT}"), &Value::Null).await?;
        Ok(answer["deliveries"].as_array().cloned().unwrap_or_default())
    }

    async fn report(&self, outcomes: &[Outcome]) -> Result<(), Silence> {
        let attempts: Vec<_> = outcomes.iter().map(Outcome::report).collect();
        self.call(http::Method::POST, "/attempts", &json!({ "attempts": attempts })).await.map(drop)
    }

    async fn call(&self, method: http::Method, below: &str, given: &Value) -> Result<Value, Silence> {
        let text = if given.is_null() { String::new() } else { given.to_string() };
        let path = format!("{}{below}", self.path);
        let answered = self.server.exchange(method, &path, text.into(), &[]).await?;
        Ok(body(&answered))
    }
}

/// The machine's name, as a listener's name.
fn machine() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let fits = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let name: String = name.chars().take(64).map(fits).collect();
    if name.is_empty() { "here".to_owned() } else { name }
}

/// Finds the app in the store beside the server, and makes a token of its agency. One that an earlier command of this name
/// left behind ends.
fn borrow(store: &Store, app: Option<&str>, name: &str) -> Result<Access, Fault> {
    let (app, called) = (app.map(str::to_owned), format!("leadhold listen {name}"));
    on(store, move |tx, cx| {
        let (owner, app_id) = find(tx, app.as_deref())?;
        let owner = Owner::Company(owner);
        for old in tokens::list(tx, &owner)?.iter().filter(|token| token.name == called) {
            let _ended = tokens::revoke(tx, cx, &owner, old.id.as_str()).is_ok();
        }
        let issued = make(tx, cx, &owner, &called)?;
        Ok(Access { app_id, token: issued.0, borrowed: Some((owner, issued.1)) })
    })
}

fn make(tx: &mut Tx<'_>, cx: &Cx, owner: &Owner, name: &str) -> Result<(String, String), Error> {
    let scopes = ScopeSet::parse("apps.readonly apps.write").unwrap_or_else(|_| ScopeSet::all());
    let issued = tokens::create(tx, cx, owner, Kind::Private, name, scopes)?;
    Ok((issued.secret, issued.id.to_string()))
}

fn find(tx: &mut Tx<'_>, wanted: Option<&str>) -> Result<(CompanyScope, String), Error> {
    let mut all = Vec::new();
    for (agency, _) in companies::all(tx)? {
        for app in apps::list(tx, &agency)? {
            all.push((agency.clone(), app));
        }
    }
    let names =
        all.iter().map(|(_, app)| format!("{} ({})", app.client_id, app.name)).collect::<Vec<_>>().join(", ");
    let chosen = match wanted {
        Some(wanted) => all.into_iter().find(|(_, app)| app.client_id == wanted || app.id.as_str() == wanted),
        None if all.len() == 1 => all.pop(),
        None => None,
    };
    let (agency, app) = chosen.ok_or_else(|| match names.is_empty() {
        true => Error::bad_request("there is no app yet; make one with `leadhold apps create`"),
        false => Error::bad_request(format!("name the app with --app: {names}")),
    })?;
    Ok((agency, app.id.to_string()))
}

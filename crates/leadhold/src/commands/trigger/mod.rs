//! `leadhold trigger`: makes an event happen as clients do, by requests.

mod known;
mod recipe;
mod tokens;

use http::Method;
use leadhold_kernel::Random;
use serde_json::{Map, Value, json};

use self::known::Known;
use self::recipe::{By, Step};
use self::tokens::Tokens;
use super::server::{Server, Session, body};
use super::{print, print_json, runtime};
use crate::compose::Machine;
use crate::config::Overrides;
use crate::fault::Fault;
use crate::place::Place;

/// Make an event happen, by the requests that make it happen in real life
///
/// Talks to a running server. What is needed for the event, such as a contact, is made first and stays. Prints what was
/// made.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  leadhold trigger ContactCreate
  leadhold trigger ContactCreate --set email=ada@example.com --set 'tags=[\"vip\"]'
  leadhold trigger OpportunityWon --use contact.id=ocQHyuzHvysMo5N5VsXc
  leadhold trigger INSTALL --email admin@demo.example --password …
  leadhold trigger --list

Without --token it makes tokens for itself in the data directory's store, for as long as it runs.")]
pub struct Trigger {
    #[command(flatten)]
    place: Place,

    /// The event, as `type` spells it in a webhook
    #[arg(required_unless_present = "list")]
    event: Option<String>,

    /// List the events that can be made to happen
    #[arg(long)]
    list: bool,

    /// Another value for a field of the request that makes the event happen: JSON, or text
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<String>,

    /// Use what is there instead of making it: contact.id=…
    #[arg(long = "use", value_name = "NAME=ID")]
    given: Vec<String>,

    /// The location at which it happens [default: the first one]
    #[arg(long, value_name = "ID")]
    location: Option<String>,

    /// The agency whose location it is; only with --token
    #[arg(long, value_name = "ID", requires = "token")]
    company: Option<String>,

    /// The running server [default: where the settings say that it listens]
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// A token of the location, instead of one from the data directory
    #[arg(long, env = "LEADHOLD_TOKEN", hide_env_values = true, requires = "location")]
    token: Option<String>,

    /// A token of the agency, for what only agencies may do
    #[arg(long, env = "LEADHOLD_AGENCY_TOKEN", hide_env_values = true)]
    agency_token: Option<String>,

    /// An administrator's address, for events that need somebody to let an app in
    #[arg(long, env = "LEADHOLD_ADMIN_EMAIL")]
    email: Option<String>,

    /// The administrator's password
    #[arg(long, env = "LEADHOLD_ADMIN_PASSWORD", hide_env_values = true)]
    password: Option<String>,

    /// Print one JSON object: {"event": …, "made": {…}}
    #[arg(long)]
    json: bool,
}

impl Trigger {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        if self.list {
            return self.show_list();
        }
        let event = self.event.clone().unwrap_or_default();
        let mut steps = recipe::steps(&event)?;
        self.change(&mut steps)?;
        let mut known = self.known()?;
        let config = self.place.settings(overrides)?;
        config.log.start()?;
        let url = self.url.clone().unwrap_or_else(|| config.server.base_url(config.server.listen));
        let tokens = match &self.token {
            Some(token) => Tokens::given(token, self.agency_token.as_deref()),
            None => Tokens::borrow(&self.place, &config, self.location.as_deref(), &mut known)?,
        };
        let made = runtime()?.block_on(self.cook(&Server::at(&url), &steps, known, &tokens));
        tokens.give_back()?;
        self.show(&event, &made?)
    }

    fn show_list(&self) -> Result<(), Fault> {
        let all = recipe::all()?;
        if self.json {
            let all: Vec<_> =
                all.iter().map(|(event, about)| json!({ "event": event, "about": about })).collect();
            return print_json(&all);
        }
        all.iter().try_for_each(|(event, about)| print(&format!("{event:<31} {about}")))
    }

    /// Puts what --set says into the last request that has a body: the one that makes the event happen.
    fn change(&self, steps: &mut [Step]) -> Result<(), Fault> {
        for pair in &self.set {
            let (path, text) = pair_of(pair, "--set")?;
            let value = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
            let Some(body) = steps.last_mut().and_then(|step| step.body.as_mut()) else {
                return Err(Fault::usage("--set: the request that makes this event happen has no fields"));
            };
            known::set(body, path, value)?;
        }
        Ok(())
    }

    fn known(&self) -> Result<Known, Fault> {
        let mut known = Known::default();
        let random = Machine::real().random;
        known.put("unique", chance::<5>(random.as_ref()));
        known.put("secret", chance::<12>(random.as_ref()));
        if let Some(location) = &self.location {
            known.put("locationId", location.as_str());
        }
        if let Some(company) = &self.company {
            known.put("companyId", company.as_str());
        }
        for pair in &self.given {
            let (name, value) = pair_of(pair, "--use")?;
            known.put(name, value);
        }
        Ok(known)
    }

    /// Does all steps; what was made.
    async fn cook(
        &self,
        server: &Server,
        steps: &[Step],
        mut known: Known,
        tokens: &Tokens,
    ) -> Result<Map<String, Value>, Fault> {
        let mut session = None;
        let mut made = Map::new();
        let last = steps.len().saturating_sub(1);
        for (at, step) in steps.iter().enumerate() {
            // The last step is the event, whatever it keeps.
            if at != last && !step.keep.is_empty() && step.keep.keys().all(|name| known.has(name)) {
                continue;
            }
            if step.by == By::Admin && session.is_none() {
                session = Some(self.sign_in(server).await?);
            }
            let answer = send(server, step, &known, tokens, session.as_ref()).await?;
            for (name, pointer) in &step.keep {
                let part = answer.pointer(pointer).cloned();
                let part = part
                    .ok_or_else(|| Fault::failed(format!("`{}`: the answer has no {pointer}", step.call)))?;
                known.put(name, part.clone());
                if name.contains('.') {
                    made.insert(name.clone(), part);
                }
            }
        }
        if let Some(session) = &session {
            server.sign_out(session).await;
        }
        Ok(made)
    }

    async fn sign_in(&self, server: &Server) -> Result<Session, Fault> {
        let (Some(email), Some(password)) = (&self.email, &self.password) else {
            return Err(Fault::usage(
                "for this event an administrator lets an app in: name one with --email and --password",
            ));
        };
        server.sign_in(email, password, None).await
    }

    fn show(&self, event: &str, made: &Map<String, Value>) -> Result<(), Fault> {
        if self.json {
            return print_json(&json!({ "event": event, "made": made }));
        }
        for (name, value) in made {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            print(&format!("{name:<16} {text}"))?;
        }
        eprintln!("{event} happened");
        Ok(())
    }
}

async fn send(
    server: &Server,
    step: &Step,
    known: &Known,
    tokens: &Tokens,
    session: Option<&Session>,
) -> Result<Value, Fault> {
    let (method, path) = step.call.split_once(' ').unwrap_or(("POST", &step.call));
    let method: Method = method.parse().map_err(|_| Fault::failed(format!("`{method}` is no method")))?;
    let bearer = match step.by {
        By::Location => Some(tokens.location()),
        By::Agency => Some(tokens.agency()?),
        By::Admin | By::Nobody => None,
    };
    let path = known.fill_text(path)?;
    let text = match &step.body {
        Some(body) => known.fill(body)?.to_string(),
        None => String::new(),
    };
    let bearer = bearer.map(|token| format!("Bearer {token}"));
    let mut headers: Vec<(&str, &str)> = vec![("version", "2021-07-28")];
    headers.extend(bearer.as_deref().map(|value| ("authorization", value)));
    if let (By::Admin, Some(session)) = (step.by, session) {
        headers.extend(session.proof());
    }
    let more = step.headers.iter().map(|(name, value)| Ok((name.as_str(), known.fill_text(value)?)));
    let more: Vec<(&str, String)> = more.collect::<Result<_, Fault>>()?;
    headers.extend(more.iter().map(|(name, value)| (*name, value.as_str())));
    let received = server.send(method.clone(), &path, text, &headers).await;
    let received = received.map_err(|fault| Fault::failed(format!("{method} {path}: {fault}")))?;
    eprintln!("{method} {path}  {}", received.status.as_u16());
    Ok(body(&received))
}

/// Twice `N` digits that nothing else has.
fn chance<const N: usize>(random: &dyn Random) -> String {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    hex::encode(bytes)
}

fn pair_of<'a>(pair: &'a str, flag: &str) -> Result<(&'a str, &'a str), Fault> {
    let found = pair.split_once('=').filter(|(name, _)| !name.is_empty());
    found.ok_or_else(|| Fault::usage(format!("{flag} {pair}: write it as NAME=VALUE")))
}

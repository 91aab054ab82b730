//! `leadhold apps create`.

use clap::ValueEnum;
use leadhold_app::oauth::apps::{self, Kinds, NewApp, Registered, Wishes};
use leadhold_app::{CompanyScope, companies};
use leadhold_kernel::{Error, EventKind, ScopeSet};
use leadhold_store::Tx;
use serde_json::json;

use super::super::{on_store, print, print_json};
use crate::config::Overrides;
use crate::fault::Fault;
use crate::place::Place;

#[derive(clap::Args)]
pub struct Create {
    #[command(flatten)]
    place: Place,

    /// What installers read
    #[arg(long)]
    name: String,

    /// Where authorization may lead back to: https, or http on localhost; may be given several times
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,

    /// What installs are asked to grant, separated by commas
    #[arg(long, value_name = "SCOPES")]
    scopes: String,

    /// The agency whose app it is [default: the only one]
    #[arg(long, value_name = "ID")]
    company: Option<String>,

    /// Where it can be installed
    #[arg(long, value_enum, default_value = "both")]
    distribution: Distribution,

    /// Where events go, and always the news of its installs
    #[arg(long, value_name = "URL")]
    webhook_url: Option<String>,

    /// Which events, separated by commas, or `all`
    #[arg(long, value_name = "EVENTS", default_value = "")]
    events: String,

    /// A client that can keep no secret, such as a desktop program: it gets none and proves itself with PKCE
    #[arg(long)]
    public: bool,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Distribution {
    /// On locations
    Location,
    /// On agencies
    Company,
    /// On both
    Both,
}

impl Create {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let new = self.wanted()?;
        let company = self.company;
        let made = on_store(&self.place, overrides, move |tx, cx| {
            let owner = owner(tx, company.as_deref())?;
            apps::register(tx, cx, &owner, &new)
        })?;
        show(&made, self.json)
    }

    fn wanted(&self) -> Result<NewApp, Fault> {
        let scopes = ScopeSet::parse(&self.scopes)
            .map_err(|name| Fault::usage(format!("`{name}` is no scope, such as contacts.readonly")))?;
        Ok(NewApp {
            name: self.name.clone(),
            redirect_uris: self.redirect_uris.clone(),
            scopes,
            distribution: match self.distribution {
                Distribution::Location => apps::Distribution::Location,
                Distribution::Company => apps::Distribution::Company,
                Distribution::Both => apps::Distribution::Both,
            },
            public_client: self.public,
            webhook_url: self.webhook_url.clone(),
            wishes: Wishes { wanted: events(&self.events)?, ..Wishes::default() },
            ..NewApp::default()
        })
    }
}

fn events(names: &str) -> Result<Kinds, Fault> {
    if names == "all" {
        return Ok(Kinds::All);
    }
    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    let kind = |name: &str| {
        let found = EventKind::parse(name).filter(|kind| kind.is_public());
        found.ok_or_else(|| Fault::usage(format!("`{name}` is no event, such as ContactCreate")))
    };
    names.map(kind).collect::<Result<_, _>>().map(Kinds::Only)
}

fn owner(tx: &mut Tx<'_>, wanted: Option<&str>) -> Result<CompanyScope, Error> {
    let mut all = companies::all(tx)?;
    match wanted {
        Some(id) => {
            let found = all.into_iter().find(|(agency, _)| agency.company_id().as_str() == id);
            found
                .map(|(agency, _)| agency)
                .ok_or_else(|| Error::NotFound(format!("there is no agency `{id}`")))
        }
        None if all.len() == 1 => Ok(all.remove(0).0),
        None => {
            let ids: Vec<_> =
                all.iter().map(|(agency, name)| format!("{} ({name})", agency.company_id())).collect();
            Err(Error::bad_request(format!("name the agency with --company: {}", ids.join(", "))))
        }
    }
}

fn show(made: &Registered, json: bool) -> Result<(), Fault> {
    if json {
        return print_json(&json!({
            "id": made.app_id, "versionId": made.version_id, "clientId": made.client_id,
            "clientSecret": made.client_secret,
        }));
    }
    print(&format!("client id      {}", made.client_id))?;
    match &made.client_secret {
        Some(secret) => {
            print(&format!("client secret  {secret}"))?;
            eprintln!(
                "the secret is shown this once; `leadhold apps install {}` lets the app in",
                made.client_id
            );
        }
        None => eprintln!("a public client has no secret; it sends a code_challenge (PKCE)"),
    }
    Ok(())
}

//! `leadhold token`.

use clap::{Subcommand, ValueEnum};
use leadhold_app::tokens::{self, Issued, Manager, Overlap, Owner};
use leadhold_app::{companies, locations};
use leadhold_kernel::{Error, Id, ScopeSet};
use leadhold_store::Tx;
use serde_json::json;

use super::{on_store, print, print_json};
use crate::config::Overrides;
use crate::fault::Fault;
use crate::place::Place;

/// Make, list, rotate and revoke private integration tokens and agency keys
///
/// Works beside a running server, which takes notice at once.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  leadhold token create --location ve9EPM428h8vShlRW1KT --name Zapier --scopes contacts.readonly,contacts.write
  leadhold token create --company 5DP4iH6HLkQsiKESj6rh --kind agency-key
  leadhold token rotate tok3Nabcdefghijklmno            the old one works for 7 more days
  leadhold token revoke tok3Nabcdefghijklmno")]
pub struct Token {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make a token and print it; it is shown this once
    Create(Create),
    /// List the tokens that there are, without their secrets
    List(List),
    /// Make a successor of a token with the same name and scopes, and print it
    Rotate(Rotate),
    /// End a token at once
    Revoke(Revoke),
}

#[derive(clap::Args)]
struct Create {
    #[command(flatten)]
    place: Place,

    #[command(flatten)]
    owner: OwnerFlags,

    /// What the token is
    #[arg(long, value_enum, default_value = "private")]
    kind: Kind,

    /// What it is for, for the list
    #[arg(long, default_value = "command line")]
    name: String,

    /// Which scopes it has, separated by commas, or `all`
    #[arg(long, default_value = "all")]
    scopes: String,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct OwnerFlags {
    /// The location whose token it is
    #[arg(long, value_name = "ID")]
    location: Option<String>,

    /// The agency whose token it is
    #[arg(long, value_name = "ID")]
    company: Option<String>,
}

#[derive(clap::Args)]
struct List {
    #[command(flatten)]
    place: Place,

    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct Rotate {
    #[command(flatten)]
    place: Place,

    /// The token's id, as `token list` shows it
    id: String,

    /// End the old token at once instead of in 7 days
    #[arg(long)]
    expire_now: bool,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct Revoke {
    #[command(flatten)]
    place: Place,

    /// The token's id, as `token list` shows it
    id: String,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A private integration token (pit-…)
    Private,
    /// An agency's API key
    AgencyKey,
}

impl Token {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        match self.action {
            Action::Create(command) => command.run(overrides),
            Action::List(command) => command.run(overrides),
            Action::Rotate(command) => command.run(overrides),
            Action::Revoke(command) => command.run(overrides),
        }
    }
}

impl Create {
    fn run(self, overrides: Overrides) -> Result<(), Fault> {
        if self.kind == Kind::AgencyKey && self.owner.company.is_none() {
            return Err(Fault::usage("an agency key belongs to an agency: name it with --company"));
        }
        let scopes = match self.scopes.as_str() {
            "all" => ScopeSet::all(),
            names => ScopeSet::parse(names).map_err(|name| Fault::usage(format!("`{name}` is no scope")))?,
        };
        let kind = match self.kind {
            Kind::Private => tokens::Kind::Private,
            Kind::AgencyKey => tokens::Kind::AgencyKey,
        };
        let (json, name, owner) = (self.json, self.name, self.owner);
        let issued = on_store(&self.place, overrides, move |tx, cx| {
            let owner = owner.find(tx)?;
            tokens::create(tx, cx, &owner, kind, &name, scopes)
        })?;
        show(&issued, json)
    }
}

impl OwnerFlags {
    fn find(&self, tx: &mut Tx<'_>) -> Result<Owner, Error> {
        if let Some(text) = &self.location {
            let found = Id::parse(text).map(|id| locations::for_operator(tx, &id)).transpose()?.flatten();
            return found
                .map(Owner::Location)
                .ok_or_else(|| Error::NotFound(format!("there is no location `{text}`")));
        }
        let wanted = self.company.as_deref().unwrap_or_default();
        let agency =
            companies::all(tx)?.into_iter().find(|(agency, _)| agency.company_id().as_str() == wanted);
        let agency = agency.ok_or_else(|| Error::NotFound(format!("there is no agency `{wanted}`")))?;
        Ok(Owner::Company(agency.0))
    }
}

impl List {
    fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let found = on_store(&self.place, overrides, |tx, _| {
            let agencies = companies::all(tx)?.into_iter().map(|(agency, _)| Owner::Company(agency));
            let lists = agencies.map(|agency| tokens::list(tx, &agency));
            Ok(lists.collect::<Result<Vec<_>, _>>()?.concat())
        })?;
        if self.json {
            let shown = found.iter().map(|token| {
                json!({
                    "id": token.id, "kind": token.kind.name(), "hint": token.hint, "name": token.name,
                    "companyId": token.company_id, "locationId": token.location_id,
                    "scopes": token.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>(),
                    "createdAt": token.created_at.iso(),
                    "expiresAt": token.expires_at.map(|at| at.iso()),
                    "revokedAt": token.revoked_at.map(|at| at.iso()),
                    "lastUsedAt": token.last_used_at.map(|at| at.iso()),
                })
            });
            return print_json(&shown.collect::<Vec<_>>());
        }
        for token in found {
            let owner = token.location_id.as_ref().map_or(token.company_id.as_str(), Id::as_str);
            let state = match (token.revoked_at, token.expires_at) {
                (Some(at), _) => format!("revoked {at}"),
                (None, Some(at)) => format!("expires {at}"),
                (None, None) => "works".to_owned(),
            };
            let used = token.last_used_at.map_or("never used".to_owned(), |at| format!("used {at}"));
            let (id, kind, hint) = (token.id, token.kind.name(), token.hint);
            print(&format!(
                "{id}  {kind:<10}  {hint}…  {owner:<20}  {state:<32}  {used:<29}  {}",
                token.name
            ))?;
        }
        Ok(())
    }
}

impl Rotate {
    fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let (json, now, id) = (self.json, self.expire_now, self.id);
        let issued = on_store(&self.place, overrides, move |tx, cx| {
            let overlap = if now { Overlap::Now } else { Overlap::SevenDays };
            let manager = Manager { who: owner_of(tx, &id)?, scopes: ScopeSet::all() };
            Ok(tokens::rotate(tx, cx, &manager, &id, overlap)?.0)
        })?;
        eprintln!("the old token {}", if now { "has ended" } else { "works for 7 more days" });
        show(&issued, json)
    }
}

impl Revoke {
    fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let id = self.id;
        on_store(&self.place, overrides, move |tx, cx| {
            let agency = owner_of(tx, &id)?;
            tokens::revoke(tx, cx, &agency, &id)
        })?;
        eprintln!("revoked");
        Ok(())
    }
}

/// The agency that has the token with this id.
fn owner_of(tx: &mut Tx<'_>, text: &str) -> Result<Owner, Error> {
    for (agency, _) in companies::all(tx)? {
        let agency = Owner::Company(agency);
        match tokens::get(tx, &agency, text) {
            Err(Error::NotFound(_)) => {}
            found => return found.map(|_| agency),
        }
    }
    Err(Error::NotFound(format!("there is no token `{text}`; `leadhold token list` shows those there are")))
}

fn show(issued: &Issued, json: bool) -> Result<(), Fault> {
    if json {
        return print_json(&json!({ "id": issued.id, "token": issued.secret }));
    }
    eprintln!("token {} is shown this once:", issued.id);
    print(&issued.secret)
}

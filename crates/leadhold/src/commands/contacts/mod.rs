//! `leadhold contacts`.

mod export;
mod import;

use clap::Subcommand;

use super::server::Server;
use crate::fault::Fault;

/// Take contacts from a CSV file, or write them to one, on a running server
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  export LEADHOLD_URL=http://127.0.0.1:8080 LEADHOLD_TOKEN=pit-…
  leadhold contacts import people.csv --dry-run
  leadhold contacts import people.csv --map Mail=email --map Notes= --tag imported > rows.jsonl
  leadhold contacts import --undo 66a0b3c2d4e5f6a7b8c9d0e1
  leadhold contacts export --query ada > contacts.csv")]
pub struct Contacts {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Take contacts from a CSV file, and print what became of each row as a line of JSON
    Import(Box<import::Import>),
    /// Write contacts as CSV
    Export(export::Export),
}

impl Contacts {
    pub fn run(self) -> Result<(), Fault> {
        match self.action {
            Action::Import(command) => command.run(),
            Action::Export(command) => command.run(),
        }
    }
}

/// Where the contacts are.
#[derive(clap::Args)]
struct Remote {
    /// The server
    #[arg(long, value_name = "URL", env = "LEADHOLD_URL", default_value = "http://127.0.0.1:8080")]
    url: String,

    /// A token of the location, with contacts.write for imports and contacts.readonly for exports
    #[arg(long, env = "LEADHOLD_TOKEN", hide_env_values = true)]
    token: String,

    /// Whose contacts, where the token is good for several locations
    #[arg(long, value_name = "ID")]
    location: Option<String>,
}

impl Remote {
    fn server(&self) -> Result<Server, Fault> {
        Server::at(&self.url).with_token(&self.token)
    }

    /// A path with a query that names the location, too.
    fn path(&self, path: &str, query: &[(&str, impl AsRef<str>)]) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(self.location.iter().map(|id| ("locationId", id)));
        pairs.extend_pairs(query.iter().map(|(name, value)| (*name, value.as_ref())));
        format!("{path}?{}", pairs.finish())
    }
}

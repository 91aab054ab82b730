//! `leadhold apps`.

mod create;
mod install;
mod list;

use clap::Subcommand;

use crate::config::Overrides;
use crate::fault::Fault;

/// Register apps, list them, and let them in without a browser
///
/// Works beside a running server, which takes notice at once.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  leadhold apps create --name Dialer --redirect-uri https://dialer.example/callback --scopes contacts.readonly
  leadhold apps create --name Desktop --redirect-uri http://127.0.0.1:7777/ --scopes contacts.readonly --public --json
  leadhold apps install 66a0…-k3j5 --location ve9EPM428h8vShlRW1KT --email me@example.com --password … --json
  LEADHOLD_ADMIN_EMAIL=… LEADHOLD_ADMIN_PASSWORD=… leadhold apps install 66a0…-k3j5 --company --url http://127.0.0.1:8080")]
pub struct Apps {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Register an app and print its client id and secret, which is shown this once
    Create(Box<create::Create>),
    /// List the apps that there are
    List(list::List),
    /// Let an app in, as an administrator would on the authorization page, and print the code for it
    Install(Box<install::Install>),
}

impl Apps {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        match self.action {
            Action::Create(command) => command.run(overrides),
            Action::List(command) => command.run(overrides),
            Action::Install(command) => command.run(overrides),
        }
    }
}

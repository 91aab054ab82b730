//! `leadhold apps`.

mod install;

use clap::Subcommand;

use crate::config::Overrides;
use crate::fault::Fault;

/// Authorize an app without a browser
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  leadhold apps install 66a0…-k3j5 --location ve9EPM428h8vShlRW1KT --email me@example.com --password … --json
  LEADHOLD_ADMIN_EMAIL=… LEADHOLD_ADMIN_PASSWORD=… leadhold apps install 66a0…-k3j5 --company --url http://127.0.0.1:8080")]
pub struct Apps {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Let an app in, as an administrator would on the authorization page, and print the code for it
    Install(install::Install),
}

impl Apps {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        match self.action {
            Action::Install(command) => command.run(overrides),
        }
    }
}

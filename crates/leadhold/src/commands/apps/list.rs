//! `leadhold apps list`.

use leadhold_app::companies;
use leadhold_app::oauth::apps::{self, App};
use leadhold_kernel::{Error, Id};
use serde_json::json;

use super::super::{on_store, print, print_json};
use crate::config::Overrides;
use crate::fault::Fault;
use crate::place::Place;

#[derive(clap::Args)]
pub struct List {
    #[command(flatten)]
    place: Place,

    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

impl List {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let found = on_store(&self.place, overrides, |tx, _| {
            let mut all: Vec<App> = Vec::new();
            for (agency, _) in companies::all(tx)? {
                all.extend(apps::list(tx, &agency)?);
            }
            Ok::<_, Error>(all)
        })?;
        if self.json {
            let shown = found.iter().map(|app| {
                json!({
                    "id": app.id, "clientId": app.client_id, "companyId": app.owner_company_id, "name": app.name,
                    "distribution": app.distribution.name(), "publicClient": app.public_client,
                    "redirectUris": app.redirect_uris, "versionId": app.live.id,
                    "scopes": app.live.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>(),
                    "webhookUrl": app.webhook_url, "createdAt": app.created_at.iso(),
                })
            });
            return print_json(&shown.collect::<Vec<_>>());
        }
        for app in found {
            let (client, agency, reach) =
                (&app.client_id, Id::as_str(&app.owner_company_id), app.distribution.name());
            let number = app.live.number;
            print(&format!("{client}  {agency:<20}  {reach:<8}  version {number}  {}", app.name))?;
        }
        Ok(())
    }
}

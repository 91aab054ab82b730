//! The demo's workflow behind an inbound hook, and its app with a webhook.

use leadhold_kernel::{Cx, Error, Id, ScopeSet, id};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use crate::marketplace::{self, Installation, Place};
use crate::oauth::apps::{self, NewApp, Wishes};
use crate::tenant::{CompanyScope, LocationScope};
use crate::workflows::{self, Draft};

/// The tag that the demo's workflow gives.
const TAG: &str = "web form";

const REDIRECT_URI: &str = "http://127.0.0.1:3000/oauth/callback";

/// A workflow that listens, and where.
pub(super) struct Listening {
    pub(super) workflow_id: Id<id::Workflow>,
    pub(super) guide_path: String,
    pub(super) path: String,
}

/// Makes and publishes the workflow: what a web form posts becomes a contact with a tag.
pub(super) fn workflow(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<Listening, Error> {
    let draft = Draft::read(definition())?;
    let made = workflows::create(tx, cx, here, &draft)?;
    let whole = workflows::publish(tx, cx, here, &made.workflow.id)?;
    let hook = whole.hook.ok_or_else(|| Error::internal("the demo's workflow has no hook"))?;
    Ok(Listening { workflow_id: whole.workflow.id, guide_path: hook.guide_path(), path: hook.path() })
}

fn definition() -> Value {
    let received = |name: &str| format!("{{{{inboundWebhookRequest.{name}}}}}");
    let fields: Value = ["firstName", "lastName", "email", "phone", "source"]
        .iter()
        .map(|name| ((*name).to_owned(), Value::String(received(name))))
        .collect();
    json!({
        "name": "Web form to contact",
        "triggers": [{ "id": "form", "type": "inbound_webhook", "filters": [] }],
        "steps": [
            {
                "id": "save",
                "type": "create_update_contact",
                "attributes": {
                    "fields": fields,
                    "customFields": [{ "key": "form_message", "value": received("customData") }],
                },
                "next": "tag",
            },
            { "id": "tag", "type": "add_contact_tag", "attributes": { "tags": [TAG] } },
        ],
        "settings": {},
    })
}

/// The demo's app, installed on the first location.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct App {
    /// The app; every webhook to it carries this.
    pub app_id: Id<id::App>,
    /// What it introduces itself with.
    pub client_id: String,
    /// What it proves that with.
    pub client_secret: String,
    /// Where authorization may lead back to.
    pub redirect_uri: String,
}

/// Registers the app, installs it on `here`, and subscribes it to all events if there is a URL to send them to.
pub(super) fn app(
    tx: &mut Tx<'_>,
    cx: &Cx,
    agency: &CompanyScope,
    here: &LocationScope,
    webhook_url: Option<&str>,
) -> Result<App, Error> {
    let new = NewApp {
        name: "Demo App".to_owned(),
        redirect_uris: vec![REDIRECT_URI.to_owned()],
        scopes: ScopeSet::grantable(),
        webhook_url: webhook_url.map(str::to_owned),
        wishes: webhook_url.map_or_else(Wishes::default, |_| Wishes::all()),
        ..NewApp::default()
    };
    let app = apps::register(tx, cx, agency, &new)?;
    let place = Place::Location(here.clone());
    let new = Installation::new(place, app.app_id.clone(), app.version_id.clone(), ScopeSet::grantable());
    marketplace::install(tx, cx, &new)?;
    Ok(App {
        app_id: app.app_id,
        client_id: app.client_id,
        client_secret: app.client_secret.unwrap_or_default(),
        redirect_uri: REDIRECT_URI.to_owned(),
    })
}

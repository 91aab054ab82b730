//! `/developer/apps/{appId}`: one app, and everything that can be done to it. Its forms are told apart by `action`.

use std::sync::Arc;

use http::StatusCode;
use leadhold_kernel::{Error, ScopeSet};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::{admin, form, moment, with};
use crate::http::{Query, Reply, Request, Route, get, page, post, redirect};
use crate::marketplace::{self, Install, Place};
use crate::oauth::apps::subscriptions::{
    self, Changes, Holder, Reason, State as SubscriptionState, Subscription,
};
use crate::oauth::apps::{self, App, ClientSecret, State, Version, Wishes};
use crate::oauth::scope_words;
use crate::tenant::CompanyScope;

/// How many installs a page lists.
const LISTED: i64 = 200;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![get("/developer/apps/{appId}", show), post("/developer/apps/{appId}", send)]
}

async fn show(request: Request) -> Result<Reply, Error> {
    let owner = match admin(&request)? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let done = match request.query.get("done") {
        Some("change") => "The details were saved.",
        Some("draft") => "A draft was begun. Choose its scopes and publish it.",
        Some("scopes") => "The draft's scopes were saved.",
        Some("publish") => "The version is live. Every install has moved to it, and the app was told.",
        Some("discard") => "The draft was discarded.",
        Some("remove-secret") => "The secret has ended.",
        Some("enable") => "The subscription is on. What it missed is being sent.",
        Some("disable") => "The subscription is off. Events are held until it is on again.",
        _ => "",
    };
    let id = request.path(0).to_owned();
    sheet(&request, StatusCode::OK, &owner, &id, json!({ "done": done })).await
}

async fn send(request: Request) -> Result<Reply, Error> {
    let owner = match admin(&request)? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (sent, id) = (Query::parse(&request.body), request.path(0).to_owned());
    let action = sent.get("action").unwrap_or_default().to_owned();
    match act(&request, &owner, &id, &action, &sent).await {
        Ok(Done::Secret(secret)) => {
            sheet(&request, StatusCode::CREATED, &owner, &id, json!({ "secret": secret })).await
        }
        Ok(Done::HookSecret(secret)) => {
            sheet(&request, StatusCode::OK, &owner, &id, json!({ "hook_secret": secret })).await
        }
        Ok(Done::Changed) => Ok(redirect(&format!("/developer/apps/{id}?done={action}"))),
        Ok(Done::Deleted) => Ok(redirect("/developer/apps?done=deleted")),
        Err(error) => {
            let (status, faults) = page::told(error)?;
            let again = json!({ "faults": faults, "faulty": action });
            // What was typed is kept: only where it was wrong does it differ from what is stored.
            let again = match action.as_str() {
                "change" => with(again, json!({ "app": form::shown(&form::app(&sent, false)) })),
                _ => again,
            };
            sheet(&request, status, &owner, &id, again).await
        }
    }
}

/// What an action leads to.
enum Done {
    Changed,
    Deleted,
    Secret(String),
    /// A subscription's.
    HookSecret(String),
}

async fn act(
    request: &Request,
    owner: &CompanyScope,
    id: &str,
    action: &str,
    sent: &Query,
) -> Result<Done, Error> {
    let (cx, owner, id, form) = (request.cx(), owner.clone(), id.to_owned(), sent.clone());
    let (action, seal) = (action.to_owned(), Arc::clone(&request.app.world.seal));
    let changes = match action.as_str() {
        "change" => Some(apps::read_changes(&form::app(sent, false))?),
        _ => None,
    };
    let work = move |tx: &mut Tx<'_>| {
        let app = apps::get(tx, &owner, &id)?;
        let version = form::text(&form, "version");
        match (action.as_str(), &changes) {
            ("change", Some(changes)) => apps::change(tx, &cx, &owner, &id, changes).map(drop)?,
            ("draft", _) => apps::draft_version(tx, &cx, &app, None).map(drop)?,
            ("scopes", _) => apps::edit_version(tx, &app, version, form::chosen_scopes(&form)).map(drop)?,
            ("publish", _) => apps::publish_version(tx, &cx, &app, version).map(drop)?,
            ("discard", _) => apps::discard_version(tx, &app, version)?,
            ("secret", _) => return Ok(Done::Secret(apps::add_secret(tx, &cx, &app)?.secret)),
            ("remove-secret", _) => apps::remove_secret(tx, &cx, &app, form::text(&form, "secret"))?,
            ("enable" | "disable" | "hook-secret", _) => {
                let holder = Holder::Developer(owner.clone());
                let id = form::text(&form, "subscription");
                match action.as_str() {
                    "enable" => subscriptions::enable(tx, &cx, &holder, id, true).map(drop)?,
                    "disable" => {
                        let off = Changes { enabled: Some(false), ..Changes::default() };
                        subscriptions::change(tx, &cx, &holder, id, &off).map(drop)?;
                    }
                    _ => {
                        let (one, salt) = subscriptions::rotate_secret(tx, &cx, &holder, id)?;
                        return Ok(Done::HookSecret(subscriptions::secret_of(&seal, &one.id, &salt).shown()));
                    }
                }
            }
            ("delete", _) => {
                if form::text(&form, "confirm") != app.name {
                    return Err(Error::field("Type the app's name to the letter to delete it."));
                }
                apps::delete(tx, &cx, &owner, &id, true)?;
                return Ok(Done::Deleted);
            }
            _ => return Err(Error::bad_request("The form names nothing that can be done here.")),
        }
        Ok(Done::Changed)
    };
    request.app.world.write(work).await
}

/// An app with all that belongs to it.
struct Whole {
    app: App,
    wishes: Wishes,
    subscriptions: Vec<Subscription>,
    versions: Vec<Version>,
    secrets: Vec<ClientSecret>,
    installs: Vec<(Place, Install)>,
    installed: i64,
}

/// The page of an app; `given` has what was done, what was wrong, or a secret.
pub(super) async fn sheet(
    request: &Request,
    status: StatusCode,
    owner: &CompanyScope,
    id: &str,
    given: Value,
) -> Result<Reply, Error> {
    let (owner, id) = (owner.clone(), id.to_owned());
    let whole = request.app.world.store.read(move |tx| {
        let app = apps::get(tx, &owner, &id)?;
        Ok::<_, Error>(Whole {
            wishes: apps::wishes(tx, &app.id)?,
            subscriptions: subscriptions::of_app(tx, &app.id, LISTED)?,
            versions: apps::versions(tx, &app.id)?,
            secrets: apps::secrets(tx, &app.id)?,
            installs: marketplace::installs_of_app(tx, &app.id, LISTED)?,
            installed: marketplace::count_installs_of_app(tx, &app.id)?,
            app,
        })
    });
    let shown = shown(&whole.await?, &request.app.config.base_url);
    page(request, status, "developer_app.html", with(shown, given))
}

fn shown(whole: &Whole, base_url: &str) -> Value {
    let app = &whole.app;
    let draft = whole.versions.iter().find(|version| version.state == State::Draft);
    let versions: Vec<Value> = whole.versions.iter().map(shown_version).collect();
    let secrets: Vec<Value> = whole
        .secrets
        .iter()
        .map(|secret| {
            json!({
                "id": secret.id, "hint": secret.hint, "created": moment(secret.created_at),
                "used": secret.last_used_at.map(moment),
            })
        })
        .collect();
    let installs: Vec<Value> = whole
        .installs
        .iter()
        .map(|(place, install)| {
            let version = whole.versions.iter().find(|version| version.id == install.version_id);
            json!({
                "kind": place.kind(), "id": place.id(), "agency": place.company_id(),
                "version": version.map(|version| version.number), "since": moment(install.installed_at),
            })
        })
        .collect();
    let fields: Map<String, Value> = form::fields(app, &whole.wishes);
    json!({
        "id": app.id, "title": app.name, "client_id": app.client_id, "public_client": app.public_client,
        "base_url": base_url, "version_id": app.live.id, "version": app.live.number,
        "groups": scope_words::grouped(app.live.scopes), "app": form::shown(&fields),
        "link": app.redirect_uris.first().map(|uri| link(app, uri, base_url)),
        "redirect_uri": app.redirect_uris.first(),
        "versions": versions, "secrets": secrets, "most_secrets": apps::MAX_SECRETS, "installs": installs,
        "installed": whole.installed,
        "subscriptions": whole.subscriptions.iter().filter_map(shown_subscription).collect::<Vec<_>>(),
        "draft": draft.map(|draft| json!({
            "id": draft.id, "number": draft.number, "scopes": form::scopes(ScopeSet::grantable(), draft.scopes),
        })),
    })
}

/// A subscription that goes somewhere.
fn shown_subscription(one: &Subscription) -> Option<Value> {
    let pin = one.pin.as_ref();
    let off = match one.state {
        SubscriptionState::Enabled => None,
        SubscriptionState::Disabled { since, reason } => Some(match reason {
            Reason::Request => format!("off since {}", moment(since)),
            Reason::Failing => format!("off since {}: for days every attempt failed", moment(since)),
        }),
    };
    Some(json!({
        "id": one.id, "url": one.address()?, "of_app": one.wished, "mode": one.mode.name(), "ordered": one.ordered,
        "events": one.kinds.as_ref().map(|kinds| kinds.join(", ")), "filters": one.filters.len(), "off": off,
        "place": pin.map(|pin| pin.location_id.as_ref().map_or(pin.company_id.as_str(), |id| id.as_str())),
        "version": one.version_id, "failing": one.failing_since.map(moment),
    }))
}

fn shown_version(version: &Version) -> Value {
    json!({
        "id": version.id, "number": version.number, "state": version.state.name(),
        "scopes": version.scopes.iter().count(), "created": moment(version.created_at),
        "published": version.published_at.map(moment),
    })
}

/// Where an installer goes, ready to be clicked.
fn link(app: &App, redirect_uri: &str, base_url: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", &app.client_id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", &app.live.scopes.to_string())
        .finish();
    format!("{base_url}/oauth/chooselocation?{query}")
}

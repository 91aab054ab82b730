//! Apps as JSON. `events` is a list of names, or `["*"]` for all; `eventUrls` names those that go elsewhere than to
//! `webhookUrl`.

use std::collections::BTreeMap;

use leadhold_kernel::{Error, EventKind, Patch, ScopeSet};
use serde::Serialize;
use serde_json::{Map, Value};

use super::change::AppChanges;
use super::model::{App, ClientSecret, Distribution, NewApp, Version};
use super::rules::Fault;
use super::subscriptions::{Kinds, Wishes};
use crate::http::fields::Fields;

/// The name that stands for all events.
pub(super) const ALL_EVENTS: &str = "*";

/// Reads the body of a registration.
///
/// # Errors
/// All faults at once.
pub fn new(body: &Map<String, Value>) -> Result<NewApp, Error> {
    let mut fields = Fields::of_body(body);
    let new = NewApp {
        name: fields.required_text("name"),
        redirect_uris: fields.texts("redirectUris").unwrap_or_default(),
        scopes: fields.scopes("scopes").unwrap_or_default(),
        distribution: distribution(&mut fields).unwrap_or_default(),
        public_client: fields.flag("publicClient").unwrap_or(false),
        webhook_url: url(&mut fields, "webhookUrl").into_option(),
        wishes: wishes(&mut fields).unwrap_or_default(),
        logo_url: url(&mut fields, "logoUrl").into_option(),
        website: url(&mut fields, "website").into_option(),
        external_billing_url: url(&mut fields, "externalBillingUrl").into_option(),
    };
    add(&mut fields, new.faults(), &new.name);
    fields.finish()?;
    Ok(new)
}

/// Reads the body of a change.
///
/// # Errors
/// All faults at once but those that depend on what the app is.
pub fn changes(body: &Map<String, Value>) -> Result<AppChanges, Error> {
    let mut fields = Fields::of_body(body);
    let has_name = fields.value("name").is_some();
    let changes = AppChanges {
        name: has_name.then(|| fields.required_text("name")),
        redirect_uris: fields.texts("redirectUris"),
        distribution: distribution(&mut fields),
        webhook_url: url(&mut fields, "webhookUrl"),
        wishes: wishes(&mut fields),
        logo_url: url(&mut fields, "logoUrl"),
        website: url(&mut fields, "website"),
        external_billing_url: url(&mut fields, "externalBillingUrl"),
    };
    let name = changes.name.clone().unwrap_or_default();
    add(&mut fields, changes.faults(), &name);
    fields.finish()?;
    Ok(changes)
}

/// Adds what the rules find; a blank name has been found by its reader.
fn add(fields: &mut Fields<'_>, faults: Vec<Fault>, name: &str) {
    for (field, rule) in faults.into_iter().filter(|(field, _)| field != "name" || !name.trim().is_empty()) {
        fields.fault(&field, rule);
    }
}

/// Reads the body of a version: `scopes`, which may be left out where a draft begins.
///
/// # Errors
/// All faults at once.
pub(super) fn version(body: &Map<String, Value>, required: bool) -> Result<Option<ScopeSet>, Error> {
    let mut fields = Fields::of_body(body);
    let given = fields.scopes("scopes");
    if required && fields.value("scopes").is_none_or(Value::is_null) {
        fields.fault("scopes", "must be an array");
    }
    fields.finish()?;
    Ok(given)
}

/// What a client sent, as a sentence can hold it.
fn short(text: &str) -> String {
    text.chars().take(100).collect()
}

fn distribution(fields: &mut Fields<'_>) -> Option<Distribution> {
    fields.one_of("distribution", Distribution::NAMES).and_then(Distribution::parse)
}

/// A URL; a blank one is none.
fn url(fields: &mut Fields<'_>, name: &'static str) -> Patch<String> {
    match fields.text(name) {
        Patch::Value(text) if text.trim().is_empty() => Patch::Null,
        other => other,
    }
}

/// The wishes, when the body has any.
fn wishes(fields: &mut Fields<'_>) -> Option<Wishes> {
    let events = fields.texts("events");
    let urls = urls(fields);
    let (events, urls) = match (events, urls) {
        (None, None) => return None,
        (events, urls) => (events, urls.unwrap_or_default()),
    };
    // An event with a URL is wanted, whether or not the list has it.
    let wanted = match events {
        Some(names) => kinds(fields, "events", &names),
        None => Kinds::Only(urls.keys().copied().collect()),
    };
    Some(Wishes { wanted, urls })
}

/// The events of these names.
pub(super) fn kinds(fields: &mut Fields<'_>, field: &str, names: &[String]) -> Kinds {
    if names.iter().any(|name| name == ALL_EVENTS) {
        return Kinds::All;
    }
    Kinds::Only(names.iter().filter_map(|name| kind(fields, field, name)).collect())
}

fn urls(fields: &mut Fields<'_>) -> Option<BTreeMap<EventKind, String>> {
    let given = match fields.value("eventUrls") {
        None | Some(Value::Null) => return None,
        Some(Value::Object(given)) => given.clone(),
        Some(_) => {
            fields.fault("eventUrls", "must be an object");
            return None;
        }
    };
    let mut urls = BTreeMap::new();
    for (name, url) in given {
        match url {
            Value::String(url) => {
                if let Some(kind) = kind(fields, "eventUrls", &name) {
                    urls.insert(kind, url);
                }
            }
            _ => fields.fault(&format!("eventUrls.{}", short(&name)), "must be a string"),
        }
    }
    Some(urls)
}

fn kind(fields: &mut Fields<'_>, field: &str, name: &str) -> Option<EventKind> {
    let found = EventKind::parse(name).filter(|kind| kind.is_public());
    if found.is_none() {
        fields.fault(field, format!("must not contain {}, which is no event", short(name)));
    }
    found
}

/// An app as it is read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown<'a> {
    id: &'a str,
    client_id: &'a str,
    company_id: &'a str,
    name: &'a str,
    distribution: &'static str,
    public_client: bool,
    redirect_uris: &'a [String],
    version_id: &'a str,
    scopes: Vec<&'static str>,
    webhook_url: Option<&'a str>,
    events: Vec<&'static str>,
    event_urls: BTreeMap<&'static str, &'a str>,
    logo_url: Option<&'a str>,
    website: Option<&'a str>,
    external_billing_url: Option<&'a str>,
    created_at: String,
    updated_at: String,
}

impl<'a> Shown<'a> {
    /// `app`, which wishes for `wishes`.
    pub(super) fn of(app: &'a App, wishes: &'a Wishes) -> Self {
        Self {
            id: app.id.as_str(),
            client_id: &app.client_id,
            company_id: app.owner_company_id.as_str(),
            name: &app.name,
            distribution: app.distribution.name(),
            public_client: app.public_client,
            redirect_uris: &app.redirect_uris,
            version_id: app.live.id.as_str(),
            scopes: names(app.live.scopes),
            webhook_url: app.webhook_url.as_deref(),
            events: match &wishes.wanted {
                Kinds::All => vec![ALL_EVENTS],
                Kinds::Only(kinds) => kinds.iter().map(|kind| kind.name()).collect(),
            },
            event_urls: wishes.urls.iter().map(|(kind, url)| (kind.name(), url.as_str())).collect(),
            logo_url: app.logo_url.as_deref(),
            website: app.website.as_deref(),
            external_billing_url: app.external_billing_url.as_deref(),
            created_at: app.created_at.iso(),
            updated_at: app.updated_at.iso(),
        }
    }
}

fn names(scopes: ScopeSet) -> Vec<&'static str> {
    scopes.iter().map(|scope| scope.name()).collect()
}

/// A version as it is read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShownVersion {
    id: String,
    number: i64,
    state: &'static str,
    scopes: Vec<&'static str>,
    created_at: String,
    published_at: Option<String>,
}

impl From<Version> for ShownVersion {
    fn from(version: Version) -> Self {
        Self {
            id: version.id.to_string(),
            number: version.number,
            state: version.state.name(),
            scopes: names(version.scopes),
            created_at: version.created_at.iso(),
            published_at: version.published_at.map(|at| at.iso()),
        }
    }
}

/// A secret as it is read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShownSecret {
    id: String,
    hint: String,
    created_at: String,
    last_used_at: Option<String>,
}

impl From<ClientSecret> for ShownSecret {
    fn from(secret: ClientSecret) -> Self {
        Self {
            id: secret.id.to_string(),
            hint: secret.hint,
            created_at: secret.created_at.iso(),
            last_used_at: secret.last_used_at.map(|at| at.iso()),
        }
    }
}

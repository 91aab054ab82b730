//! Forms as the JSON that the API takes: one reader for both, and so the same rules and the same words for what is wrong.

use leadhold_kernel::{EventKind, Scope, ScopeSet};
use serde_json::{Map, Value, json};

use crate::http::Query;
use crate::oauth::apps::{App, Kinds, Wishes, is_chosen};
use crate::oauth::scope_words;

/// An app's details as a form sends them. Scopes are among them only where a new app is registered.
pub(super) fn app(form: &Query, new: bool) -> Map<String, Value> {
    let mut body = Map::new();
    for name in ["name", "webhookUrl", "logoUrl", "website", "externalBillingUrl"] {
        body.insert(name.into(), json!(text(form, name)));
    }
    body.insert("distribution".into(), json!(form.get("distribution").unwrap_or("both")));
    body.insert("redirectUris".into(), json!(lines(form, "redirectUris").collect::<Vec<_>>()));
    body.insert("events".into(), json!(chosen(form, "events")));
    let urls = lines(form, "eventUrls").map(|line| {
        let (event, url) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        (event.to_owned(), json!(url.trim()))
    });
    body.insert("eventUrls".into(), Value::Object(urls.collect()));
    if new {
        body.insert("scopes".into(), json!(chosen(form, "scopes")));
        body.insert("publicClient".into(), json!(form.get("publicClient") == Some("on")));
    }
    body
}

/// As [`app`] made it, for showing the form again; or of an app, for showing it first.
pub(super) fn fields(app: &App, wishes: &Wishes) -> Map<String, Value> {
    let events: Vec<&str> = match &wishes.wanted {
        Kinds::All => vec!["*"],
        Kinds::Only(kinds) => kinds.iter().map(|kind| kind.name()).collect(),
    };
    let urls: Map<String, Value> =
        wishes.urls.iter().map(|(kind, url)| (kind.name().to_owned(), json!(url))).collect();
    let shown = json!({
        "name": app.name, "distribution": app.distribution.name(), "redirectUris": app.redirect_uris,
        "webhookUrl": app.webhook_url, "events": events, "eventUrls": urls, "logoUrl": app.logo_url,
        "website": app.website, "externalBillingUrl": app.external_billing_url,
    });
    shown.as_object().cloned().unwrap_or_default()
}

/// What the template needs of `fields`: texts, and every event with whether it is chosen.
pub(super) fn shown(fields: &Map<String, Value>) -> Value {
    let list = |name: &str| -> Vec<&str> {
        fields
            .get(name)
            .and_then(Value::as_array)
            .map_or_else(Vec::new, |all| all.iter().filter_map(Value::as_str).collect())
    };
    let events = list("events");
    let kinds = EventKind::PUBLIC.iter().filter(|kind| is_chosen(**kind));
    let kinds = kinds.map(|kind| json!({ "name": kind.name(), "chosen": events.contains(&kind.name()) }));
    let urls = fields.get("eventUrls").and_then(Value::as_object).cloned().unwrap_or_default();
    let urls: Vec<String> =
        urls.iter().map(|(event, url)| format!("{event} {}", url.as_str().unwrap_or_default())).collect();
    let mut whole = fields.clone();
    whole.insert("redirectUris".into(), json!(list("redirectUris").join("\n")));
    whole.insert("eventUrls".into(), json!(urls.join("\n")));
    whole.insert("chosenEvents".into(), json!(events.iter().filter(|name| **name != "*").count()));
    whole.insert("allEvents".into(), json!(events.contains(&"*")));
    whole.insert("events".into(), json!(kinds.collect::<Vec<_>>()));
    Value::Object(whole)
}

/// Scopes to choose from, in groups, and which are chosen.
pub(super) fn scopes(offered: ScopeSet, chosen: ScopeSet) -> Value {
    let groups = scope_words::grouped(offered).into_iter().map(|group| {
        let scopes: Vec<Value> = group
            .scopes
            .iter()
            .map(|scope| {
                let chosen = Scope::parse(scope.name).is_some_and(|scope| chosen.contains(scope));
                json!({ "name": scope.name, "sentence": scope.sentence, "chosen": chosen })
            })
            .collect();
        let count = scopes.iter().filter(|scope| scope["chosen"] == true).count();
        json!({ "title": group.title, "scopes": scopes, "chosen": count })
    });
    groups.collect()
}

/// The scopes that a form has chosen; names that are none are left out.
pub(super) fn chosen_scopes(form: &Query) -> ScopeSet {
    chosen(form, "scopes").into_iter().filter_map(Scope::parse).collect()
}

/// The values of boxes with this name that are ticked.
pub(super) fn chosen<'a>(form: &'a Query, name: &str) -> Vec<&'a str> {
    form.iter().filter(|(given, _)| *given == name).map(|(_, value)| value).collect()
}

/// A text without the space around it; empty when it was not sent.
pub(super) fn text<'a>(form: &'a Query, name: &str) -> &'a str {
    form.get(name).unwrap_or_default().trim()
}

fn lines<'a>(form: &'a Query, name: &str) -> impl Iterator<Item = &'a str> {
    form.get(name).unwrap_or_default().lines().map(str::trim).filter(|line| !line.is_empty())
}

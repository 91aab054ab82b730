//! Subscriptions as JSON. `events` is a list of names, or `["*"]` for all.

use leadhold_kernel::Error;
use serde::Serialize;
use serde_json::{Map, Value};

use super::filter::{self, Filter};
use super::find::List;
use super::model::{Changes, Kinds, Mode, NewSubscription, State, Subscription};
use crate::http::Query;
use crate::http::fields::Fields;
use crate::oauth::apps::wire::{ALL_EVENTS, kinds};

/// Subscriptions on a page of the list.
const PAGE: i64 = 100;

/// What a body says of a new subscription.
pub(super) struct Asked {
    pub(super) app_id: Option<String>,
    pub(super) location_id: Option<String>,
    pub(super) company_id: Option<String>,
    pub(super) new: NewSubscription,
}

/// Reads the body of a new subscription; `needs_app` where the caller has more than one.
pub(super) fn new(body: &Map<String, Value>, needs_app: bool) -> Result<Asked, Error> {
    let mut fields = Fields::of_body(body);
    let app_id = match needs_app {
        true => Some(fields.required_text("appId")),
        false => fields.text("appId").into_option(),
    };
    let url = fields.required_text("url");
    let asked = Asked {
        app_id,
        new: NewSubscription {
            url,
            kinds: events(&mut fields).unwrap_or(Kinds::All),
            version_id: fields.text("versionId").into_option(),
            place: None,
            filters: filter::read(&mut fields).unwrap_or_default(),
            mode: mode(&mut fields).unwrap_or_default(),
            ordered: fields.flag("ordered").unwrap_or(false),
        },
        location_id: fields.text("locationId").into_option(),
        company_id: fields.text("companyId").into_option(),
    };
    fields.finish()?;
    Ok(asked)
}

/// Reads the body of a change.
pub(super) fn changes(body: &Map<String, Value>) -> Result<Changes, Error> {
    let mut fields = Fields::of_body(body);
    let has_url = fields.value("url").is_some();
    let changes = Changes {
        url: has_url.then(|| fields.required_text("url")),
        kinds: events(&mut fields),
        filters: filter::read(&mut fields),
        mode: mode(&mut fields),
        ordered: fields.flag("ordered"),
        enabled: fields.one_of("state", &["enabled", "disabled"]).map(|state| state == "enabled"),
    };
    fields.finish()?;
    Ok(changes)
}

/// Reads the body of switching on.
pub(super) fn replay(body: &Map<String, Value>) -> Result<bool, Error> {
    let mut fields = Fields::of_body(body);
    let replay = fields.flag("replay").unwrap_or(false);
    fields.finish()?;
    Ok(replay)
}

/// Reads `appId`, `limit` (1 to 100) and `after` of a query.
pub(super) fn page(query: &Query) -> Result<List, Error> {
    let mut fields = Fields::of_query(query);
    let page = List {
        app_id: fields.text("appId").into_option(),
        after: fields.text("after").into_option().unwrap_or_default(),
        limit: fields.integer("limit", 1, PAGE).unwrap_or(PAGE),
    };
    fields.declare("companyId");
    fields.declare("locationId");
    fields.finish()?;
    Ok(page)
}

fn mode(fields: &mut Fields<'_>) -> Option<Mode> {
    fields.one_of("mode", Mode::NAMES).and_then(Mode::parse)
}

fn events(fields: &mut Fields<'_>) -> Option<Kinds> {
    let names = fields.texts("events")?;
    let kinds = kinds(fields, "events", &names);
    if kinds == Kinds::Only(Vec::new()) && fields.sound() {
        fields.fault("events", format!("must contain at least 1 element; [\"{ALL_EVENTS}\"] is all events"));
    }
    Some(kinds)
}

/// A subscription as it is read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown<'a> {
    id: &'a str,
    app_id: &'a str,
    version_id: Option<&'a str>,
    company_id: Option<&'a str>,
    location_id: Option<&'a str>,
    url: Option<&'a str>,
    /// Whether it stands for what the app wishes for, and changes with it.
    of_app: bool,
    events: Vec<&'a str>,
    filters: &'a [Filter],
    mode: &'static str,
    ordered: bool,
    state: &'static str,
    disabled_reason: Option<&'static str>,
    disabled_at: Option<String>,
    failing_since: Option<String>,
    previous_secret_until: Option<String>,
    created_at: String,
    updated_at: String,
}

impl<'a> From<&'a Subscription> for Shown<'a> {
    fn from(one: &'a Subscription) -> Self {
        let pin = one.pin.as_ref();
        let (state, reason, since) = match one.state {
            State::Enabled => ("enabled", None, None),
            State::Disabled { since, reason } => ("disabled", Some(reason.name()), Some(since.iso())),
        };
        Self {
            id: one.id.as_str(),
            app_id: one.app_id.as_str(),
            version_id: one.version_id.as_ref().map(|id| id.as_str()),
            company_id: pin.map(|pin| pin.company_id.as_str()),
            location_id: pin.and_then(|pin| pin.location_id.as_ref()).map(|id| id.as_str()),
            url: one.address(),
            of_app: one.wished,
            events: match &one.kinds {
                None => vec![ALL_EVENTS],
                Some(names) => names.iter().map(String::as_str).collect(),
            },
            filters: &one.filters,
            mode: one.mode.name(),
            ordered: one.ordered,
            state,
            disabled_reason: reason,
            disabled_at: since,
            failing_since: one.failing_since.map(|at| at.iso()),
            previous_secret_until: one.previous_until.map(|at| at.iso()),
            created_at: one.created_at.iso(),
            updated_at: one.updated_at.iso(),
        }
    }
}

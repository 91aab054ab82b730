//! Locations as clients write and read them, spelled alike in both versions of the API.

use leadhold_kernel::{Error, Patch};
use serde_json::{Map, Value, json};

use super::providers::{Accounts, Provider};
use super::service::Search;
use super::words::{COUNTRIES, PERMISSIONS, SOCIAL};
use super::{Location, Settings};
use crate::http::Query;
use crate::http::fields::Fields;

/// Texts besides the name, with their longest length in characters.
const TEXTS: &[(&str, usize)] = &[
    ("phone", 100),
    ("address", 1000),
    ("city", 255),
    ("state", 255),
    ("postalCode", 100),
    ("website", 1000),
];
const NAME_LENGTH: usize = 255;
const SWITCHES: &[&str] = &[
    "allowDuplicateContact",
    "allowDuplicateOpportunity",
    "allowFacebookNameMerge",
    "disableContactTimezone",
];
/// The longest page, and how far pages go.
const LONGEST_PAGE: i64 = 1000;
const FARTHEST: i64 = 100_000;

/// What a body says about a location.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// A merge-patch of a [`Location`].
    pub fields: Map<String, Value>,
    /// Its accounts elsewhere; sealed before they are stored.
    pub accounts: Accounts,
    /// The snapshot that is to be loaded.
    pub snapshot: Option<String>,
}

/// Reads the body of a creation: the name, and everything else.
///
/// # Errors
/// All faults at once.
pub fn new(body: &Map<String, Value>) -> Result<(String, Changes), Error> {
    let mut fields = Fields::of_body(body);
    let name = fields.required_text_within("name", NAME_LENGTH);
    fields.required_text("companyId"); // the edge has seen that it is the caller's
    let mut changes = changes_of(&mut fields);
    changes.snapshot = filled(fields.text("snapshotId"));
    fields.finish()?;
    Ok((name, changes))
}

/// Reads the body of a change.
///
/// # Errors
/// All faults at once.
pub fn changes(body: &Map<String, Value>) -> Result<Changes, Error> {
    let mut fields = Fields::of_body(body);
    let name = fields.given_text_within("name", NAME_LENGTH);
    fields.required_text("companyId");
    let mut changes = changes_of(&mut fields);
    let snapshot = fields.object("snapshot", |snapshot| {
        snapshot.flag("override");
        snapshot.required_text("id")
    });
    changes.snapshot = snapshot.into_option();
    fields.finish()?;
    if let Some(name) = name {
        changes.fields.insert("name".to_owned(), name.into());
    }
    Ok(changes)
}

fn filled(text: Patch<String>) -> Option<String> {
    text.into_option().filter(|text| !text.trim().is_empty())
}

fn changes_of(fields: &mut Fields<'_>) -> Changes {
    let mut changes = Map::new();
    fields.texts_into(&mut changes, TEXTS);
    if let Some(country) = fields.one_of("country", COUNTRIES) {
        changes.insert("country".to_owned(), country.into());
    }
    if let Some(timezone) = filled(fields.text("timezone")) {
        if jiff::tz::TimeZone::get(&timezone).is_err() {
            fields.fault("timezone", "must be a valid IANA time-zone");
        }
        changes.insert("timezone".to_owned(), timezone.into());
    }
    fields.object("prospectInfo", |prospect| {
        for name in ["firstName", "lastName"] {
            changes.insert(name.to_owned(), prospect.required_text_within(name, NAME_LENGTH).into());
        }
        changes.insert("email".to_owned(), prospect.required_email("email").into());
    });
    let settings = fields.object("settings", |settings| {
        let switches =
            SWITCHES.iter().filter_map(|name| Some(((*name).to_owned(), settings.flag(name)?.into())));
        Value::Object(switches.collect())
    });
    let social = fields.object("social", |social| {
        let mut pages = Map::new();
        let names: Vec<_> = SOCIAL.iter().map(|name| (*name, 1000)).collect();
        social.texts_into(&mut pages, &names);
        Value::Object(pages)
    });
    for (name, object) in [("settings", settings), ("social", social)] {
        if let Patch::Value(object) = object {
            changes.insert(name.to_owned(), object);
        }
    }
    let twilio = account(fields, "twilio", ["sid", "authToken"]);
    let mailgun = account(fields, "mailgun", ["apiKey", "domain"]);
    Changes { fields: changes, accounts: [twilio, mailgun], snapshot: None }
}

fn account(fields: &mut Fields<'_>, name: &'static str, parts: [&'static str; 2]) -> Patch<String> {
    fields.object(name, |account| {
        let [first, second] = parts.map(|part| account.required_text_within(part, 1000));
        json!({ parts[0]: first, parts[1]: second }).to_string()
    })
}

/// Reads the query of the list.
///
/// # Errors
/// All faults at once.
pub fn search(query: &Query) -> Result<Search, Error> {
    let mut fields = Fields::of_query(query);
    fields.text("companyId"); // the edge has seen that it is the caller's
    let search = Search {
        email: fields.text("email").into_option().unwrap_or_default(),
        newest_first: fields.one_of("order", &["asc", "desc"]) == Some("desc"),
        skip: fields.integer("skip", 0, FARTHEST).unwrap_or(0),
        limit: fields.integer("limit", 1, LONGEST_PAGE).unwrap_or(10),
    };
    fields.finish()?;
    Ok(search)
}

/// Reads the body of `PUT …/permissions`: each word once.
///
/// # Errors
/// All faults at once.
pub fn permissions(body: &Map<String, Value>) -> Result<Vec<String>, Error> {
    let mut fields = Fields::of_body(body);
    if fields.value("permissions").is_none_or(Value::is_null) {
        fields.fault("permissions", "must be an array");
    }
    let mut asked = fields.texts("permissions").unwrap_or_default();
    if asked.iter().any(|word| !PERMISSIONS.contains(&word.as_str())) {
        let rule = format!("must be one of the following values: {}", PERMISSIONS.join(", "));
        fields.fault_of_each("permissions", &rule);
    }
    fields.finish()?;
    asked.sort_by_key(|word| PERMISSIONS.iter().position(|known| known == word));
    asked.dedup();
    Ok(asked)
}

/// The words of an answer; all of them where nobody chose.
#[must_use]
pub fn shown_permissions(chosen: Option<Vec<String>>) -> Value {
    let all = || PERMISSIONS.iter().map(|word| (*word).to_owned()).collect();
    json!({ "permissions": chosen.unwrap_or_else(all) })
}

/// The fields that every answer has; what is not known is left out.
fn basics(location: &Location) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("id".to_owned(), json!(location.id));
    shown.insert("name".to_owned(), json!(location.name));
    shown.insert("country".to_owned(), json!(location.country));
    shown.insert("timezone".to_owned(), json!(location.timezone));
    let texts = [
        ("phone", &location.phone),
        ("email", &location.email),
        ("address", &location.address),
        ("city", &location.city),
        ("state", &location.state),
        ("postalCode", &location.postal_code),
        ("website", &location.website),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            shown.insert(name.to_owned(), json!(text));
        }
    }
    shown.insert("settings".to_owned(), settings(&location.settings));
    shown.insert("social".to_owned(), json!(location.social));
    shown
}

/// The documented switches; the match order of duplicates is ours and shown nowhere.
fn settings(settings: &Settings) -> Value {
    json!({
        "allowDuplicateContact": settings.allow_duplicate_contact,
        "allowDuplicateOpportunity": settings.allow_duplicate_opportunity,
        "allowFacebookNameMerge": settings.allow_facebook_name_merge,
        "disableContactTimezone": settings.disable_contact_timezone,
    })
}

/// A location of the list.
#[must_use]
pub fn listed(location: &Location) -> Value {
    Value::Object(basics(location))
}

/// A location as creating and changing one answers it.
#[must_use]
pub fn written(location: &Location) -> Value {
    let mut shown = basics(location);
    shown.insert("companyId".to_owned(), json!(location.company_id));
    Value::Object(shown)
}

/// A location by its id: with the person behind it, and the firm, which has the same address.
#[must_use]
pub fn whole(location: &Location) -> Value {
    let mut shown = basics(location);
    let firm = ["name", "address", "city", "state", "country", "postalCode", "website", "timezone"];
    let firm: Map<String, Value> =
        firm.iter().filter_map(|name| Some(((*name).to_owned(), shown.get(*name)?.clone()))).collect();
    shown.insert("business".to_owned(), Value::Object(firm));
    shown.insert("companyId".to_owned(), json!(location.company_id));
    for (name, text) in [("firstName", &location.first_name), ("lastName", &location.last_name)] {
        if let Some(text) = text {
            shown.insert(name.to_owned(), json!(text));
        }
    }
    Value::Object(shown)
}

/// The services of one channel.
#[must_use]
pub fn channel(channel: &str, configured: &[Provider]) -> Value {
    let of_channel = configured.iter().filter(|provider| provider.channel() == channel);
    let shown = of_channel.map(|provider| {
        let (id, name) = provider.names();
        // The only one of its channel is also its default.
        json!({ "conversationProvider": { "_id": id, "name": name, "type": channel, "default": true } })
    });
    json!({ "conversationChannel": { channel: shown.collect::<Vec<_>>() } })
}

//! An agency as clients write and read it.

use leadhold_kernel::{Error, Patch};
use serde_json::{Map, Value, json};

use super::Company;
use crate::http::fields::Fields;

/// The texts that can be set, with their longest length in characters.
const TEXTS: &[(&str, usize)] = &[
    ("name", 255),
    ("phone", 100),
    ("website", 1000),
    ("domain", 255),
    ("spareDomain", 255),
    ("subdomain", 255),
    ("privacyPolicy", 1000),
    ("termsConditions", 1000),
    ("address", 1000),
    ("city", 255),
    ("state", 255),
    ("postalCode", 100),
    ("relationshipNumber", 100),
    ("currency", 3),
    ("customerType", 100),
];

/// Reads a change of our own `PUT /leadhold/v1/company` as a merge-patch of a [`Company`].
///
/// # Errors
/// All faults at once.
pub fn changes(body: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
    let mut fields = Fields::of_body(body);
    let mut changes = Map::new();
    fields.texts_into(&mut changes, TEXTS);
    if changes.get("name").is_some_and(|name| name.as_str().is_none_or(|name| name.trim().is_empty())) {
        fields.fault("name", "should not be empty");
    }
    let email = fields.email("email").map(|email| Value::from(email.into_string()));
    put(&mut changes, "email", email);
    put(
        &mut changes,
        "plan",
        fields.integer("plan", 0, i64::from(u32::MAX)).map_or(Patch::Absent, |n| Patch::Value(n.into())),
    );
    country_and_timezone(&mut fields, &mut changes);
    brand(&mut fields, &mut changes);
    fields.finish()?;
    Ok(changes)
}

fn put(changes: &mut Map<String, Value>, name: &str, patch: Patch<Value>) {
    if patch.is_present() {
        changes.insert(name.to_owned(), patch.into_option().unwrap_or_default());
    }
}

fn country_and_timezone(fields: &mut Fields<'_>, changes: &mut Map<String, Value>) {
    if let Patch::Value(country) = fields.text("country") {
        if country.len() != 2 || !country.bytes().all(|letter| letter.is_ascii_uppercase()) {
            fields.fault("country", "must be a valid ISO31661 Alpha2 code");
        }
        changes.insert("country".to_owned(), country.into());
    }
    if let Patch::Value(timezone) = fields.text("timezone") {
        if jiff::tz::TimeZone::get(&timezone).is_err() {
            fields.fault("timezone", "must be a valid IANA time-zone");
        }
        changes.insert("timezone".to_owned(), timezone.into());
    }
}

/// Pages load the logo and write the colour into a style: neither may be anything else than it says.
fn brand(fields: &mut Fields<'_>, changes: &mut Map<String, Value>) {
    let logo = fields.text_within("logoUrl", 1000);
    if let Patch::Value(url) = &logo
        && !(url.starts_with("https://") && url.bytes().all(|c| c.is_ascii_graphic()))
    {
        fields.fault("logoUrl", "must be an https URL");
    }
    put(changes, "logoUrl", logo.map(Value::from));
    let color = fields.text("brandColor");
    if let Patch::Value(color) = &color
        && !color
            .strip_prefix('#')
            .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|c| c.is_ascii_hexdigit()))
    {
        fields.fault("brandColor", "must be a colour such as #1a2b3c");
    }
    put(changes, "brandColor", color.map(Value::from));
}

/// The agency as the documented `GET /companies/{companyId}` shows it.
#[must_use]
pub fn documented(company: &Company) -> Value {
    let mut shown = json!(company);
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("brandColor");
    }
    json!({ "company": shown })
}

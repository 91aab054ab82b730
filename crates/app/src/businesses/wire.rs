//! Businesses as clients write and read them, spelled alike in both versions of the API.

use leadhold_kernel::{Error, Patch};
use serde_json::{Map, Value, json};

use super::Business;
use crate::contacts::Members;
use crate::http::Query;
use crate::http::fields::Fields;

/// Texts besides the name, with their longest length in characters.
const TEXTS: &[(&str, usize)] = &[
    ("phone", 100),
    ("website", 1000),
    ("address", 1000),
    ("city", 255),
    ("state", 255),
    ("postalCode", 100),
    ("country", 100),
    ("description", 5000),
];
const NAME_LENGTH: usize = 255;
/// Contacts that can join at once, and the characters of their ids.
const MOST_AT_ONCE: usize = 50;
const CONTACT_ID_LENGTH: usize = 50;
/// The longest page of contacts, and the characters of the words that are looked for.
const LONGEST_PAGE_OF_CONTACTS: i64 = 100;
const QUERY_LENGTH: usize = 75;
/// The longest page, and how far pages go.
const LONGEST_PAGE: i64 = 1000;
const FARTHEST: i64 = 100_000;

/// Reads the body of a creation: the name, and a merge-patch of the profile.
///
/// # Errors
/// All faults at once.
pub fn new(body: &Map<String, Value>) -> Result<(String, Map<String, Value>), Error> {
    let mut fields = Fields::of_body(body);
    let name = fields.required_text_within("name", NAME_LENGTH);
    fields.required_text("locationId"); // the edge has seen that it is the caller's
    let profile = profile(&mut fields);
    fields.finish()?;
    Ok((name, profile))
}

/// Reads the body of a change as a merge-patch of a [`Business`].
///
/// # Errors
/// All faults at once.
pub fn changes(body: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
    let mut fields = Fields::of_body(body);
    let name = fields.given_text_within("name", NAME_LENGTH);
    let mut changes = profile(&mut fields);
    fields.finish()?;
    if let Some(name) = name {
        changes.insert("name".to_owned(), name.into());
    }
    Ok(changes)
}

/// Reads what every business has from the properties of a record: the name, and a merge-patch of the profile.
///
/// # Errors
/// All faults at once.
pub fn of_properties(
    given: &Map<String, Value>,
    is_new: bool,
) -> Result<(Option<String>, Map<String, Value>), Error> {
    let body = Map::from_iter([("properties".to_owned(), Value::Object(given.clone()))]);
    let mut fields = Fields::of_body(&body);
    let read = fields.object("properties", |fields| {
        let name = match is_new {
            true => Some(fields.required_text_within("name", NAME_LENGTH)),
            false => fields.given_text_within("name", NAME_LENGTH),
        };
        (name, profile(fields))
    });
    fields.finish()?;
    Ok(read.into_option().unwrap_or_default())
}

fn profile(fields: &mut Fields<'_>) -> Map<String, Value> {
    let mut profile = Map::new();
    fields.texts_into(&mut profile, TEXTS);
    match fields.email("email") {
        Patch::Absent => {}
        Patch::Null => drop(profile.insert("email".to_owned(), Value::Null)),
        Patch::Value(email) => drop(profile.insert("email".to_owned(), email.into_string().into())),
    }
    profile
}

/// Reads the query of the list: how many to leave out, and how many to show.
///
/// # Errors
/// All faults at once.
pub fn page(query: &Query) -> Result<(i64, i64), Error> {
    let mut fields = Fields::of_list(query);
    fields.text("locationId"); // the edge has seen that it is the caller's
    let skip = fields.integer("skip", 0, FARTHEST).unwrap_or(0);
    let limit = fields.integer("limit", 1, LONGEST_PAGE).unwrap_or(100);
    fields.finish()?;
    Ok((skip, limit))
}

/// Reads the body of `POST /contacts/bulk/business`: which contacts, and the business or none.
///
/// # Errors
/// All faults at once.
pub fn joining(body: &Map<String, Value>) -> Result<(Vec<String>, Option<String>), Error> {
    let mut fields = Fields::of_body(body);
    let contacts = fields.texts_within("ids", CONTACT_ID_LENGTH);
    if fields.all().get("ids").is_none_or(Value::is_null) {
        fields.fault("ids", "must be an array");
    }
    let contacts = contacts.unwrap_or_default();
    if contacts.len() > MOST_AT_ONCE {
        fields.too_many("ids", MOST_AT_ONCE);
    }
    fields.required_text("locationId"); // the edge has seen that it is the caller's
    let business = fields.text_within("businessId", CONTACT_ID_LENGTH);
    if fields.all().get("businessId").is_none() {
        fields.fault("businessId", "must be a string");
    }
    fields.finish()?;
    Ok((contacts, business.into_option()))
}

/// Reads the query of `GET /contacts/business/{businessId}`.
///
/// # Errors
/// All faults at once.
pub fn members(query: &Query) -> Result<Members, Error> {
    let mut fields = Fields::of_list(query);
    fields.text("locationId"); // the edge has seen that it is the caller's
    let asked = Members {
        query: fields.text_within("query", QUERY_LENGTH).into_option().unwrap_or_default(),
        start_after: fields.texts_within("startAfter", NAME_LENGTH).and_then(cursor),
        skip: fields.integer("skip", 0, FARTHEST).unwrap_or(0),
        limit: fields.integer("limit", 1, LONGEST_PAGE_OF_CONTACTS).unwrap_or(25),
    };
    fields.finish()?;
    Ok(asked)
}

/// Name and id of a contact with a comma between them; a name may have commas, too.
fn cursor(mut parts: Vec<String>) -> Option<(String, String)> {
    let id = parts.pop()?;
    Some((parts.join(","), id))
}

/// A business as it is read.
#[must_use]
pub fn shown(business: &Business) -> Value {
    let mut shown = json!(business);
    shown["createdAt"] = json!(business.created_at.iso());
    shown["updatedAt"] = json!(business.updated_at.iso());
    shown
}

/// What creating and changing one answer; the key is misspelt as documented.
#[must_use]
pub fn written(business: &Business) -> Value {
    json!({ "success": true, "buiseness": shown(business) })
}

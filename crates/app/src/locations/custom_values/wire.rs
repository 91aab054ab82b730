//! Custom values as clients write and read them, spelled alike in both versions of the API.

use leadhold_kernel::{Error, Problem};
use serde_json::{Map, Value, json};

use super::CustomValue;
use super::bulk::{MOST, Outcome, Set};
use crate::http::fields::Fields;
use crate::tenant::LocationScope;

/// Characters of a name: its key is indexed.
const NAME_LENGTH: usize = 255;
/// Characters of a text. People keep signatures and snippets of HTML here.
const VALUE_LENGTH: usize = 50_000;

/// Reads the body of a creation or a change: the name and the text, both always.
///
/// # Errors
/// All faults at once.
pub fn named(body: &Map<String, Value>) -> Result<(String, String), Error> {
    let mut fields = Fields::of_body(body);
    let name = fields.required_text_within("name", NAME_LENGTH);
    let value = value(&mut fields);
    fields.finish()?;
    Ok((name, value))
}

/// A text; an empty one is a text.
fn value(fields: &mut Fields<'_>) -> String {
    if fields.value("value").is_none_or(Value::is_null) {
        fields.fault("value", "must be a string");
    }
    fields.text_within("value", VALUE_LENGTH).into_option().unwrap_or_default()
}

/// What many are to become.
#[derive(Debug)]
pub struct Bulk {
    /// Whether one refusal means that none is done.
    pub all: bool,
    /// Each of them.
    pub sets: Vec<Set>,
}

/// Reads the body of a bulk write.
///
/// # Errors
/// All faults at once.
pub fn bulk(body: &Map<String, Value>) -> Result<Bulk, Error> {
    let mut fields = Fields::of_body(body);
    fields.text("locationId"); // the edge has seen that it is the caller's
    let all = fields.one_of("mode", &["all", "each"]) == Some("all");
    let given = fields.value("customValues").and_then(Value::as_array).map(Vec::len);
    match given {
        None => fields.fault("customValues", "must be an array"),
        Some(0) => fields.fault("customValues", "should not be empty"),
        Some(count) if count > MOST => {
            fields.too_many("customValues", MOST);
        }
        Some(_) => {}
    }
    let readable = given.is_some_and(|count| count <= MOST);
    let sets = if readable { fields.objects("customValues", set) } else { None };
    fields.finish()?;
    Ok(Bulk { all, sets: sets.unwrap_or_default() })
}

fn set(fields: &mut Fields<'_>) -> Set {
    let mut text = |name| {
        let text = fields.text_within(name, NAME_LENGTH).into_option();
        text.filter(|text| !text.trim().is_empty())
    };
    let (id, name) = (text("id"), text("name"));
    let key = text("key").or_else(|| text("fieldKey"));
    if id.is_none() && key.is_none() && name.is_none() {
        fields.fault("name", "should not be empty");
    }
    fields.declare("fieldKey");
    fields.declare("locationId"); // clients send it back as they read it
    Set { id, key, name, value: value(fields) }
}

/// A custom value as it is read.
#[must_use]
pub fn shown(one: &CustomValue, here: &LocationScope) -> Value {
    json!({
        "id": one.id,
        "name": one.name,
        "fieldKey": format!("{{{{ custom_values.{} }}}}", one.key),
        "value": one.value,
        "locationId": here.location_id(),
    })
}

fn status_of(refusal: &Error) -> u16 {
    if matches!(refusal, Error::NotFound(_)) { 404 } else { 400 }
}

/// What became of many, in their order.
#[must_use]
pub fn outcomes(outcomes: &[Outcome], here: &LocationScope) -> Value {
    let results: Vec<Value> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Created(one) => json!({ "status": 201, "customValue": shown(one, here) }),
            Outcome::Set(one) => json!({ "status": 200, "customValue": shown(one, here) }),
            Outcome::Refused(error) => json!({ "status": status_of(error), "message": error.to_string() }),
        })
        .collect();
    let failed = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Refused(_))).count();
    json!({ "succeeded": outcomes.len() - failed, "failed": failed, "results": results })
}

/// The error of a bulk write of which nothing was done; `None` when nothing was refused.
#[must_use]
pub fn refused(outcomes: &[Outcome]) -> Option<Error> {
    let first = outcomes.iter().position(|outcome| matches!(outcome, Outcome::Refused(_)))?;
    let results: Vec<Value> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Refused(error) => json!({ "status": status_of(error), "message": error.to_string() }),
            _ => json!({ "status": 424, "message": "Not done, since another one was refused." }),
        })
        .collect();
    Some(Error::BadRequest(Problem {
        message: format!("customValues.{first} was refused, so none was changed."),
        extra: [("results".to_owned(), json!(results))].into_iter().collect(),
    }))
}

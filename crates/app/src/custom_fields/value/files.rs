//! Values of file fields: what an upload answered, held against the field's limits.

use serde_json::Value;

use crate::custom_fields::model::{CustomField, Model};

/// Files of a field for several that does not say how many.
const MOST: usize = 10;

/// `{uuid: {url, documentId, meta}}` as documented, a list of `{url}` as records of objects have it, or plain URLs.
///
/// # Errors
/// What the field does not take.
pub fn check(field: &CustomField, given: &Value) -> Result<Value, String> {
    let names: Option<Vec<Option<&str>>> = match given {
        Value::Object(files) => files.values().map(name_in).collect(),
        Value::Array(files) => files.iter().map(name_in).collect(),
        Value::String(url) => Some(vec![Some(url)]),
        _ => None,
    };
    let names = names.ok_or_else(|| "must be an object of files or an array of URLs".to_owned())?;
    check_count(field, names.len())?;
    names.into_iter().flatten().try_for_each(|name| check_name(field, name))?;
    Ok(given.clone())
}

/// The name or URL of one file; `None` within when it has none, `None` when it is no file.
fn name_in(file: &Value) -> Option<Option<&str>> {
    match file {
        Value::String(url) => Some(Some(url)),
        Value::Object(file) => {
            let original = file.get("meta").and_then(|meta| meta.get("originalname")).and_then(Value::as_str);
            Some(original.or_else(|| file.get("url").and_then(Value::as_str)))
        }
        _ => None,
    }
}

/// How many files a field has at most. A contact's or an opportunity's has one, unless it was made for several.
#[must_use]
pub fn most(field: &CustomField) -> usize {
    let said = field.details.max_files.and_then(|most| usize::try_from(most).ok());
    match &field.model {
        Model::Contact | Model::Opportunity if !field.details.multiple_files => 1,
        Model::Contact | Model::Opportunity => said.unwrap_or(MOST),
        Model::Business | Model::Object(_) => said.unwrap_or(usize::MAX),
    }
}

/// Whether a field takes files whose names end so (`pdf`).
#[must_use]
pub fn takes(field: &CustomField, ending: &str) -> bool {
    let accepted = &field.details.accepted_format;
    let fits = |format: &String| {
        let format = format.trim().trim_start_matches('.');
        format.eq_ignore_ascii_case("all") || format == "*" || format.eq_ignore_ascii_case(ending)
    };
    accepted.is_empty() || accepted.iter().any(fits)
}

/// Whether a field takes so many files.
///
/// # Errors
/// The rest of a sentence that begins with the field's place.
pub fn check_count(field: &CustomField, count: usize) -> Result<(), String> {
    let most = most(field);
    if count <= most { Ok(()) } else { Err(format!("must contain no more than {most} files")) }
}

/// Whether a field takes files of this name or URL. One without an ending is let pass.
///
/// # Errors
/// The rest of a sentence that begins with the field's place.
pub fn check_name(field: &CustomField, name: &str) -> Result<(), String> {
    let path = name.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    let Some((_, ending)) = file.rsplit_once('.') else { return Ok(()) };
    if takes(field, ending) {
        return Ok(());
    }
    let accepted = field.details.accepted_format.join(", ");
    Err(format!("must be a file of one of the following formats: {accepted}"))
}

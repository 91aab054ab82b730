//! Values of file fields: what an upload answered, held against the field's limits.

use serde_json::Value;

use crate::custom_fields::model::CustomField;

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

/// Whether a field takes so many files.
///
/// # Errors
/// The rest of a sentence that begins with the field's place.
pub fn check_count(field: &CustomField, count: usize) -> Result<(), String> {
    let most = usize::try_from(field.details.max_files.unwrap_or(i64::MAX)).unwrap_or(usize::MAX);
    if count <= most { Ok(()) } else { Err(format!("must contain no more than {most} files")) }
}

/// Whether a field takes files of this name or URL. One without an ending is let pass.
///
/// # Errors
/// The rest of a sentence that begins with the field's place.
pub fn check_name(field: &CustomField, name: &str) -> Result<(), String> {
    let accepted = &field.details.accepted_format;
    let path = name.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    let Some((_, ending)) = file.rsplit_once('.') else { return Ok(()) };
    let takes = |format: &String| {
        let format = format.trim_start_matches('.');
        format.eq_ignore_ascii_case("all") || format == "*" || format.eq_ignore_ascii_case(ending)
    };
    match accepted.is_empty() || accepted.iter().any(takes) {
        true => Ok(()),
        false => Err(format!("must be a file of one of the following formats: {}", accepted.join(", "))),
    }
}

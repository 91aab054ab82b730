//! What a client writes about a record, held against the fields of its object.

use leadhold_kernel::Error;
use serde_json::{Map, Value, json};

use super::RecordWrite;
use crate::custom_fields::{CustomField, DataType, value};
use crate::objects::{BUSINESS_PROPERTIES, Shape};

/// What becomes of a property.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// It has this value, or none any more.
    Value(Option<Value>),
    /// A box of its list has this text, or none any more.
    Boxed(String, Option<Value>),
}

/// Changes by bare key.
pub(super) type Changes = Vec<(String, Change)>;

/// Holds values against the object's fields, which are named by key, with or without the object's before it; a box of a
/// list by `list.option`.
///
/// # Errors
/// 422 with all faults.
pub(super) fn settle(shape: &Shape, given: &Map<String, Value>, country: &str) -> Result<Changes, Error> {
    let (mut changes, mut faults) = (Vec::new(), Vec::new());
    for (name, value) in given {
        match one(shape, name, value, country) {
            Ok(change) => changes.push(change),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(changes) } else { Err(Error::Validation(faults)) }
}

fn one(shape: &Shape, name: &str, given: &Value, country: &str) -> Result<(String, Change), String> {
    let defined = |name: &str| shape.fields.iter().find(|field| field.is_named(name));
    if let Some(field) = defined(name) {
        let value = value::check(field, given, country).map_err(|fault| faulty(name, &fault))?;
        return Ok((field.bare_key().to_owned(), Change::Value(value)));
    }
    let list = name.rsplit_once('.').and_then(|(list, option)| Some((defined(list)?, option)));
    let Some((field, option)) = list.filter(|(field, _)| field.data_type == DataType::TextboxList) else {
        let shown: String = name.chars().take(100).collect();
        return Err(format!("properties.property {shown} should not exist"));
    };
    let known = field.details.boxes.iter().find(|known| known.id == option || known.label == option);
    let id = known.map_or(option, |known| known.id.as_str());
    let kept = value::check(field, &json!({ id: given }), country).map_err(|fault| faulty(name, &fault))?;
    let text = kept.and_then(|boxes| boxes.get(id).cloned());
    Ok((field.bare_key().to_owned(), Change::Boxed(id.to_owned(), text)))
}

fn faulty(name: &str, fault: &str) -> String {
    format!("properties.{name} {fault}")
}

/// Makes the changes.
pub(super) fn apply(properties: &mut Map<String, Value>, changes: Changes) {
    for (key, change) in changes {
        match change {
            Change::Value(Some(value)) => drop(properties.insert(key, value)),
            Change::Value(None) => drop(properties.remove(&key)),
            Change::Boxed(option, text) => {
                let mut boxes = match properties.remove(&key) {
                    Some(Value::Object(boxes)) => boxes,
                    _ => Map::new(),
                };
                match text {
                    Some(text) => drop(boxes.insert(option, text)),
                    None => drop(boxes.remove(&option)),
                }
                if !boxes.is_empty() {
                    properties.insert(key, Value::Object(boxes));
                }
            }
        }
    }
}

/// Refuses a record that has nothing to be called by.
///
/// # Errors
/// 422.
pub(super) fn has_primary(shape: &Shape, properties: &Map<String, Value>) -> Result<(), Error> {
    let primary = shape.object.bare(&shape.object.primary);
    match properties.contains_key(primary) {
        true => Ok(()),
        false => Err(Error::field(format!("properties.{primary} should not be empty"))),
    }
}

/// What is written about a business: what every business has, to be read by `businesses`; and the rest.
///
/// # Errors
/// 422 with all faults of the rest, and where owners or followers are named, which no business has.
pub(super) fn of_business(
    shape: &Shape,
    write: &RecordWrite,
    country: &str,
) -> Result<(Map<String, Value>, Changes), Error> {
    if [&write.owners, &write.followers].into_iter().flatten().any(|people| !people.is_empty()) {
        return Err(Error::field("owners and followers are only supported for custom objects"));
    }
    let (mut own, mut rest) = (Map::new(), Map::new());
    for (name, value) in &write.properties {
        let bare = match shape.object.bare(name) {
            "postal_code" => "postalCode",
            bare => bare,
        };
        match BUSINESS_PROPERTIES.iter().any(|(key, ..)| *key == bare) {
            true => own.insert(bare.to_owned(), value.clone()),
            false => rest.insert(name.clone(), value.clone()),
        };
    }
    Ok((own, settle(shape, &rest, country)?))
}

/// The properties as they are read: each box of a list under a key of its own.
pub(super) fn shown(shape: &Shape, properties: &Map<String, Value>) -> Map<String, Value> {
    let is_list = |field: &&CustomField| field.data_type == DataType::TextboxList;
    let lists: Vec<&str> = shape.fields.iter().filter(is_list).map(CustomField::bare_key).collect();
    let mut shown = Map::new();
    for (key, value) in properties {
        match value {
            Value::Object(boxes) if lists.contains(&key.as_str()) => {
                shown.extend(boxes.iter().map(|(option, text)| (format!("{key}.{option}"), text.clone())));
            }
            value => drop(shown.insert(key.clone(), value.clone())),
        }
    }
    shown
}

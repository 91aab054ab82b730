//! Objects as clients write and read them, spelled alike in both versions of the API.

use leadhold_kernel::{Error, Patch, Timestamp};
use serde_json::{Map, Value, json};

use super::model::{NewObject, Object, ObjectChanges, Shape};
use super::service;
use super::standard::Standard;
use crate::custom_fields::{DataType, Model, properties};
use crate::http::Query;
use crate::http::fields::Fields;
use crate::tenant::LocationScope;

const LABEL_LENGTH: usize = 100;
const KEY_LENGTH: usize = 200;
const NAME_LENGTH: usize = 255;
const DESCRIPTION_LENGTH: usize = 5000;
const MAX_SEARCHABLE: usize = 100;

/// Reads the body of a new object: where, and what.
///
/// # Errors
/// All faults at once.
pub(super) fn new(body: &Map<String, Value>) -> Result<(String, NewObject), Error> {
    let mut fields = Fields::of_body(body);
    let location = fields.required_text("locationId");
    let labels = fields.object("labels", |labels| {
        let mut label = |name| labels.required_text_within(name, LABEL_LENGTH);
        (label("singular"), label("plural"))
    });
    required(&mut fields, "labels", matches!(labels, Patch::Value(_)));
    let key = fields.required_text_within("key", KEY_LENGTH);
    let model = service::custom(&key);
    if model.is_none() && !key.is_empty() {
        fields.fault("key", "must be made of lower-case letters, digits and underscores");
    }
    let description = fields.text_within("description", DESCRIPTION_LENGTH).into_option().unwrap_or_default();
    let primary = fields.object("primaryDisplayPropertyDetails", primary);
    required(&mut fields, "primaryDisplayPropertyDetails", matches!(primary, Patch::Value(_)));
    fields.finish()?;
    let (singular, plural) = labels.into_option().unwrap_or_default();
    let (primary_key, primary_name, primary_type) = primary.into_option().unwrap_or_default();
    let model = model.unwrap_or(Model::Business); // refused by now
    let primary_type = DataType::parse(primary_type).unwrap_or(DataType::Text);
    let new = NewObject { model, singular, plural, description, primary_key, primary_name, primary_type };
    Ok((location, new))
}

fn primary(fields: &mut Fields<'_>) -> (String, String, &'static str) {
    let key = fields.required_text_within("key", KEY_LENGTH);
    let name = fields.required_text_within("name", NAME_LENGTH);
    let data_type = fields.one_of("dataType", &["TEXT", "NUMERICAL"]);
    if fields.value("dataType").is_none_or(Value::is_null) {
        fields.fault("dataType", "should not be empty");
    }
    (key, name, data_type.unwrap_or("TEXT"))
}

fn required(fields: &mut Fields<'_>, name: &'static str, is_there: bool) {
    if !is_there && fields.value(name).is_none_or(Value::is_null) {
        fields.fault(name, "should not be empty");
    }
}

/// Reads the body of a change of an object.
///
/// # Errors
/// All faults at once.
pub fn changes(body: &Map<String, Value>) -> Result<ObjectChanges, Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("locationId"); // the edge has seen that it is the caller's
    let labels = fields.object("labels", |labels| {
        let mut label = |name| labels.given_text_within(name, LABEL_LENGTH);
        (label("singular"), label("plural"))
    });
    let description = fields.text_within("description", DESCRIPTION_LENGTH);
    let searchable = fields.texts_within("searchableProperties", KEY_LENGTH + NAME_LENGTH);
    if fields.value("searchableProperties").is_none_or(Value::is_null) {
        fields.fault("searchableProperties", "must be an array");
    }
    let searchable = searchable.unwrap_or_default();
    if searchable.len() > MAX_SEARCHABLE {
        fields.too_many("searchableProperties", MAX_SEARCHABLE);
    }
    fields.finish()?;
    let (singular, plural) = labels.into_option().unwrap_or_default();
    Ok(ObjectChanges { singular, plural, description, searchable })
}

/// Reads the query of one object: whether its fields are asked for.
///
/// # Errors
/// All faults at once.
pub(super) fn with_properties(query: &Query) -> Result<bool, Error> {
    let mut fields = Fields::of_list(query);
    fields.text("locationId"); // the edge has seen that it is the caller's
    let asked = fields.flag("fetchProperties").unwrap_or(false);
    fields.finish()?;
    Ok(asked)
}

/// An object as it is read.
pub fn shown(object: &Object, here: &LocationScope) -> Value {
    let standard = object.standard().is_some();
    json!({
        "id": object.id,
        "standard": standard,
        "key": object.key,
        "labels": { "singular": object.singular, "plural": object.plural },
        "description": object.description,
        "locationId": here.location_id(),
        "primaryDisplayProperty": object.primary,
        "searchableProperties": object.searchable,
        "dateAdded": object.created_at.iso(),
        "dateUpdated": object.updated_at.iso(),
        "type": if standard { "SYSTEM_DEFINED" } else { "USER_DEFINED" },
    })
}

/// The fields of an object as they are read: those that it has of its own first.
pub(super) fn shown_fields(shape: &Shape, here: &LocationScope) -> Vec<Value> {
    let Shape { object, fields } = shape;
    let own = object.standard().map(Standard::own_fields).unwrap_or_default();
    let own = own.into_iter().map(|(key, name, kind)| built_in(object, here, &key, name, kind));
    own.chain(fields.iter().map(|field| properties::shown(field, here))).collect()
}

/// A field that a standard object has of its own. Nobody defined it, so its key is its id.
fn built_in(object: &Object, here: &LocationScope, key: &str, name: &str, data_type: DataType) -> Value {
    let since: Timestamp = object.created_at;
    json!({
        "id": key,
        "locationId": here.location_id(),
        "objectKey": object.key,
        "fieldKey": key,
        "name": name,
        "description": "",
        "placeholder": "",
        "dataType": data_type.read_name(),
        "parentId": "",
        "showInForms": true,
        "standard": true,
        "dateAdded": since.iso(),
        "dateUpdated": since.iso(),
    })
}

//! Properties as clients write and read them, spelled alike in both versions of the API.

use leadhold_kernel::Error;
use serde_json::{Map, Value, json};

use crate::custom_fields::details::{MOST_CHOICES, NewChoice, NewDetails};
use crate::custom_fields::model::{
    CustomField, CustomFieldChanges, DataType, Folder, Model, NewCustomField, NewFolder,
};
use crate::http::fields::Fields;
use crate::tenant::LocationScope;

/// Characters of a name or key: the key is indexed.
const NAME_LENGTH: usize = 255;
/// Characters of a choice, a placeholder or an address.
const TEXT_LENGTH: usize = 1000;
/// Characters of a description.
const DESCRIPTION_LENGTH: usize = 5000;

/// The types that a property can have: all but `FLOAT`, `TIME` and `SIGNATURE`.
const DATA_TYPES: &[&str] = &[
    "TEXT",
    "LARGE_TEXT",
    "NUMERICAL",
    "PHONE",
    "MONETORY",
    "CHECKBOX",
    "SINGLE_OPTIONS",
    "MULTIPLE_OPTIONS",
    "DATE",
    "TEXTBOX_LIST",
    "FILE_UPLOAD",
    "RADIO",
    "EMAIL",
];

/// The kinds of files that can be asked for.
const FORMATS: &[&str] =
    &[".pdf", ".docx", ".doc", ".jpg", ".jpeg", ".png", ".gif", ".csv", ".xlsx", ".xls", "all"];

/// The model of an object's key.
///
/// # Errors
/// The rest of a sentence that begins with the key's place.
pub fn model_of(key: &str) -> Result<Model, String> {
    Model::parse(key)
        .filter(Model::has_properties)
        .ok_or_else(|| "objectKey must be business or custom_objects.<key>".to_owned())
}

/// Reads the body of a definition.
///
/// # Errors
/// All faults at once.
pub fn new(body: &Map<String, Value>) -> Result<NewCustomField, Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("locationId"); // the edge has seen that it is the caller's
    let model = model(&mut fields);
    let key = fields.required_text_within("fieldKey", NAME_LENGTH);
    let data_type = fields.one_of("dataType", DATA_TYPES);
    if fields.value("dataType").is_none_or(Value::is_null) {
        fields.fault("dataType", "should not be empty");
    }
    let data_type = data_type.and_then(DataType::parse).unwrap_or(DataType::Text);
    let parent_id = fields.required_text_within("parentId", NAME_LENGTH);
    let name = fields.text_within("name", NAME_LENGTH).into_option().filter(|name| !name.trim().is_empty());
    let description = description(&mut fields).unwrap_or_default();
    let placeholder = fields.text_within("placeholder", TEXT_LENGTH).into_option().unwrap_or_default();
    let show_in_forms = show_in_forms(&mut fields);
    let custom_option = fields.flag("allowCustomOption");
    let details = NewDetails { custom_option, ..details(&mut fields) };
    fields.finish()?;
    Ok(NewCustomField {
        key: Some(key.clone()),
        description,
        placeholder,
        show_in_forms,
        parent_id: Some(parent_id),
        details,
        ..NewCustomField::named(model.clone(), name.as_deref().unwrap_or(model.bare(&key)), data_type)
    })
}

/// Reads the body of a change.
///
/// # Errors
/// All faults at once.
pub fn changes(body: &Map<String, Value>) -> Result<CustomFieldChanges, Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("locationId"); // the edge has seen that it is the caller's
    let name = fields.given_text_within("name", NAME_LENGTH);
    let changes = CustomFieldChanges {
        name,
        description: description(&mut fields),
        placeholder: fields.text_within("placeholder", TEXT_LENGTH).into_option(),
        show_in_forms: Some(show_in_forms(&mut fields)),
        details: details(&mut fields),
        ..CustomFieldChanges::default()
    };
    fields.finish()?;
    Ok(changes)
}

/// Reads the body of a new folder.
///
/// # Errors
/// All faults at once.
pub fn new_folder(body: &Map<String, Value>) -> Result<NewFolder, Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("locationId"); // the edge has seen that it is the caller's
    let model = model(&mut fields);
    let name = fields.required_text_within("name", NAME_LENGTH);
    fields.finish()?;
    Ok(NewFolder { name, model, position: 0 })
}

/// Reads the body of a folder's change.
///
/// # Errors
/// All faults at once.
pub fn folder_name(body: &Map<String, Value>) -> Result<String, Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("locationId"); // the edge has seen that it is the caller's
    let name = fields.required_text_within("name", NAME_LENGTH);
    fields.finish()?;
    Ok(name)
}

fn model(fields: &mut Fields<'_>) -> Model {
    let key = fields.required_text("objectKey");
    match model_of(&key) {
        Ok(model) => model,
        Err(_) if key.is_empty() => Model::Business, // refused by now
        Err(_) => {
            fields.fault("objectKey", "must be business or custom_objects.<key>");
            Model::Business
        }
    }
}

fn description(fields: &mut Fields<'_>) -> Option<String> {
    fields.text_within("description", DESCRIPTION_LENGTH).into_option()
}

fn show_in_forms(fields: &mut Fields<'_>) -> bool {
    if fields.value("showInForms").is_none_or(Value::is_null) {
        fields.fault("showInForms", "must be a boolean value");
    }
    fields.flag("showInForms").unwrap_or(true)
}

fn details(fields: &mut Fields<'_>) -> NewDetails {
    let options = fields.objects("options", |option| NewChoice {
        key: option.text_within("key", NAME_LENGTH).into_option().filter(|key| !key.trim().is_empty()),
        label: option.required_text_within("label", TEXT_LENGTH),
        url: option.text_within("url", TEXT_LENGTH).into_option(),
    });
    if options.as_ref().is_some_and(|options| options.len() > MOST_CHOICES) {
        fields.too_many("options", MOST_CHOICES);
    }
    NewDetails {
        options,
        accepted_format: formats(fields),
        max_files: fields.integer("maxFileLimit", 1, 1000),
        ..NewDetails::default()
    }
}

/// One kind of file, as documented, or a list of them.
fn formats(fields: &mut Fields<'_>) -> Option<Vec<String>> {
    let given = match fields.value("acceptedFormats")? {
        Value::Null => return None,
        Value::String(text) => text.split(',').map(|one| one.trim().to_owned()).collect(),
        _ => fields.texts("acceptedFormats")?,
    };
    if given.iter().any(|format| !FORMATS.contains(&format.as_str())) {
        fields.fault_of_each(
            "acceptedFormats",
            &format!("must be one of the following values: {}", FORMATS.join(", ")),
        );
    }
    Some(given)
}

/// A property as it is read.
#[must_use]
pub fn shown(field: &CustomField, here: &LocationScope) -> Value {
    let mut shown = json!({
        "id": field.id,
        "locationId": here.location_id(),
        "objectKey": field.model.key(),
        "fieldKey": field.field_key,
        "name": field.name,
        "description": field.description,
        "placeholder": field.placeholder,
        "dataType": field.data_type.read_name(),
        "parentId": field.parent_id.as_ref().map_or("", |folder| folder.as_str()),
        "showInForms": field.show_in_forms,
        "allowCustomOption": field.details.custom_option,
        "standard": field.standard,
        "dateAdded": field.date_added.iso(),
        "dateUpdated": field.date_updated.iso(),
        "documentType": "field",
    });
    let details = &field.details;
    if field.data_type.has_options() {
        shown["options"] = match details.boxes.as_slice() {
            [] => json!(details.options),
            boxes => boxes.iter().map(|one| json!({ "key": one.id, "label": one.label })).collect(),
        };
    }
    match details.accepted_format.as_slice() {
        [] => {}
        [only] => shown["acceptedFormats"] = json!(only),
        several => shown["acceptedFormats"] = json!(several),
    }
    if let Some(limit) = details.max_files {
        shown["maxFileLimit"] = json!(limit);
    }
    shown
}

/// A folder where fields are read. It has the keys that every field has, since readers rely on them; `documentType` tells
/// the two apart.
#[must_use]
pub fn shown_folder(folder: &Folder, here: &LocationScope) -> Value {
    json!({
        "id": folder.id,
        "locationId": here.location_id(),
        "objectKey": folder.model.key(),
        "fieldKey": folder.field_key,
        "name": folder.name,
        "dataType": "TEXT",
        "parentId": "",
        "showInForms": true,
        "dateAdded": folder.date_added.iso(),
        "dateUpdated": folder.date_updated.iso(),
        "documentType": "folder",
    })
}

/// A folder as its own routes answer it.
#[must_use]
pub fn written_folder(folder: &Folder, here: &LocationScope) -> Value {
    json!({
        "id": folder.id,
        "objectKey": folder.model.key(),
        "locationId": here.location_id(),
        "name": folder.name,
    })
}

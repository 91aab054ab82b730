//! Field definitions as clients write and read them. The names of one thing differ between the two, as at the real
//! service: `textBoxListOptions`, `isMultipleFile`, `maxNumberOfFiles` are written, `picklistOptions`,
//! `isMultiFileAllowed`, `maxFileLimit` are read.

use leadhold_kernel::{Error, Id, Patch};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::details::{MOST_CHOICES, NewBox, NewChoice, NewDetails};
use super::model::{CustomField, CustomFieldChanges, DataType, Folder, Model, NewCustomField, NewFolder};
use super::standard::Standard;
use crate::http::fields::Fields;
use crate::tenant::LocationScope;

/// Characters of a name: its key is indexed.
const NAME_LENGTH: usize = 255;
/// Characters of a choice, a label or a placeholder.
const TEXT_LENGTH: usize = 1000;

/// What a body defines: one address makes fields and the folders that they lie in.
pub enum New {
    /// A field.
    Field(NewCustomField),
    /// With `documentType: "folder"`.
    Folder(NewFolder),
}

/// Reads the body of a definition.
///
/// # Errors
/// All faults at once.
pub fn new(body: &Map<String, Value>) -> Result<New, Error> {
    let mut fields = Fields::of_body(body);
    let name = fields.required_text_within("name", NAME_LENGTH);
    let is_folder = is_folder(&mut fields);
    let data_type = fields.one_of("dataType", DataType::NAMES);
    if !is_folder && fields.value("dataType").is_none_or(Value::is_null) {
        fields.fault("dataType", "should not be empty");
    }
    let model = fields.one_of("model", Model::NAMES);
    let placeholder = fields.text_within("placeholder", TEXT_LENGTH).into_option().unwrap_or_default();
    let position = position(&mut fields).unwrap_or(0);
    let parent_id = fields.text_within("parentId", NAME_LENGTH).into_option();
    let details = details(&mut fields);
    fields.finish()?;
    let model = model.and_then(Model::parse).unwrap_or(Model::Contact);
    if is_folder {
        return Ok(New::Folder(NewFolder { name, model, position }));
    }
    let data_type = data_type.and_then(DataType::parse).unwrap_or(DataType::Text);
    let named = NewCustomField::named(model, &name, data_type);
    Ok(New::Field(NewCustomField { placeholder, position, parent_id, details, ..named }))
}

fn is_folder(fields: &mut Fields<'_>) -> bool {
    fields.one_of("documentType", &["field", "folder"]) == Some("folder")
}

/// Reads the body of a change, of a field or of a folder.
///
/// # Errors
/// All faults at once; `dataType` is one.
pub fn changes(body: &Map<String, Value>) -> Result<CustomFieldChanges, Error> {
    let mut fields = Fields::of_body(body);
    let name = fields.required_text_within("name", NAME_LENGTH);
    fields.one_of("model", Model::NAMES); // taken and without effect: a field stays with its model
    is_folder(&mut fields); // likewise: the id says what it is
    let placeholder = fields.text_within("placeholder", TEXT_LENGTH).into_option();
    let position = position(&mut fields);
    let parent_id = match fields.text_within("parentId", NAME_LENGTH) {
        Patch::Absent => None,
        Patch::Null => Some(String::new()),
        Patch::Value(folder) => Some(folder),
    };
    let details = details(&mut fields);
    fields.finish()?;
    Ok(CustomFieldChanges {
        name: Some(name),
        placeholder,
        position,
        parent_id,
        details,
        ..CustomFieldChanges::default()
    })
}

fn position(fields: &mut Fields<'_>) -> Option<i64> {
    fields.integer("position", 0, i64::from(u32::MAX))
}

fn details(fields: &mut Fields<'_>) -> NewDetails {
    for name in ["options", "picklistOptions", "textBoxListOptions", "acceptedFormat"] {
        let given = fields.value(name).and_then(Value::as_array).map(Vec::len);
        if given.is_some_and(|given| given > MOST_CHOICES) {
            fields.too_many(name, MOST_CHOICES);
        }
    }
    let options = fields.texts_within("options", TEXT_LENGTH);
    let options = fields.texts_within("picklistOptions", TEXT_LENGTH).or(options);
    NewDetails {
        boxes: fields.objects("textBoxListOptions", |one| {
            let label = one.required_text_within("label", TEXT_LENGTH);
            let prefill = one.text_within("prefillValue", TEXT_LENGTH).into_option().unwrap_or_default();
            NewBox { label, prefill }
        }),
        options: options.map(|labels| labels.iter().map(|label| NewChoice::labelled(label)).collect()),
        accepted_format: fields.texts_within("acceptedFormat", NAME_LENGTH),
        multiple_files: fields.flag("isMultipleFile"),
        max_files: fields.integer("maxNumberOfFiles", 1, 1000),
        custom_option: fields.flag("isAllowedCustomOption"),
    }
}

/// A definition as it is read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown<'a> {
    id: &'a str,
    name: &'a str,
    model: &'a str,
    field_key: &'a str,
    placeholder: &'a str,
    data_type: &'static str,
    position: i64,
    picklist_options: Vec<&'a str>,
    picklist_image_options: [&'a str; 0],
    is_allowed_custom_option: bool,
    /// With their ids, by which values name them; `picklistOptions` has the labels alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    text_box_list_options: Vec<ShownBox<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    accepted_format: &'a [String],
    is_multi_file_allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_file_limit: Option<i64>,
    location_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_added: Option<String>,
    document_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownBox<'a> {
    id: &'a str,
    label: &'a str,
    prefill_value: &'a str,
}

impl<'a> Shown<'a> {
    /// `field` of the location `here`.
    pub fn of(field: &'a CustomField, here: &'a LocationScope) -> Self {
        let details = &field.details;
        let boxes = &details.boxes;
        let labels = boxes.iter().map(|one| one.label.as_str());
        Self {
            id: field.id.as_str(),
            name: &field.name,
            model: field.model.key(),
            field_key: &field.field_key,
            placeholder: &field.placeholder,
            data_type: field.data_type.name(),
            position: field.position,
            picklist_options: details
                .options
                .iter()
                .map(|option| option.label.as_str())
                .chain(labels)
                .collect(),
            picklist_image_options: [],
            is_allowed_custom_option: details.custom_option,
            text_box_list_options: boxes
                .iter()
                .map(|one| ShownBox { id: &one.id, label: &one.label, prefill_value: &one.prefill })
                .collect(),
            accepted_format: &details.accepted_format,
            is_multi_file_allowed: details.multiple_files,
            max_file_limit: details.max_files,
            location_id: here.location_id().as_str(),
            parent_id: field.parent_id.as_ref().map(Id::as_str),
            date_added: Some(field.date_added.iso()),
            document_type: "field",
        }
    }

    /// A field that every record has, as the location `here` reads it.
    pub fn standard(field: &'a Standard, here: &'a LocationScope) -> Self {
        Self {
            id: field.key,
            name: field.name,
            model: field.model.key(),
            field_key: field.key,
            placeholder: "",
            data_type: field.data_type.name(),
            position: 0,
            picklist_options: Vec::new(),
            picklist_image_options: [],
            is_allowed_custom_option: false,
            text_box_list_options: Vec::new(),
            accepted_format: &[],
            is_multi_file_allowed: false,
            max_file_limit: None,
            location_id: here.location_id().as_str(),
            parent_id: None,
            date_added: None,
            document_type: "field",
        }
    }
}

/// A folder as it is read.
#[must_use]
pub fn folder(folder: &Folder, here: &LocationScope) -> Value {
    json!({
        "id": folder.id,
        "name": folder.name,
        "model": folder.model.key(),
        "fieldKey": folder.field_key,
        "position": folder.position,
        "locationId": here.location_id(),
        "dateAdded": folder.date_added.iso(),
        "documentType": "folder",
    })
}

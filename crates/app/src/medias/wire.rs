//! The library as clients write and read it, spelled alike in both versions of the API.

use leadhold_kernel::{Error, Patch};
use serde_json::{Map, Value, json};

use super::model::Media;
use super::query::Wanted;
use super::service::{Changes, End};
use crate::files;
use crate::http::fields::Fields;
use crate::http::{Form, Query};

const NAME_LENGTH: usize = 255;
const ID_LENGTH: usize = 64;
const URL_LENGTH: usize = 2048;
/// The longest page, and how far pages go.
const LONGEST_PAGE: i64 = 1000;
const FARTHEST: i64 = 100_000;
/// The most files of a bulk operation.
const MOST_AT_ONCE: usize = 100;
/// What a list can be sorted by, and the columns for it.
const SORTS: &[(&str, &str)] =
    &[("createdAt", "created_at"), ("updatedAt", "updated_at"), ("name", "name_folded"), ("size", "size")];

/// Whose library: `altType` is `location`, and the caller has seen to `altId`.
fn owner(fields: &mut Fields<'_>) {
    fields.required_text_within("altId", ID_LENGTH);
    if fields.one_of("altType", &["location"]).is_none() && fields.value("altType").is_none_or(Value::is_null)
    {
        fields.fault("altType", "must be one of the following values: location");
    }
}

/// Reads the query of a list.
///
/// # Errors
/// All faults at once.
pub(super) fn wanted(query: &Query) -> Result<Wanted, Error> {
    let mut fields = Fields::of_query(query);
    owner(&mut fields);
    let names: Vec<&'static str> = SORTS.iter().map(|(name, _)| *name).collect();
    let sort = required_word(&mut fields, "sortBy", &names);
    let order = required_word(&mut fields, "sortOrder", &["asc", "desc"]);
    let kind = required_word(&mut fields, "type", &["file", "folder"]);
    let text = |fields: &mut Fields<'_>, name, longest| {
        fields.text_within(name, longest).into_option().filter(|text: &String| !text.is_empty())
    };
    let query = text(&mut fields, "query", NAME_LENGTH);
    let parent = text(&mut fields, "parentId", ID_LENGTH);
    let anywhere = fields.flag("fetchAll").unwrap_or(false);
    let offset = fields.integer("offset", 0, FARTHEST).unwrap_or(0);
    let limit = fields.integer("limit", 1, LONGEST_PAGE).unwrap_or(100);
    fields.finish()?;
    let column = SORTS.iter().find(|(name, _)| *name == sort).map_or("created_at", |(_, column)| *column);
    Ok(Wanted { kind, parent, anywhere, query, sort: column, ascending: order == "asc", offset, limit })
}

fn required_word(fields: &mut Fields<'_>, name: &'static str, words: &[&'static str]) -> &'static str {
    if fields.value(name).is_none_or(Value::is_null) {
        fields.fault(name, format!("must be one of the following values: {}", words.join(", ")));
        return "";
    }
    fields.one_of(name, words).unwrap_or_default()
}

/// Reads the body that makes a folder: its name, and the folder that it is in.
///
/// # Errors
/// All faults at once.
pub(super) fn folder(body: &Map<String, Value>) -> Result<(String, Option<String>), Error> {
    let mut fields = Fields::of_body(body);
    owner(&mut fields);
    let name = fields.required_text_within("name", NAME_LENGTH);
    let parent = filled(fields.text_within("parentId", ID_LENGTH));
    fields.finish()?;
    Ok((name, parent))
}

/// Reads the body of a change of one.
///
/// # Errors
/// All faults at once.
pub(super) fn change(body: &Map<String, Value>) -> Result<Changes, Error> {
    let mut fields = Fields::of_body(body);
    let name = fields.required_text_within("name", NAME_LENGTH);
    owner(&mut fields);
    let parent = fields.text_within("parentId", ID_LENGTH);
    fields.finish()?;
    Ok(Changes { name: Some(name), parent })
}

/// Reads the body of a change of several.
///
/// # Errors
/// All faults at once.
pub(super) fn bulk_change(body: &Map<String, Value>) -> Result<Vec<(String, Changes)>, Error> {
    let mut fields = Fields::of_body(body);
    owner(&mut fields);
    let all = fields.objects("filesToBeUpdated", |file| {
        let id = file.required_text_within("id", ID_LENGTH);
        let name = file.given_text_within("name", NAME_LENGTH);
        (id, Changes { name, parent: file.text_within("parentId", ID_LENGTH) })
    });
    let all = some_of(&mut fields, "filesToBeUpdated", all);
    fields.finish()?;
    Ok(all)
}

/// Reads the body that ends several.
///
/// # Errors
/// All faults at once.
pub(super) fn bulk_end(body: &Map<String, Value>) -> Result<(Vec<String>, End), Error> {
    let mut fields = Fields::of_body(body);
    let all = fields.objects("filesToBeDeleted", |file| file.required_text_within("_id", ID_LENGTH));
    let all = some_of(&mut fields, "filesToBeDeleted", all);
    owner(&mut fields);
    let status = required_word(&mut fields, "status", &["deleted", "trashed"]);
    fields.finish()?;
    Ok((all, if status == "trashed" { End::Trashed } else { End::Deleted }))
}

fn some_of<T>(fields: &mut Fields<'_>, name: &'static str, all: Option<Vec<T>>) -> Vec<T> {
    match &all {
        None if fields.value(name).is_none_or(Value::is_null) => fields.fault(name, "must be an array"),
        Some(all) if all.len() > MOST_AT_ONCE => {
            fields.too_many(name, MOST_AT_ONCE);
        }
        _ => {}
    }
    all.unwrap_or_default()
}

/// Reads the query that deletes one.
///
/// # Errors
/// All faults at once.
pub(super) fn deletion(query: &Query) -> Result<(), Error> {
    let mut fields = Fields::of_query(query);
    owner(&mut fields);
    fields.finish()
}

/// Where an uploaded file comes from, and where it goes.
#[derive(Clone, Debug)]
pub(super) struct NewFile {
    pub name: Option<String>,
    pub parent: Option<String>,
    /// To be fetched; `None`: it is in the form.
    pub url: Option<String>,
}

/// Reads the form that brings a file.
///
/// # Errors
/// All faults at once.
pub(super) fn upload(form: &Form) -> Result<NewFile, Error> {
    let mut fields = form.fields();
    let hosted = fields.flag("hosted").unwrap_or(false);
    let url = filled(fields.text_within("fileUrl", URL_LENGTH));
    if hosted && url.is_none() {
        fields.fault("fileUrl", "should not be empty");
    }
    if !hosted && form.file("file").is_none() {
        fields.fault("file", "should not be empty");
    }
    let name = filled(fields.text_within("name", NAME_LENGTH));
    let parent = filled(fields.text_within("parentId", ID_LENGTH));
    for known in ["altId", "altType", "locationId"] {
        fields.declare(known);
    }
    fields.finish()?;
    Ok(NewFile { name, parent, url: url.filter(|_| hosted) })
}

fn filled(text: Patch<String>) -> Option<String> {
    text.into_option().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A file or folder as it is read.
pub(super) fn shown(media: &Media, path: &[String], base_url: &str) -> Value {
    let mut whole: Vec<&str> = path.iter().map(String::as_str).collect();
    whole.push(&media.name);
    let mut shown = json!({
        "_id": media.id,
        "id": media.id,
        "altId": media.location_id,
        "altType": "location",
        "name": media.name,
        "type": media.kind(),
        "path": whole.join("/"),
        "deleted": false,
        "createdAt": media.created_at.iso(),
        "updatedAt": media.updated_at.iso(),
        "lastUpdatedBy": media.updated_by,
    });
    if let Some(parent) = &media.parent_id {
        shown["parentId"] = json!(parent);
    }
    if let Some(file) = &media.file {
        shown["url"] = json!(files::url(base_url, file.id.as_str(), &file.name));
        shown["contentType"] = json!(file.mime);
        shown["size"] = json!(file.size);
        shown["category"] = json!(file.mime.split('/').next().unwrap_or_default());
    }
    shown
}

/// A folder that was made.
pub(super) fn new_folder(media: &Media) -> Value {
    let mut shown = json!({
        "_id": media.id,
        "id": media.id,
        "altId": media.location_id,
        "altType": "location",
        "name": media.name,
        "type": "folder",
        "deleted": false,
        "pendingUpload": false,
        "isPrivate": false,
        "relocatedFolder": false,
        "migrationCompleted": true,
        "appFolder": false,
        "isEssential": false,
        "status": "active",
        "lastUpdatedBy": media.updated_by,
    });
    if let Some(parent) = &media.parent_id {
        shown["parentId"] = json!(parent);
    }
    shown
}

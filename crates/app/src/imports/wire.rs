//! What clients send with a file, and how an import is shown.

use bytes::Bytes;
use encoding_rs::Encoding;
use futures_util::TryStreamExt;
use leadhold_kernel::{Error, Patch, Timestamp};
use serde_json::{Map, Value, json};

use super::columns::{self, Column, IDENTIFYING};
use super::file::File;
use super::model::{Duplicates, Import, Settings, ShownRow};
use crate::custom_fields::CustomField;
use crate::http::fields::Fields;
use crate::http::{Limits, Request, Upload};
use crate::locations::tags;
use crate::tenant::LocationScope;

/// The longest file, in bytes.
const LONGEST: usize = 30 * 1024 * 1024;
/// Tags that every row can get.
const MOST_TAGS: usize = 50;
const NAME_LENGTH: usize = 255;

/// What a client says beside the file, before the file was looked at.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) dry_run: bool,
    pub(super) duplicates: Option<Duplicates>,
    pub(super) file_name: Option<String>,
    pub(super) encoding: Option<&'static Encoding>,
    pub(super) separator: Option<u8>,
    pub(super) tags: Vec<String>,
    pub(super) mapping: Map<String, Value>,
}

/// The location, the file and what is said with it. The file is the body, with the rest in the query; or the text `csv` of a
/// JSON body; or the file of a form.
///
/// # Errors
/// 403 for another's location; all faults at once.
pub(super) async fn upload(request: &mut Request) -> Result<(LocationScope, Bytes, Asked), Error> {
    let here = request.location_of_query()?;
    let kind = request.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().trim_start().to_ascii_lowercase();
    if kind.starts_with("multipart/form-data") {
        return form(request).await;
    }
    request.read_long_body(LONGEST).await?;
    if kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Error::bad_request("Send the file as the body, with the content type text/csv."));
    }
    if !kind.starts_with("application/json") {
        let mut fields = Fields::of_query(&request.query);
        let asked = asked(&mut fields);
        fields.finish()?;
        return Ok((here, request.body.clone(), asked));
    }
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let mut fields = Fields::of_body(&body);
    let csv = fields.required_text("csv");
    let asked = asked(&mut fields);
    fields.finish()?;
    Ok((here, csv.into(), asked))
}

/// A form with the texts of a query and one file.
async fn form(request: &mut Request) -> Result<(LocationScope, Bytes, Asked), Error> {
    let bytes = LONGEST as u64;
    let form = request.form(Limits { files: 1, bytes, video_bytes: bytes }).await?;
    let mut fields = form.fields();
    let named = fields.text("locationId").into_option();
    let here = request.caller()?.location(named.as_deref())?;
    let mut asked = asked(&mut fields);
    let Some(Upload { draft, .. }) = form.files.first() else {
        fields.fault("file", "should not be empty");
        return fields.finish().and(Err(Error::internal("a form without a file is faultless")));
    };
    fields.finish()?;
    asked.file_name = asked.file_name.or_else(|| Some(draft.name.clone()));
    let files = &request.app.world.files;
    let content = files.read(&draft.blob, 0..draft.size.max(1)).await?;
    let content = content.ok_or_else(|| Error::internal("a file that has just come is gone"))?;
    let content: Vec<Bytes> = content.try_collect().await?;
    files.delete(&draft.blob).await?; // its rows are kept, not the file
    Ok((here, content.concat().into(), asked))
}

fn asked(fields: &mut Fields<'_>) -> Asked {
    fields.declare("locationId");
    let encoding = fields.text_within("encoding", 40).into_option();
    let known = encoding.as_ref().and_then(|label| Encoding::for_label(label.as_bytes()));
    if encoding.is_some() && known.is_none() {
        fields.fault("encoding", "must be the name of an encoding, such as utf-8 or windows-1252");
    }
    let tags = fields.texts_within("tags", tags::LONGEST).unwrap_or_default();
    if tags.len() > MOST_TAGS {
        fields.too_many("tags", MOST_TAGS);
    }
    Asked {
        dry_run: fields.flag("dryRun").unwrap_or(false),
        duplicates: fields.one_of("duplicates", &["update", "skip", "create"]).and_then(Duplicates::parse),
        file_name: fields.text_within("fileName", NAME_LENGTH).into_option(),
        encoding: known,
        separator: separator(fields),
        tags,
        mapping: mapping(fields),
    }
}

fn separator(fields: &mut Fields<'_>) -> Option<u8> {
    let said = fields.text("separator").into_option()?;
    match said.as_str() {
        "tab" | "\t" => Some(b'\t'),
        "," => Some(b','),
        ";" => Some(b';'),
        "|" => Some(b'|'),
        _ => {
            fields.fault("separator", "must be one of the following values: , ; | tab");
            None
        }
    }
}

/// An object, which a query has as JSON text.
fn mapping(fields: &mut Fields<'_>) -> Map<String, Value> {
    let read = match fields.value("mapping") {
        None | Some(Value::Null) => return Map::new(),
        Some(Value::String(text)) => crate::http::parse_json(text.as_bytes()).ok(),
        Some(other) => Some(other.clone()),
    };
    match read {
        Some(Value::Object(map)) => map,
        _ => {
            fields.fault("mapping", "must be an object of fields by column");
            Map::new()
        }
    }
}

/// What an import is to be, once its file has been read.
///
/// # Errors
/// 422 with the faults of the mapping, or when nothing says who the rows are.
pub(super) fn settings(asked: Asked, file: &File, custom: &[CustomField]) -> Result<Settings, Error> {
    let columns = columns::given(&file.header, &asked.mapping, custom).map_err(Error::Validation)?;
    let identifies =
        |column: &Column| column.field.as_deref().is_some_and(|field| IDENTIFYING.contains(&field));
    if !columns.iter().any(identifies) {
        let names = IDENTIFYING.join(", ");
        return Err(Error::field(format!("mapping must name a column for at least one of {names}")));
    }
    Ok(Settings {
        dry_run: asked.dry_run,
        duplicates: asked.duplicates.unwrap_or(Duplicates::Update),
        file_name: asked.file_name,
        encoding: file.encoding.to_owned(),
        separator: char::from(file.separator).to_string(),
        columns,
        tags: asked.tags,
    })
}

/// Which rows are asked for.
pub(super) struct RowsAsked {
    pub(super) outcome: Option<&'static str>,
    pub(super) after: i64,
    pub(super) limit: i64,
}

/// Reads the query of a list of rows.
///
/// # Errors
/// All faults at once.
pub(super) fn rows(request: &Request) -> Result<RowsAsked, Error> {
    let mut fields = Fields::of_list(&request.query);
    fields.declare("locationId");
    let asked = RowsAsked {
        outcome: fields.one_of("outcome", &["created", "updated", "unchanged", "skipped", "failed"]),
        after: fields.integer("after", 0, i64::MAX).unwrap_or(0),
        limit: fields.integer("limit", 1, 500).unwrap_or(100),
    };
    fields.finish()?;
    Ok(asked)
}

/// Reads the query of a list of imports: how many, and after which.
///
/// # Errors
/// All faults at once.
pub(super) fn list(request: &Request) -> Result<(i64, Option<String>), Error> {
    let mut fields = Fields::of_list(&request.query);
    fields.declare("locationId");
    let limit = fields.integer("limit", 1, 100).unwrap_or(20);
    let after = match fields.text_within("startAfterId", 64) {
        Patch::Value(id) if !id.is_empty() => Some(id),
        _ => None,
    };
    fields.finish()?;
    Ok((limit, after))
}

/// An import as clients read it.
pub(super) fn shown(import: &Import, now: Timestamp) -> Value {
    let Settings { dry_run, duplicates, file_name, encoding, separator, columns, tags } = &import.settings;
    let counts = import.counts;
    let processed = counts.processed();
    json!({
        "id": import.id,
        "state": import.state.word(),
        "dryRun": dry_run,
        "duplicates": duplicates.word(),
        "fileName": file_name,
        "encoding": encoding,
        "separator": separator,
        "columns": columns,
        "tags": tags,
        "total": import.total,
        "processed": processed,
        "created": counts.created,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "skipped": counts.skipped,
        "failed": counts.failed,
        "percentage": processed * 100 / import.total.max(1),
        "rowsPerSecond": rate(import, processed, now),
        "undone": import.undone,
        "kept": import.kept,
        "dateAdded": import.date_added.iso(),
        "startedAt": import.started_at.map(Timestamp::iso),
        "finishedAt": import.finished_at.map(Timestamp::iso),
    })
}

/// Rows in a second since the beginning; `None` before there is anything to divide.
fn rate(import: &Import, processed: i64, now: Timestamp) -> Option<i64> {
    let until = import.finished_at.unwrap_or(now);
    let millis = until.millis() - import.started_at?.millis();
    (millis > 0).then(|| processed * 1000 / millis)
}

/// A row as clients read it.
pub(super) fn shown_row(row: &ShownRow) -> Value {
    let mut out = json!({
        "row": row.no, "line": row.line, "outcome": row.outcome.word(), "contactId": row.contact_id, "faults": row.faults,
    });
    if let Some(cells) = &row.cells {
        out["cells"] = json!(cells);
    }
    if !row.undo.is_empty() {
        out["undo"] = json!(row.undo);
        out["undoNote"] = json!(row.undo_note);
    }
    out
}

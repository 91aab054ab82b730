//! `POST /locations/{locationId}/customFields/upload`: files that values of fields will name. Uploading sets no value: who
//! uploads writes the answer into a record afterwards.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::model::{CustomField, DataType};
use super::service::{self, Face};
use super::value;
use crate::files::{self, StoredFile};
use crate::http::multipart::{Form, Upload};
use crate::http::{Limits, Reply, Request};

/// As documented for files of forms: 50 MB each.
const LIMITS: Limits = Limits { files: 15, bytes: 50 * 1024 * 1024, video_bytes: 50 * 1024 * 1024 };

/// Takes files. A file's part is named `<field id>_<any id>`, or the field is the form's `id`; where neither names a field,
/// nothing is known of formats.
pub(super) async fn upload(mut request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(Some(request.path(0)))?;
    let form = request.form(LIMITS).await?;
    let (id, max_files) = texts(&form)?;
    if form.files.is_empty() {
        return Err(Error::bad_request("Send at least one file."));
    }
    if max_files.is_some_and(|most| form.files.len() > most) {
        return Err(Error::bad_request(format!("More files than maxFiles were sent: {}", form.files.len())));
    }
    let place = here.clone();
    let fields =
        request.app.world.store.read(move |tx| service::list_all(tx, &place, Face::LOCATION)).await?;
    let of_id = fields.iter().find(|field| field.id.as_str() == id);
    check(&fields, of_id, &form)?;
    let (cx, base_url, uploads) = (request.cx(), request.app.config.base_url.clone(), form.files);
    let work = move |tx: &mut Tx<'_>| {
        let keep = |upload: &Upload| Ok((upload.field.clone(), files::keep(tx, &cx, &here, &upload.draft)?));
        uploads.iter().map(keep).collect::<Result<Vec<_>, Error>>()
    };
    request.write(work, move |kept| Reply::ok(&shown(&kept, &base_url))).await
}

/// Whose files they are (a contact, an opportunity or a field), and how many there may be.
fn texts(form: &Form) -> Result<(String, Option<usize>), Error> {
    let mut fields = form.fields();
    fields.ignore_undeclared();
    let id = fields.required_text_within("id", 255);
    let max_files = fields.integer("maxFiles", 1, 1000);
    fields.finish()?;
    Ok((id, max_files.and_then(|most| usize::try_from(most).ok())))
}

/// Holds the files against the fields that they name.
fn check(fields: &[CustomField], of_id: Option<&CustomField>, form: &Form) -> Result<(), Error> {
    let named = |part: &str| {
        let id = part.split_once('_').map_or(part, |(id, _)| id);
        fields.iter().find(|field| field.id.as_str() == id).or(of_id)
    };
    let mut faults = Vec::new();
    for Upload { field: part, draft } in &form.files {
        let Some(field) = named(part) else { continue };
        let same =
            form.files.iter().filter(|other| named(&other.field).is_some_and(|one| one.id == field.id));
        let fits = match field.data_type {
            DataType::FileUpload | DataType::Signature => value::check_file_count(field, same.count())
                .and_then(|()| value::check_file_name(field, &draft.name)),
            _ => Err(format!("must not be given for a field of type {}", field.data_type.name())),
        };
        faults.extend(fits.err().map(|fault| format!("{part} {fault}")));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Validation(faults)) }
}

fn shown(kept: &[(String, StoredFile)], base_url: &str) -> Value {
    let mut uploaded: Map<String, Value> = Map::new();
    for (part, file) in kept {
        uploaded.insert(free_name(&uploaded, part, &file.name), json!(file.url(base_url)));
    }
    let meta = |(part, file): &(String, StoredFile)| {
        json!({
            "fieldname": part,
            "originalname": file.name,
            "encoding": "7bit",
            "mimetype": file.mime,
            "size": file.size,
            "url": file.url(base_url),
            "documentId": file.id,
        })
    };
    json!({ "uploadedFiles": uploaded, "meta": kept.iter().map(meta).collect::<Vec<_>>() })
}

/// The name under which a file's URL is found: its part's, and where several files came in parts of one name, the file's.
fn free_name(taken: &Map<String, Value>, part: &str, file: &str) -> String {
    let numbered = (1..).map(|number| format!("{file}_{number}"));
    let mut names = [part.to_owned(), file.to_owned()].into_iter().chain(numbered);
    names.find(|name| !taken.contains_key(name)).unwrap_or_default()
}

//! Files of a contact's custom fields: which ones a field takes, and how they become its value.
//!
//! A file is named by the custom value and, when it came with a form, by the submission. It ends with the contact, or with
//! the location.

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_store::{Tx, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::sql;
use crate::contacts::{self, Contact, ContactFields};
use crate::custom_fields::{CustomField, FieldWrite, value};
use crate::files::{self, Draft};
use crate::http::Upload;
use crate::steps::{LocationSteps, STEP};
use crate::tenant::LocationScope;

/// The endings that names of files in a form may have, as documented.
const ENDINGS: &[&str] = &[
    "pdf", "docx", "doc", "jpg", "jpeg", "png", "gif", "csv", "xlsx", "xls", "mp4", "mpeg", "zip", "rar",
    "txt", "svg",
];
/// The contact of a file that came with a form whose answers name nobody.
const NOBODY: &str = "";

/// The endings that a form takes for a field: of those that all forms take, what the field does.
#[must_use]
pub fn endings(field: &CustomField) -> Vec<&'static str> {
    ENDINGS.iter().filter(|ending| value::takes_files(field, ending)).copied().collect()
}

/// Whether a form takes these files for a field.
///
/// # Errors
/// The rest of a sentence that begins with the field's name.
pub fn check<'d>(field: &CustomField, drafts: impl IntoIterator<Item = &'d Draft>) -> Result<(), String> {
    let endings = endings(field);
    let mut count = 0;
    for draft in drafts {
        let ending = draft.name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        if !endings.contains(&ending.as_str()) {
            return Err(format!("must be a file of these types: {}", endings.join(", ")));
        }
        count += 1;
    }
    value::check_file_count(field, count)
}

/// Names a draft, and answers it as one entry of a custom value under `uuid`.
///
/// # Errors
/// When the store fails.
pub fn keep(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    (field, uuid): (&str, &str),
    draft: &Draft,
    base_url: &str,
) -> Result<(Id<id::File>, Value), Error> {
    let file = files::keep(tx, cx, here, draft)?;
    let entry = json!({
        "meta": {
            "fieldname": field, "originalname": file.name, "encoding": "7bit", "mimetype": file.mime, "size": file.size,
            "uuid": uuid,
        },
        "url": file.url(base_url),
        "documentId": file.id,
    });
    Ok((file.id, entry))
}

/// Says that a file is a contact's, or that it came from somebody whom no answer names.
///
/// # Errors
/// When the store fails.
pub fn belongs(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contact: Option<&Id<id::Contact>>,
    file: &Id<id::File>,
) -> Result<(), Error> {
    let contact = contact.map_or(NOBODY, Id::as_str);
    tx.exec(sql::INSERT_FILE, params![file, here.location_id(), contact])?;
    Ok(())
}

/// Ends the files of a contact that is gone.
///
/// # Errors
/// When the store fails.
pub fn forget(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, contact: &str) -> Result<(), Error> {
    let owned = params![here.location_id(), contact];
    for file in tx.query(sql::FILES_OF_CONTACT, owned, |row| row.get::<String>(0))? {
        files::forget(tx, cx, here, &file)?;
    }
    tx.exec(sql::DELETE_FILES, owned)?;
    Ok(())
}

/// Ends the files of a location that is gone.
#[derive(Debug, Serialize, Deserialize)]
pub struct ForgetFiles {}

impl LocationSteps for ForgetFiles {
    const KIND: &'static str = "forms.forget_files";
    const QUEUE: &'static str = "forms";

    fn step(&self, tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<bool, Error> {
        let some = params![here.location_id(), STEP];
        let files: Vec<String> = tx.query(sql::SOME_FILES, some, |row| row.get(0))?;
        for file in &files {
            files::forget(tx, cx, here, file)?;
            tx.exec(sql::DELETE_FILE, params![here.location_id(), file])?;
        }
        Ok(files.len() as i64 == STEP)
    }
}

/// A file that a client sends for a contact's field.
#[derive(Clone, Debug)]
pub struct Sent {
    field: CustomField,
    uuid: String,
    draft: Draft,
}

/// The files of a form whose fields are named `<custom field id>_<file id>`; `known` are those of the contacts that take
/// files.
///
/// # Errors
/// All faults at once.
pub fn sent(uploads: &[Upload], known: &[CustomField]) -> Result<Vec<Sent>, Error> {
    let (mut all, mut faults) = (Vec::new(), Vec::new());
    for Upload { field: name, draft } in uploads {
        let (id, uuid) = name.split_once('_').unwrap_or((name, ""));
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        match known.iter().find(|field| field.id.as_str() == id) {
            None => {
                faults.push(format!("{name} must be named <id of a custom field for files>_<id of the file>"))
            }
            Some(_) if uuid.is_empty() || uuid.len() > 64 || !plain(uuid) => {
                faults.push(format!("{name} must end with an id of the file, such as a UUID"));
            }
            Some(field) => match check(field, [draft]) {
                Err(rule) => faults.push(format!("{name} {rule}")),
                Ok(()) => {
                    all.push(Sent { field: field.clone(), uuid: uuid.to_owned(), draft: draft.clone() })
                }
            },
        }
    }
    if uploads.is_empty() {
        faults.push("files should not be empty".to_owned());
    }
    if faults.is_empty() { Ok(all) } else { Err(Error::Validation(faults)) }
}

/// Adds files to a contact's fields; a field that takes one has the new one afterwards.
///
/// Event: `ContactUpdate`.
///
/// # Errors
/// 422 when a field would have too many; those of contacts.
pub fn attach(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact: &str,
    sent: &[Sent],
    base_url: &str,
) -> Result<Contact, Error> {
    let before = contacts::hold(tx, here, contact)?;
    let mut values: Vec<(&CustomField, Map<String, Value>)> = Vec::new();
    for one in sent {
        let place = values.iter().position(|(field, _)| field.id == one.field.id).unwrap_or_else(|| {
            values.push((&one.field, had(&before, &one.field)));
            values.len() - 1
        });
        let names = (one.field.id.as_str(), one.uuid.as_str());
        let (file, entry) = keep(tx, cx, here, names, &one.draft, base_url)?;
        belongs(tx, here, Some(&before.id), &file)?;
        values[place].1.insert(one.uuid.clone(), entry);
    }
    let count = |(field, files): &(&CustomField, Map<String, Value>)| {
        let fault = value::check_file_count(field, files.len()).err()?;
        Some(format!("{} {fault}", field.id))
    };
    let faults: Vec<String> = values.iter().filter_map(count).collect();
    if !faults.is_empty() {
        return Err(Error::Validation(faults));
    }
    let write = |(field, files): (&CustomField, Map<String, Value>)| FieldWrite {
        place: field.id.to_string(),
        id: Some(field.id.to_string()),
        key: None,
        value: Value::Object(files),
    };
    let custom_fields = values.into_iter().map(write).collect();
    contacts::update(tx, cx, here, contact, &ContactFields { custom_fields, ..ContactFields::default() })
}

/// The files that a field has and keeps.
fn had(contact: &Contact, field: &CustomField) -> Map<String, Value> {
    let files = contact.custom_field(field.id.as_str()).and_then(Value::as_object);
    files.filter(|_| value::most_files(field) > 1).cloned().unwrap_or_default()
}

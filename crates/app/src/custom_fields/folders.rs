//! Folders of fields. A folder is for whoever looks for a field; no value depends on it.

use leadhold_kernel::{Cx, Error, Id, error::Problem, id};
use leadhold_store::{DbError, Row, Tx, params};
use serde_json::json;

use super::model::{CustomField, Folder, Model, NewCustomField, NewFolder, field_key};
use super::service::{self, Face};
use super::sql;
use crate::tenant::LocationScope;

/// How many folders a model can have.
const MAX_FOLDERS: usize = 500;

/// Makes a folder.
///
/// # Errors
/// 400 with the id of the one there is when the name is taken; when the store fails.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, new: &NewFolder) -> Result<Folder, Error> {
    let NewFolder { name, model, position } = new;
    tx.lock(&format!("custom-field-folders:{}:{}", here.location_id(), model.key()))?;
    let known = list(tx, here, model)?;
    if known.len() >= MAX_FOLDERS {
        let refusal = format!("There can be at most {MAX_FOLDERS} folders.");
        return Err(Error::bad_request(refusal));
    }
    let name = name.trim();
    refuse_taken(&known, name, None)?;
    let folder = Folder {
        id: Id::generate(cx.random.as_ref()),
        name: name.to_owned(),
        field_key: field_key(model, name),
        model: model.clone(),
        position: *position,
        date_added: cx.now,
        date_updated: cx.now,
    };
    let Folder { id, name, field_key, .. } = &folder;
    tx.exec(
        sql::INSERT_FOLDER,
        params![id, here.location_id(), model.key(), name, field_key, *position, cx.now],
    )?;
    Ok(folder)
}

fn refuse_taken(known: &[Folder], name: &str, but: Option<&Folder>) -> Result<(), Error> {
    let same = known.iter().find(|known| known.name == name && but.is_none_or(|but| but.id != known.id));
    let Some(same) = same else { return Ok(()) };
    Err(Error::BadRequest(Problem {
        message: "Folder already exists".to_owned(),
        extra: [("meta".to_owned(), json!({ "existingId": same.id }))].into_iter().collect(),
    }))
}

/// Gives a folder another name or place.
///
/// # Errors
/// 400 when there is no such folder, or the name is taken; when the store fails.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    face: Face,
    id: &str,
    name: Option<&str>,
    position: Option<i64>,
) -> Result<Folder, Error> {
    let before = get(tx, here, face, id)?;
    tx.lock(&format!("custom-field-folders:{}:{}", here.location_id(), before.model.key()))?;
    let known = list(tx, here, &before.model)?;
    let name = name.map_or(before.name.as_str(), str::trim);
    refuse_taken(&known, name, Some(&before))?;
    let after = Folder {
        name: name.to_owned(),
        position: position.unwrap_or(before.position),
        date_updated: cx.now,
        ..before.clone()
    };
    tx.exec(sql::UPDATE_FOLDER, params![here.location_id(), &after.id, &after.name, after.position, cx.now])?;
    Ok(after)
}

/// Forgets a folder. Its fields stay, and lie in none.
///
/// # Errors
/// 400 when there is no such folder; when the store fails.
pub fn forget(tx: &mut Tx<'_>, here: &LocationScope, face: Face, id: &str) -> Result<Folder, Error> {
    let folder = get(tx, here, face, id)?;
    tx.exec(sql::LEAVE_FOLDER, params![here.location_id(), &folder.id])?;
    tx.exec(sql::DELETE_FOLDER, params![here.location_id(), &folder.id])?;
    Ok(folder)
}

/// The folder of this id.
///
/// # Errors
/// 400 when there is no such folder; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, face: Face, id: &str) -> Result<Folder, Error> {
    match find(tx, here, face, id)? {
        Some(folder) => Ok(folder),
        None => Err(service::missing(tx, here, face, "Folder", id)?),
    }
}

/// The folder of this id, if there is one.
///
/// # Errors
/// When the store fails.
pub fn find(tx: &mut Tx<'_>, here: &LocationScope, face: Face, id: &str) -> Result<Option<Folder>, Error> {
    let found = tx.query_opt(sql::FOLDER, params![here.location_id(), id], read)?;
    Ok(found.filter(|folder| face.knows(&folder.model)))
}

/// The folders of a model in their order.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, here: &LocationScope, model: &Model) -> Result<Vec<Folder>, Error> {
    Ok(tx.query(sql::FOLDERS, params![here.location_id(), model.key()], read)?)
}

/// The folder that a field of a model names; a blank name is none.
pub(super) fn named(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    model: &Model,
    id: Option<&str>,
) -> Result<Option<Id<id::CustomField>>, Error> {
    let Some(id) = id.filter(|id| !id.is_empty()) else { return Ok(None) };
    let face = if model.has_properties() { Face::Objects } else { Face::Location };
    let folder = get(tx, here, face, id)?;
    if folder.model != *model {
        let refusal = format!("Folder with id {id} is not for fields of {}", model.key());
        return Err(Error::bad_request(refusal));
    }
    Ok(Some(folder.id))
}

/// Opens a custom object: its first folder, and in it the property that every record is called by. A model of an object is
/// known from here on ([`is_known`]).
///
/// # Errors
/// 400 when the key is taken; when the store fails.
pub fn open_object(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    folder: &str,
    primary: NewCustomField,
) -> Result<CustomField, Error> {
    let new = NewFolder { name: folder.to_owned(), model: primary.model.clone(), position: 0 };
    let folder = create(tx, cx, here, &new)?;
    let parent_id = Some(folder.id.to_string());
    service::define(tx, cx, here, &NewCustomField { parent_id, standard: true, ..primary })
}

/// Whether a location has such records: a custom object once it was opened, the others always.
///
/// # Errors
/// When the store fails.
pub fn is_known(tx: &mut Tx<'_>, here: &LocationScope, model: &Model) -> Result<bool, Error> {
    match model {
        Model::Object(_) => Ok(!service::list(tx, here, model)?.is_empty()),
        Model::Contact | Model::Opportunity | Model::Business => Ok(true),
    }
}

fn read(row: &Row<'_>) -> Result<Folder, DbError> {
    Ok(Folder {
        id: row.get(0)?,
        model: service::read_model(&row.get::<String>(1)?)?,
        name: row.get(2)?,
        field_key: row.get(3)?,
        position: row.get(4)?,
        date_added: row.get(5)?,
        date_updated: row.get(6)?,
    })
}

//! Defining, changing and finding fields. What their values are is `value`'s business, where they lie their record's.

use std::collections::HashSet;

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_store::{DbError, Json, Row, Tx, json_text, params};

use super::details::Details;
use super::model::{
    BUILT_IN_KEYS, CustomField, CustomFieldChanges, DataType, Model, NewCustomField, field_key,
};
use super::{folders, sql};
use crate::http::caller::no_access;
use crate::tenant::LocationScope;

/// How many fields the records of one model can have. Every write of a custom value reads the definitions.
pub const MAX_FIELDS: usize = 1000;

/// The two APIs for fields. Each knows the fields of its own models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// `/locations/{locationId}/customFields`: contacts and opportunities.
    Location,
    /// `/custom-fields`: businesses and custom objects.
    Objects,
}

impl Face {
    /// The models of a location's own API.
    pub const LOCATION: &[Model] = &[Model::Contact, Model::Opportunity];

    /// Whether it knows fields of this model.
    #[must_use]
    pub fn knows(self, model: &Model) -> bool {
        model.has_properties() == (self == Self::Objects)
    }
}

/// Defines a field. Its key is the given one, or comes from its name, with a number where it is taken.
///
/// # Errors
/// 400 at [`MAX_FIELDS`], when the given key is taken, or there is no such folder; when the store fails.
pub fn define(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    new: &NewCustomField,
) -> Result<CustomField, Error> {
    let model = &new.model;
    tx.lock(&format!("custom-field-keys:{}:{}", here.location_id(), model.key()))?;
    let taken: HashSet<String> = tx
        .query(sql::KEYS, params![here.location_id(), model.key()], |row| row.get(0))?
        .into_iter()
        .collect();
    if taken.len() >= MAX_FIELDS {
        return Err(Error::bad_request(format!("A location can have at most {MAX_FIELDS} custom fields.")));
    }
    let field = CustomField {
        id: Id::generate(cx.random.as_ref()),
        name: new.name.trim().to_owned(),
        field_key: match &new.key {
            Some(key) => given_key(model, key, &taken)?,
            None => free_key(model, &new.name, &taken),
        },
        model: model.clone(),
        data_type: new.data_type,
        description: new.description.clone(),
        placeholder: new.placeholder.clone(),
        position: new.position,
        show_in_forms: new.show_in_forms,
        parent_id: folders::named(tx, here, model, new.parent_id.as_deref())?,
        standard: new.standard,
        details: Details::default().changed(cx, model, new.data_type, &new.details),
        date_added: cx.now,
        date_updated: cx.now,
    };
    insert(tx, here, &field)?;
    Ok(field)
}

fn insert(tx: &mut Tx<'_>, here: &LocationScope, field: &CustomField) -> Result<(), Error> {
    tx.exec(
        sql::INSERT,
        params![
            &field.id,
            here.location_id(),
            field.model.key(),
            &field.name,
            &field.field_key,
            field.data_type.name(),
            &field.description,
            &field.placeholder,
            field.position,
            field.show_in_forms,
            field.standard,
            field.parent_id.as_ref(),
            json_text(&field.details),
            field.date_added
        ],
    )?;
    Ok(())
}

fn given_key(model: &Model, key: &str, taken: &HashSet<String>) -> Result<String, Error> {
    let key = field_key(model, model.bare(key));
    match taken.contains(&key) {
        true => Err(Error::bad_request(format!("Custom field with key {key} already exists"))),
        false => Ok(key),
    }
}

fn free_key(model: &Model, name: &str, taken: &HashSet<String>) -> String {
    let key = field_key(model, name);
    let built_in = |key: &str| !model.has_properties() && BUILT_IN_KEYS.contains(&model.bare(key));
    let free = |key: &String| !taken.contains(key) && !built_in(key);
    // Among one more number than there are keys, one is free.
    let numbered = (1..=taken.len() + 1).map(|number| format!("{key}_{number}"));
    std::iter::once(key.clone()).chain(numbered).find(free).unwrap_or(key)
}

/// Changes a field. Its key, model and data type stay: values and merge fields rely on them.
///
/// # Errors
/// 400 when the location has no such field or folder, or a property of an object would lose a choice; when the store
/// fails.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    face: Face,
    id: &str,
    changes: &CustomFieldChanges,
) -> Result<CustomField, Error> {
    tx.lock(&format!("custom-field:{id}"))?;
    let before = get(tx, here, face, id)?;
    let of = changes.clone();
    let details = before.details.clone().changed(cx, &before.model, before.data_type, &changes.details);
    if let Some(option) = before.details.left_out_by(&details).filter(|_| before.model.has_properties()) {
        let refusal = format!("Options cannot be removed: {option} is missing");
        return Err(Error::bad_request(refusal));
    }
    let parent_id = match &changes.parent_id {
        Some(folder) => folders::named(tx, here, &before.model, Some(folder))?,
        None => before.parent_id.clone(),
    };
    let after = CustomField {
        name: of.name.map_or(before.name.clone(), |name| name.trim().to_owned()),
        description: of.description.unwrap_or(before.description.clone()),
        placeholder: of.placeholder.unwrap_or(before.placeholder.clone()),
        position: of.position.unwrap_or(before.position),
        show_in_forms: of.show_in_forms.unwrap_or(before.show_in_forms),
        parent_id,
        details,
        ..before.clone()
    };
    if after == before {
        return Ok(before);
    }
    let after = CustomField { date_updated: cx.now, ..after };
    tx.exec(
        sql::UPDATE,
        params![
            here.location_id(),
            &after.id,
            &after.name,
            &after.description,
            &after.placeholder,
            after.position,
            after.show_in_forms,
            after.parent_id.as_ref(),
            json_text(&after.details),
            after.date_updated
        ],
    )?;
    Ok(after)
}

/// Keeps a model's fields, and which of them are searched, as they are until the transaction ends. Whoever writes records
/// calls it before reading the definitions: a record that is written by definitions of before would come too late for those
/// who let the records follow the change.
///
/// # Errors
/// When the store fails.
pub fn keep(tx: &mut Tx<'_>, here: &LocationScope, model: &str) -> Result<(), Error> {
    Ok(tx.share(&shape_of(here, model))?)
}

/// Waits for those who write records of a model, before its fields or what is searched of them change.
///
/// # Errors
/// When the store fails.
pub fn alter(tx: &mut Tx<'_>, here: &LocationScope, model: &str) -> Result<(), Error> {
    Ok(tx.lock(&shape_of(here, model))?)
}

fn shape_of(here: &LocationScope, model: &str) -> String {
    format!("shape:{}:{model}", here.location_id())
}

/// Forgets a definition. The values are their records' business: call this together with their removal.
///
/// # Errors
/// 400 when the location has no such field, or it came with its object; when the store fails.
pub fn forget(tx: &mut Tx<'_>, here: &LocationScope, face: Face, id: &str) -> Result<CustomField, Error> {
    let field = get(tx, here, face, id)?;
    alter(tx, here, field.model.key())?;
    if field.standard {
        return Err(Error::bad_request(format!("{} came with its object and stays.", field.name)));
    }
    tx.exec(sql::DELETE, params![here.location_id(), &field.id])?;
    Ok(field)
}

/// The field of this id or key.
///
/// # Errors
/// 400 when the location has no such field; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, face: Face, id_or_key: &str) -> Result<CustomField, Error> {
    let found = tx.query_opt(sql::FIND, params![here.location_id(), id_or_key], read)?;
    match found.filter(|field| face.knows(&field.model)) {
        Some(field) => Ok(field),
        None => Err(missing(tx, here, face, "Custom field", id_or_key)?),
    }
}

/// Why there is no such field or folder. Where the path names no location, another's is forbidden.
pub(super) fn missing(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    face: Face,
    what: &str,
    id: &str,
) -> Result<Error, DbError> {
    let foreign =
        tx.query_opt(sql::ELSEWHERE, params![id, here.location_id()], |row| row.get::<String>(0))?;
    Ok(match foreign {
        Some(_) if face == Face::Objects => no_access(),
        _ => Error::bad_request(format!("{what} with id {id} not found")),
    })
}

/// The fields of a model's records, in the order of its forms.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, here: &LocationScope, model: &Model) -> Result<Vec<CustomField>, Error> {
    Ok(tx.query(sql::LIST, params![here.location_id(), model.key()], read)?)
}

/// The fields of several models, in the order of their forms.
///
/// # Errors
/// When the store fails.
pub fn list_all(tx: &mut Tx<'_>, here: &LocationScope, models: &[Model]) -> Result<Vec<CustomField>, Error> {
    let mut all = Vec::new();
    for model in models {
        all.extend(list(tx, here, model)?);
    }
    all.sort_by(|a, b| (a.position, a.date_added, &a.id).cmp(&(b.position, b.date_added, &b.id)));
    Ok(all)
}

fn read(row: &Row<'_>) -> Result<CustomField, DbError> {
    let data_type: String = row.get(4)?;
    let Json(details) = row.get(11)?;
    let (date_added, date_updated): (Timestamp, Timestamp) = (row.get(12)?, row.get(13)?);
    Ok(CustomField {
        id: row.get::<Id<id::CustomField>>(0)?,
        model: read_model(&row.get::<String>(1)?)?,
        name: row.get(2)?,
        field_key: row.get(3)?,
        data_type: DataType::parse(&data_type).ok_or_else(|| inconsistent(&data_type))?,
        description: row.get(5)?,
        placeholder: row.get(6)?,
        position: row.get(7)?,
        show_in_forms: row.get(8)?,
        standard: row.get(9)?,
        parent_id: row.get(10)?,
        details,
        date_added,
        date_updated: date_updated.max(date_added), // 0 in rows from before it was noted
    })
}

/// The model of a stored key.
pub(super) fn read_model(key: &str) -> Result<Model, DbError> {
    Model::parse(key).ok_or_else(|| inconsistent(key))
}

fn inconsistent(what: &str) -> DbError {
    DbError::Inconsistent {
        place: "custom_fields".to_owned(),
        fault: format!("`{what}` is no model or data type"),
    }
}

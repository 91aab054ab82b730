//! Defining, changing and finding fields. What their values are is `value`'s business, where they lie their record's.

use std::collections::HashSet;

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_store::{DbError, Json, Row, Tx, json_text, params};

use super::model::{
    BUILT_IN_KEYS, CustomField, CustomFieldChanges, DataType, Details, Model, NewCustomField, NewDetails,
    TextBox, field_key,
};
use super::sql;
use crate::tenant::LocationScope;

/// How many fields a location can define. Every write of a custom value reads the definitions.
pub const MAX_FIELDS: usize = 1000;

/// Defines a field. Its key comes from its name, with a number where the key is taken.
///
/// # Errors
/// 400 at [`MAX_FIELDS`]; when the store fails.
pub fn define(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    new: &NewCustomField,
) -> Result<CustomField, Error> {
    tx.lock(&format!("custom-field-keys:{}", here.location_id()))?;
    let taken: HashSet<String> =
        tx.query(sql::KEYS, params![here.location_id()], |row| row.get(0))?.into_iter().collect();
    if taken.len() >= MAX_FIELDS {
        return Err(Error::bad_request(format!("A location can have at most {MAX_FIELDS} custom fields.")));
    }
    let field = CustomField {
        id: Id::generate(cx.random.as_ref()),
        name: new.name.trim().to_owned(),
        field_key: free_key(new.model, &new.name, &taken),
        model: new.model,
        data_type: new.data_type,
        placeholder: new.placeholder.clone(),
        position: new.position,
        details: changed(cx, Details::default(), &new.details),
        date_added: cx.now,
    };
    tx.exec(
        sql::INSERT,
        params![
            &field.id,
            here.location_id(),
            field.model.name(),
            &field.name,
            &field.field_key,
            field.data_type.name(),
            &field.placeholder,
            field.position,
            json_text(&field.details),
            field.date_added
        ],
    )?;
    Ok(field)
}

fn free_key(model: Model, name: &str, taken: &HashSet<String>) -> String {
    let key = field_key(model, name);
    let built_in = |key: &str| key.split_once('.').is_some_and(|(_, name)| BUILT_IN_KEYS.contains(&name));
    let free = |key: &String| !taken.contains(key) && !built_in(key);
    // Among one more number than there are keys, one is free.
    let numbered = (1..=taken.len() + 1).map(|number| format!("{key}_{number}"));
    std::iter::once(key.clone()).chain(numbered).find(free).unwrap_or(key)
}

/// Changes a field. Its key, model and data type stay: values and merge fields rely on them.
///
/// # Errors
/// 400 when the location has no such field; when the store fails.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    changes: &CustomFieldChanges,
) -> Result<CustomField, Error> {
    let before = get(tx, here, id)?;
    let after = CustomField {
        name: changes.name.trim().to_owned(),
        placeholder: changes.placeholder.clone().unwrap_or(before.placeholder),
        position: changes.position.unwrap_or(before.position),
        details: changed(cx, before.details, &changes.details),
        ..before
    };
    let details = json_text(&after.details);
    tx.exec(
        sql::UPDATE,
        params![here.location_id(), &after.id, &after.name, &after.placeholder, after.position, details],
    )?;
    Ok(after)
}

/// The details after a change. A box that keeps its label keeps its id, and with it the values in it.
fn changed(cx: &Cx, before: Details, new: &NewDetails) -> Details {
    let boxes = new.boxes.as_ref().map(|boxes| {
        let known = |label: &str| {
            before.boxes.iter().find(|known| known.label == label).map(|known| known.id.clone())
        };
        let boxed = |(label, prefill): &(String, String)| TextBox {
            id: known(label).unwrap_or_else(|| Id::generate(cx.random.as_ref())),
            label: label.clone(),
            prefill: prefill.clone(),
        };
        boxes.iter().map(boxed).collect()
    });
    Details {
        options: new.options.clone().unwrap_or(before.options),
        custom_option: before.custom_option,
        boxes: boxes.unwrap_or(before.boxes),
        accepted_format: new.accepted_format.clone().unwrap_or(before.accepted_format),
        multiple_files: new.multiple_files.unwrap_or(before.multiple_files),
        max_files: new.max_files.or(before.max_files),
    }
}

/// Forgets a definition. The values are their records' business: call this together with their removal.
///
/// # Errors
/// 400 when the location has no such field; when the store fails.
pub fn forget(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<CustomField, Error> {
    let field = get(tx, here, id)?;
    tx.exec(sql::DELETE, params![here.location_id(), &field.id])?;
    Ok(field)
}

/// The field of this id or key.
///
/// # Errors
/// 400 when the location has no such field; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id_or_key: &str) -> Result<CustomField, Error> {
    tx.query_opt(sql::FIND, params![here.location_id(), id_or_key], read)?
        .ok_or_else(|| Error::bad_request(format!("Custom field with id {id_or_key} not found")))
}

/// The location's fields in the order of its forms; of one model, or all.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, here: &LocationScope, model: Option<Model>) -> Result<Vec<CustomField>, Error> {
    let all = tx.query(sql::LIST, params![here.location_id()], read)?;
    Ok(all.into_iter().filter(|field| model.is_none_or(|model| field.model == model)).collect())
}

fn read(row: &Row<'_>) -> Result<CustomField, DbError> {
    let (model, data_type): (String, String) = (row.get(1)?, row.get(4)?);
    let unknown = |what: &str| DbError::Inconsistent {
        place: "custom_fields".to_owned(),
        fault: format!("`{what}` is no model or data type"),
    };
    let Json(details) = row.get(7)?;
    Ok(CustomField {
        id: row.get::<Id<id::CustomField>>(0)?,
        model: Model::parse(&model).ok_or_else(|| unknown(&model))?,
        name: row.get(2)?,
        field_key: row.get(3)?,
        data_type: DataType::parse(&data_type).ok_or_else(|| unknown(&data_type))?,
        placeholder: row.get(5)?,
        position: row.get(6)?,
        details,
        date_added: row.get(8)?,
    })
}

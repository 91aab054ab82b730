//! Defining, changing and finding forms.

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_store::{DbError, Json, Row, Tx, json_text, params};

use super::model::{Definition, Form, Kind};
use super::{sql, submit, upload};
use crate::steps;
use crate::tenant::LocationScope;

/// Makes a form.
///
/// # Errors
/// When the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    kind: Kind,
    name: &str,
    definition: &Definition,
) -> Result<Form, Error> {
    let form = Form {
        id: Id::generate(cx.random.as_ref()),
        here: here.clone(),
        kind,
        name: name.to_owned(),
        definition: definition.clone(),
        created_at: cx.now,
        updated_at: cx.now,
    };
    let (company, location) = (here.company_id(), here.location_id());
    let definition = json_text(&form.definition);
    tx.exec(sql::INSERT, params![&form.id, company, location, kind.name(), &form.name, &definition, cx.now])?;
    Ok(form)
}

/// Gives a form another name and definition.
///
/// # Errors
/// 404 when the location has no such form; when the store fails.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    kind: Kind,
    id: &str,
    name: &str,
    definition: &Definition,
) -> Result<Form, Error> {
    let before = get(tx, here, kind, id)?;
    let form = Form { name: name.to_owned(), definition: definition.clone(), updated_at: cx.now, ..before };
    let text = json_text(&form.definition);
    tx.exec(sql::UPDATE, params![here.location_id(), &form.id, &form.name, &text, cx.now])?;
    Ok(form)
}

/// Removes a form. What was sent with it stays.
///
/// # Errors
/// As [`change`].
pub fn delete(tx: &mut Tx<'_>, here: &LocationScope, kind: Kind, id: &str) -> Result<(), Error> {
    let form = get(tx, here, kind, id)?;
    tx.exec(sql::DELETE, params![here.location_id(), &form.id])?;
    Ok(())
}

/// One form.
///
/// # Errors
/// As [`change`].
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, kind: Kind, id: &str) -> Result<Form, Error> {
    tx.query_opt(sql::GET, params![here.location_id(), id, kind.name()], read)?
        .ok_or_else(|| Error::NotFound(format!("The location has no {} with the id {id}.", kind.name())))
}

/// The form behind a visitor's URL; its id is the proof of access to its location.
///
/// # Errors
/// When the store fails.
pub fn open(tx: &mut Tx<'_>, kind: Kind, id: &str) -> Result<Option<Form>, Error> {
    Ok(tx.query_opt(sql::OPEN, params![id, kind.name()], read)?)
}

/// What lists show of a form: its id and its name; and when it was changed last.
pub type Listed = (Id<id::Form>, String, Timestamp);

/// A page, oldest first, and how many there are in all.
///
/// # Errors
/// When the store fails.
pub fn list(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    kind: Kind,
    skip: i64,
    limit: i64,
) -> Result<(Vec<Listed>, i64), Error> {
    let page = params![here.location_id(), kind.name(), limit, skip];
    let forms = tx.query(sql::LIST, page, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let total = tx.query_one(sql::COUNT, params![here.location_id(), kind.name()], |row| row.get(0))?;
    Ok((forms, total))
}

/// Forgets the location's forms and everything that was sent with them.
///
/// # Errors
/// When the store fails.
pub fn forget_location(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<(), Error> {
    for statement in [sql::DELETE_ALL, sql::UNINDEX_ALL, sql::DELETE_SUBMISSIONS] {
        tx.exec(statement, params![here.location_id()])?;
    }
    steps::start(tx, cx, here, upload::ForgetFiles {})
}

fn read(row: &Row<'_>) -> Result<Form, DbError> {
    let kind: String = row.get(3)?;
    let Json(definition) = row.get(5)?;
    Ok(Form {
        id: row.get(0)?,
        here: LocationScope::proven(row.get(1)?, row.get(2)?),
        kind: Kind::parse(&kind).ok_or_else(|| DbError::Inconsistent {
            place: "forms".to_owned(),
            fault: format!("`{kind}` is no kind of form"),
        })?,
        name: row.get(4)?,
        definition,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
    })
}

/// What one contact sent becomes another's, with its files, when the two turn out to be one person. Answers how many
/// submissions those are.
///
/// # Errors
/// When the store fails.
pub fn move_to_contact(tx: &mut Tx<'_>, here: &LocationScope, from: &str, to: &str) -> Result<u64, Error> {
    tx.exec(sql::MOVE_FILES, params![here.location_id(), from, to])?;
    submit::index_anew(tx, here, from, to)?;
    Ok(tx.exec(sql::MOVE_SUBMISSIONS, params![here.location_id(), from, to])?)
}

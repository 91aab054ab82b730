//! Making, changing and finding objects.

use leadhold_kernel::{Cx, Error, EventKind, Id, Patch, id};
use leadhold_queue::outbox;
use leadhold_store::{DbError, Json, Row, Tx, json_text, params};

use super::model::{Author, NewObject, Object, ObjectChanges, Shape};
use super::standard::Standard;
use super::{events, follow, sql};
use crate::custom_fields::{self, CustomField, Model, NewCustomField, ObjectKey, folders};
use crate::locations;
use crate::tenant::LocationScope;

/// How many a location can make.
const MAX_OBJECTS: usize = 100;
/// The folder in which an object's first property lies.
const FIRST_FOLDER: &str = "General Info";

/// Makes an object with its primary property.
///
/// Event: `ObjectSchemaCreate`.
///
/// # Errors
/// 400 when the key is taken, or there are too many; when the store fails.
pub(super) fn define(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    new: &NewObject,
) -> Result<Object, Error> {
    tx.lock(&format!("objects:{}", here.location_id()))?;
    let known = tx.query(sql::LIST, params![here.location_id()], read)?;
    let key = new.model.key();
    if known.iter().any(|object| object.key == key) {
        return Err(Error::bad_request(format!("Object with key {key} already exists.")));
    }
    if known.len() >= MAX_OBJECTS {
        return Err(Error::bad_request(format!("A location can have at most {MAX_OBJECTS} custom objects.")));
    }
    let primary = NewCustomField {
        key: Some(new.primary_key.clone()),
        ..NewCustomField::named(new.model.clone(), &new.primary_name, new.primary_type)
    };
    let primary = folders::open_object(tx, cx, here, FIRST_FOLDER, primary)?;
    let author = Author::of(cx);
    let object = Object {
        id: Id::<id::Object>::generate(cx.random.as_ref()).to_string(),
        key: key.to_owned(),
        singular: new.singular.clone(),
        plural: new.plural.clone(),
        description: new.description.clone(),
        searchable: vec![primary.field_key.clone()],
        primary: primary.field_key,
        version: 0,
        created_by: Some(author.clone()),
        updated_by: Some(author),
        created_at: cx.now,
        updated_at: cx.now,
    };
    save(tx, here, &object.id, &object)?;
    outbox::append(tx, &events::schema(cx, here, EventKind::ObjectSchemaCreate, &object))?;
    Ok(object)
}

/// Changes an object's labels, its description, and which of its properties are searched. Of what every location has only
/// the last: it keeps its name. Answers also whether other properties are searched from now on: the search texts of
/// contacts and opportunities are made anew by those who keep them.
///
/// Event: `ObjectSchemaUpdate`, when anything did change.
///
/// # Errors
/// 404 when there is none, 422 when a property is none of its, 400 when more of a standard object is to change; when the
/// store fails.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    key: &str,
    changes: &ObjectChanges,
) -> Result<(Object, bool), Error> {
    tx.lock(&format!("objects:{}", here.location_id()))?;
    let key = get(tx, here, key)?.key;
    custom_fields::alter(tx, here, &key)?;
    let Shape { object: before, fields } = shape(tx, here, &key)?;
    if before.standard().is_some() && changes.renames(&before) {
        let told = "Only the searchable properties of a standard object can be changed.";
        return Err(Error::bad_request(told));
    }
    let mut after = Object {
        singular: changes.singular.clone().unwrap_or_else(|| before.singular.clone()),
        plural: changes.plural.clone().unwrap_or_else(|| before.plural.clone()),
        searchable: searchable(&before, &fields, &changes.searchable)?,
        ..before.clone()
    };
    match &changes.description {
        Patch::Absent => {}
        Patch::Null => after.description.clear(),
        Patch::Value(text) => after.description.clone_from(text),
    }
    if after == before {
        return Ok((before, false));
    }
    let rewords = after.searchable != before.searchable;
    after.version += i64::from(rewords);
    (after.updated_at, after.updated_by) = (cx.now, Some(Author::of(cx)));
    let id = Id::<id::Object>::generate(cx.random.as_ref()).to_string(); // of a standard object's first row
    save(tx, here, &id, &after)?;
    outbox::append(tx, &events::schema(cx, here, EventKind::ObjectSchemaUpdate, &after))?;
    if rewords && !matches!(after.standard(), Some(Standard::Contact | Standard::Opportunity)) {
        follow::reword(tx, cx, here, &after.key)?;
    }
    Ok((after, rewords))
}

impl ObjectChanges {
    fn renames(&self, object: &Object) -> bool {
        let differs =
            |label: &Option<String>, known: &str| label.as_deref().is_some_and(|label| label != known);
        differs(&self.singular, &object.singular)
            || differs(&self.plural, &object.plural)
            || !matches!(self.description, Patch::Absent)
    }
}

/// The whole keys of the properties that are named.
fn searchable(object: &Object, fields: &[CustomField], named: &[String]) -> Result<Vec<String>, Error> {
    let own = object.standard().map(Standard::own_fields).unwrap_or_default();
    let mut keys: Vec<String> = Vec::with_capacity(named.len());
    let mut faults = Vec::new();
    for name in named {
        let defined = fields.iter().find(|field| field.is_named(name)).map(|field| field.field_key.clone());
        let built_in = || own.iter().map(|(key, ..)| key).find(|key| object.bare(key) == object.bare(name));
        match defined.or_else(|| built_in().cloned()) {
            Some(key) if keys.contains(&key) => {}
            Some(key) => keys.push(key),
            None => faults.push(format!("each value in searchableProperties must be a property, not {name}")),
        }
    }
    if faults.is_empty() { Ok(keys) } else { Err(Error::Validation(faults)) }
}

fn save(tx: &mut Tx<'_>, here: &LocationScope, id: &str, object: &Object) -> Result<(), Error> {
    let author = |author: &Option<Author>| json_text(author);
    tx.exec(
        sql::INSERT,
        params![
            id,
            here.location_id(),
            &object.key,
            &object.singular,
            &object.plural,
            &object.description,
            &object.primary,
            json_text(&object.searchable),
            object.version,
            author(&object.created_by),
            author(&object.updated_by),
            object.created_at,
            object.updated_at
        ],
    )?;
    Ok(())
}

/// In which of its properties a location lets words be looked for, by their whole keys.
///
/// # Errors
/// When the store fails.
pub(super) fn chosen(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    standard: Standard,
) -> Result<Vec<String>, Error> {
    let key = standard.key();
    let chosen = tx.query_opt(sql::SEARCHABLE, params![here.location_id(), key], |row| row.get(0))?;
    Ok(match chosen {
        Some(Json(keys)) => keys,
        None => standard.searchable().iter().map(|key| (*key).to_owned()).collect(),
    })
}

/// A property is gone, and with it from what is searched.
pub(super) fn forget_searchable(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    object: &Object,
    field_key: &str,
) -> Result<(), Error> {
    if object.searchable.iter().any(|key| key == field_key) {
        let mut after = object.clone();
        after.searchable.retain(|key| key != field_key);
        save(tx, here, &object.id, &after)?;
    }
    Ok(())
}

/// The object of this key or id, if the location has it.
///
/// # Errors
/// When the store fails.
pub fn find(tx: &mut Tx<'_>, here: &LocationScope, key: &str) -> Result<Option<Object>, Error> {
    let whole = ObjectKey::parse(key).filter(|_| key.contains('.'));
    let key = whole.as_ref().map_or(key, ObjectKey::as_str);
    let found = tx.query_opt(sql::GET, params![here.location_id(), key], read)?;
    match Standard::parse(key) {
        Some(standard) => Ok(Some(of_every_location(tx, here, standard, found)?)),
        None => Ok(found),
    }
}

/// What a location made of an object that every location has.
fn of_every_location(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    standard: Standard,
    changed: Option<Object>,
) -> Result<Object, Error> {
    let (key, (singular, plural)) = (standard.key(), standard.labels());
    let since = locations::get(tx, here)?.created_at;
    let usual = Object {
        id: key.to_owned(),
        key: key.to_owned(),
        singular: singular.to_owned(),
        plural: plural.to_owned(),
        description: String::new(),
        primary: format!("{key}.name"),
        searchable: standard.searchable().iter().map(|key| (*key).to_owned()).collect(),
        version: 0,
        created_by: None,
        updated_by: None,
        created_at: since,
        updated_at: since,
    };
    Ok(match changed {
        None => usual,
        Some(Object { searchable, version, updated_by, updated_at, .. }) => {
            Object { searchable, version, updated_by, updated_at, ..usual }
        }
    })
}

/// The object of this key or id.
///
/// # Errors
/// 404 when there is none; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, key: &str) -> Result<Object, Error> {
    find(tx, here, key)?.ok_or_else(|| Error::NotFound(format!("Object with key {key} not found")))
}

/// Refuses what is no object of the location.
///
/// # Errors
/// As [`get`].
pub fn require(tx: &mut Tx<'_>, here: &LocationScope, key: &str) -> Result<(), Error> {
    get(tx, here, key).map(drop)
}

/// The object of this key or id, with its fields.
///
/// # Errors
/// As [`get`].
pub fn shape(tx: &mut Tx<'_>, here: &LocationScope, key: &str) -> Result<Shape, Error> {
    let object = get(tx, here, key)?;
    let fields = match object.model() {
        Some(model) => custom_fields::list(tx, here, &model)?,
        None => Vec::new(),
    };
    Ok(Shape { object, fields })
}

/// The same, kept as it is until the transaction ends: for whoever writes a record of it.
///
/// # Errors
/// As [`get`].
pub fn held(tx: &mut Tx<'_>, here: &LocationScope, key: &str) -> Result<Shape, Error> {
    let key = get(tx, here, key)?.key;
    custom_fields::keep(tx, here, &key)?;
    shape(tx, here, &key)
}

/// The location's objects: those that every location has, then its own by age.
pub(super) fn list(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<Object>, Error> {
    let mut stored = tx.query(sql::LIST, params![here.location_id()], read)?;
    let mut all = Vec::with_capacity(stored.len() + Standard::ALL.len());
    for standard in Standard::ALL {
        let at = stored.iter().position(|object| object.key == standard.key());
        let changed = at.map(|at| stored.remove(at));
        all.push(of_every_location(tx, here, standard, changed)?);
    }
    all.extend(stored);
    Ok(all)
}

/// The model of an object that a location can make.
pub(super) fn custom(key: &str) -> Option<Model> {
    ObjectKey::parse(key).map(Model::Object)
}

fn read(row: &Row<'_>) -> Result<Object, DbError> {
    let (Json(searchable), Json(created_by), Json(updated_by)) = (row.get(6)?, row.get(8)?, row.get(9)?);
    Ok(Object {
        id: row.get(0)?,
        key: row.get(1)?,
        singular: row.get(2)?,
        plural: row.get(3)?,
        description: row.get(4)?,
        primary: row.get(5)?,
        searchable,
        version: row.get(7)?,
        created_by,
        updated_by,
        created_at: row.get(10)?,
        updated_at: row.get(11)?,
    })
}

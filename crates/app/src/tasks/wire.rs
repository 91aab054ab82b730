//! Tasks as clients write and read them, spelled alike in both versions of the API.

use leadhold_kernel::{Error, Patch, Timestamp};
use serde_json::{Map, Value, json};

use super::model::{NewTask, Task};
use super::search::{Found, Search};
use crate::http::fields::Fields;

/// Characters of a title and of a body. Both go out whole with every list and webhook.
pub(super) const TITLE_LENGTH: usize = 1000;
pub(super) const BODY_LENGTH: usize = 65_536;
/// Characters of an id.
pub(super) const ID_LENGTH: usize = 64;
/// What a search may name at most: people, tasks on a page, pages' tasks before it, characters of words.
const MOST_NAMED: usize = 100;
const LONGEST_PAGE: i64 = 100;
const FARTHEST: i64 = 10_000;
const QUERY_LENGTH: usize = 75;

/// Reads the body of a creation.
///
/// # Errors
/// All faults at once.
pub fn new(body: &Map<String, Value>) -> Result<NewTask, Error> {
    let mut fields = Fields::of_body(body);
    let new = NewTask {
        title: fields.required_text_within("title", TITLE_LENGTH),
        body: fields.text_within("body", BODY_LENGTH).into_option(),
        assigned_to: fields.text_within("assignedTo", ID_LENGTH).into_option(),
        due_date: required_moment(&mut fields, "dueDate"),
        completed: required_flag(&mut fields, "completed"),
    };
    fields.finish()?;
    Ok(new)
}

/// A moment that has to be there; the beginning of time when it is faulty.
pub(super) fn required_moment(fields: &mut Fields<'_>, name: &'static str) -> Timestamp {
    match fields.moment(name) {
        Patch::Value(moment) => return moment,
        Patch::Absent if fields.all().get(name).is_some() => {} // its fault is known
        _ => fields.fault(name, "must be a valid ISO 8601 date string"),
    }
    Timestamp(0)
}

fn required_flag(fields: &mut Fields<'_>, name: &'static str) -> bool {
    let flag = fields.flag(name);
    if fields.all().get(name).is_none_or(Value::is_null) {
        fields.fault(name, "must be a boolean value");
    }
    flag.unwrap_or(false)
}

/// Reads the body of a change as a merge-patch of a [`Task`].
///
/// # Errors
/// All faults at once.
pub fn changes(body: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
    let mut fields = Fields::of_body(body);
    let mut changes = Map::new();
    if let Some(title) = fields.given_text_within("title", TITLE_LENGTH) {
        changes.insert("title".to_owned(), title.into());
    }
    fields.texts_into(&mut changes, &[("body", BODY_LENGTH), ("assignedTo", ID_LENGTH)]);
    if let Some(due) = fields.moment("dueDate").into_option() {
        changes.insert("dueDate".to_owned(), due.millis().into());
    }
    if let Some(completed) = fields.flag("completed") {
        changes.insert("completed".to_owned(), completed.into());
    }
    fields.finish()?;
    Ok(changes)
}

/// Reads the body of `PUT …/completed`, likewise.
///
/// # Errors
/// All faults at once.
pub fn completion(body: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
    let mut fields = Fields::of_body(body);
    let completed = required_flag(&mut fields, "completed");
    fields.finish()?;
    Ok(Map::from_iter([("completed".to_owned(), completed.into())]))
}

/// Reads the body of a search.
///
/// # Errors
/// All faults at once.
pub fn search(body: &Map<String, Value>) -> Result<Search, Error> {
    let mut fields = Fields::of_body(body);
    fields.declare("locationId"); // the edge has seen that it is the caller's
    let search = Search {
        contacts: named(&mut fields, "contactId"),
        business: fields.text_within("businessId", ID_LENGTH).into_option(),
        assigned_to: named(&mut fields, "assignedTo"),
        completed: fields.flag("completed"),
        query: fields.text_within("query", QUERY_LENGTH).into_option().unwrap_or_default(),
        skip: fields.integer("skip", 0, FARTHEST).unwrap_or(0),
        limit: fields.integer("limit", 1, LONGEST_PAGE).unwrap_or(25),
    };
    fields.finish()?;
    Ok(search)
}

fn named(fields: &mut Fields<'_>, name: &'static str) -> Option<Vec<String>> {
    let ids = fields.texts_within(name, ID_LENGTH)?;
    if ids.len() > MOST_NAMED {
        fields.too_many(name, MOST_NAMED);
    }
    Some(ids)
}

/// A task as it is read.
#[must_use]
pub fn shown(task: &Task) -> Value {
    let mut shown = json!(task);
    shown["dueDate"] = json!(task.due_date.iso());
    shown["dateAdded"] = json!(task.date_added.iso());
    shown
}

/// What all operations on one task answer, but for its end.
#[must_use]
pub fn one(task: &Task) -> Value {
    json!({ "task": shown(task) })
}

/// A task as a search finds it: its id is called `_id` there.
#[must_use]
pub fn found(found: &Found, location: &str) -> Value {
    let Found { task, date_updated, contact: [first_name, last_name, email, phone], user } = found;
    let mut shown = shown(task);
    if let Some(fields) = shown.as_object_mut() {
        fields.shift_remove("id");
    }
    shown["_id"] = json!(task.id);
    shown["locationId"] = json!(location);
    shown["status"] = json!(if task.completed { "completed" } else { "pending" });
    shown["dateUpdated"] = json!(date_updated.iso());
    shown["contactDetails"] = match &task.contact_id {
        Some(id) => {
            json!({ "id": id, "firstName": first_name, "lastName": last_name, "email": email, "phone": phone })
        }
        None => Value::Null,
    };
    shown["assignedToUserDetails"] = match user {
        Some(user) => json!({ "id": user.id, "firstName": user.first_name, "lastName": user.last_name }),
        None => Value::Null,
    };
    shown
}

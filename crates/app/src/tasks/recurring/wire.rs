//! Recurring tasks as clients write and read them, spelled alike in both versions of the API.

use leadhold_kernel::{Error, Patch};
use serde_json::{Map, Value, json};

use super::model::{Changes, RecurringTask};
use super::rule::{Day, IntervalType, Rule};
use crate::http::fields::Fields;
use crate::tasks::wire::{BODY_LENGTH, ID_LENGTH, TITLE_LENGTH, required_moment};

/// Contacts and owners that one can have: each pair gets a task at each moment.
const MOST_CONTACTS: usize = 50;
const MOST_OWNERS: usize = 5;
/// The longest interval, the highest count, and ten years.
const LONGEST_INTERVAL: i64 = 1000;
const HIGHEST_COUNT: i64 = 100_000;
const TEN_YEARS: i64 = 315_360_000;

/// Reads the body of a creation: title, rule and the rest.
///
/// # Errors
/// All faults at once.
pub(super) fn new(body: &Map<String, Value>) -> Result<(String, Rule, Changes), Error> {
    let mut fields = Fields::of_body(body);
    let title = fields.required_text_within("title", TITLE_LENGTH);
    let mut more = shared(&mut fields);
    if fields.all().get("rruleOptions").is_none_or(Value::is_null) {
        fields.fault("rruleOptions", "should not be null or undefined");
    }
    fields.finish()?;
    let rule = more.rule.take().ok_or_else(|| Error::field("rruleOptions must be an object"))?;
    Ok((title, rule, more))
}

/// Reads the body of a change.
///
/// # Errors
/// All faults at once.
pub(super) fn changes(body: &Map<String, Value>) -> Result<Changes, Error> {
    let mut fields = Fields::of_body(body);
    let title = fields.given_text_within("title", TITLE_LENGTH);
    let changes = Changes { title, ..shared(&mut fields) };
    fields.finish()?;
    Ok(changes)
}

fn shared(fields: &mut Fields<'_>) -> Changes {
    fields.declare("locationId"); // the edge has seen that it is the caller's
    let description = match fields.text_within("description", BODY_LENGTH) {
        Patch::Absent => None,
        said => Some(said.into_option()),
    };
    Changes {
        title: None,
        description,
        contact_ids: ids(fields, "contactIds", MOST_CONTACTS),
        owners: ids(fields, "owners", MOST_OWNERS),
        rule: fields.object("rruleOptions", rule).into_option(),
        ignore_task_creation: fields.flag("ignoreTaskCreation").unwrap_or(false),
    }
}

fn ids(fields: &mut Fields<'_>, name: &'static str, most: usize) -> Option<Vec<String>> {
    let ids = fields.texts_within(name, ID_LENGTH)?;
    if ids.len() > most {
        fields.too_many(name, most);
    }
    Some(ids)
}

fn rule(fields: &mut Fields<'_>) -> Rule {
    let rule = Rule {
        interval_type: word(fields, "intervalType", &IntervalType::WORDS).unwrap_or(IntervalType::Yearly),
        interval: fields.required_integer("interval", 1, LONGEST_INTERVAL),
        start_date: required_moment(fields, "startDate"),
        end_date: fields.moment("endDate").into_option(),
        day_of_month: small(fields, "dayOfMonth", 31),
        day_of_week: word(fields, "dayOfWeek", &Day::WORDS),
        month_of_year: small(fields, "monthOfYear", 12),
        count: fields.integer("count", 1, HIGHEST_COUNT),
        create_task_if_over_due: fields.flag("createTaskIfOverDue"),
        due_after_seconds: fields.required_integer("dueAfterSeconds", 0, TEN_YEARS),
    };
    if fields.all().get("intervalType").is_none_or(Value::is_null) {
        fields.fault("intervalType", "should not be empty");
    }
    if rule.end_date.is_some_and(|end| end < rule.start_date) {
        fields.fault("endDate", "must not be before startDate");
    }
    rule
}

fn word<T: Copy>(fields: &mut Fields<'_>, name: &'static str, words: &[(&'static str, T)]) -> Option<T> {
    let names: Vec<&'static str> = words.iter().map(|(word, _)| *word).collect();
    let said = fields.one_of(name, &names)?;
    words.iter().find(|(word, _)| *word == said).map(|(_, meant)| *meant)
}

fn small(fields: &mut Fields<'_>, name: &'static str, most: i64) -> Option<i8> {
    fields.integer(name, 1, most).and_then(|number| i8::try_from(number).ok())
}

/// What all operations on one recurring task answer, but for its end. The documented answer has room for one contact and
/// one owner; all of them stand beside.
#[must_use]
pub(super) fn one(one: &RecurringTask, location: &str) -> Value {
    let mut rule = json!(one.rule);
    rule["startDate"] = json!(one.rule.start_date.iso());
    if let Some(end) = one.rule.end_date {
        rule["endDate"] = json!(end.iso());
    }
    let mut shown = json!({
        "id": one.id,
        "title": one.title,
        "description": one.description.as_deref().unwrap_or_default(),
        "locationId": location,
        "contactIds": one.contact_ids,
        "owners": one.owners,
        "rruleOptions": rule,
        "totalOccurrence": one.total_occurrence,
        "deleted": false,
        "createdAt": one.created_at.iso(),
        "updatedAt": one.updated_at.iso(),
    });
    for (key, first) in [("contactId", one.contact_ids.first()), ("assignedTo", one.owners.first())] {
        if let Some(first) = first {
            shown[key] = json!(first);
        }
    }
    json!({ "recurringTask": shown })
}

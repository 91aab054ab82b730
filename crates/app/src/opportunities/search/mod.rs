//! Finding opportunities: what they can be searched and sorted by, `list` the old search in the query string, `query` what
//! both ask the store, and `sums` how many match and what they are worth.

pub(super) mod list;
mod query;
mod routes;
mod sums;

use leadhold_kernel::{Error, plain};
use leadhold_store::Dynamic;
use serde_json::{Map, Value, json};

pub use self::query::with_values;
pub(super) use self::routes::routes;
use super::model::Opportunity;
use super::shown::Details;
use crate::http::fields::Fields;
use crate::search::compile::Plan;
use crate::search::field::{AMOUNT, ANY, PART, PRESENT, SAME, SPAN};
use crate::search::{Catalogue, Column, Field, Key, KeyKind, Rows, Search, Sort, SortKey, parse};

/// Opportunities, as `opportunities o`.
static CATALOGUE: Catalogue = Catalogue {
    noun: "opportunity",
    limit: ("limit", false),
    first_page: 0,
    field: find,
    sort_keys: &SORT_KEYS,
    id: "o.id",
    with_words,
};

const fn sorted(name: &'static str, column: &'static str, kind: KeyKind) -> SortKey {
    SortKey { name, column, kind, indexed: true }
}

const DATE_ADDED: &str = "o.date_added";
const DATE_UPDATED: &str = "o.date_updated";
const STATUS_CHANGE: &str = "o.last_status_change";
const NAME: &str = "o.name_lower";
const VALUE: &str = "o.monetary_value";

static SORT_KEYS: [SortKey; 9] = [
    sorted("date_added", DATE_ADDED, KeyKind::Number),
    sorted("date_updated", DATE_UPDATED, KeyKind::Number),
    sorted("last_status_change_date", STATUS_CHANGE, KeyKind::Number),
    sorted("name", NAME, KeyKind::Text),
    sorted("monetary_value", VALUE, KeyKind::Real),
    // v3's spelling
    sorted("dateAdded", DATE_ADDED, KeyKind::Number),
    sorted("dateUpdated", DATE_UPDATED, KeyKind::Number),
    sorted("lastStatusChangeDate", STATUS_CHANGE, KeyKind::Number),
    sorted("monetaryValue", VALUE, KeyKind::Real),
];

/// The sort values of an opportunity.
fn sort_values(of: &Opportunity, sort: &[Sort]) -> Vec<Key> {
    let value = |sort: &Sort| match sort.key.column {
        DATE_UPDATED => Key::Number(of.date_updated.millis()),
        STATUS_CHANGE => Key::Number(of.last_status_change.millis()),
        NAME => Key::Text(leadhold_kernel::fold(&of.name)),
        VALUE => Key::Real(of.monetary_value),
        _ => Key::Number(of.date_added.millis()),
    };
    sort.iter().map(value).collect()
}

/// The sort values of an opportunity and its id: what `searchAfter` of the next page repeats.
fn search_after(of: &Opportunity, sort: &[Sort]) -> Vec<Value> {
    let shown = |key: Key| match key {
        Key::Text(text) => json!(text),
        Key::Number(number) => json!(number),
        Key::Real(number) => plain(number),
        Key::Flag(flag) => json!(flag),
    };
    sort_values(of, sort).into_iter().map(shown).chain([json!(of.id)]).collect()
}

/// Reads the body of `POST /opportunities/search`, and what is to be shown of each contact besides.
///
/// # Errors
/// `Validation` with all faults of shape; `BadRequest` (`Invalid field x`) for the first field that does not exist.
fn read(body: &Map<String, Value>) -> Result<(Search, Details), Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("locationId");
    let details = fields.object("additionalDetails", |details| {
        let [notes, tasks, events, _] = ["notes", "tasks", "calendarEvents", "unReadConversations"]
            .map(|name| details.flag(name).unwrap_or(false));
        Details { notes, tasks, events }
    });
    let read = parse::read(&mut fields, &CATALOGUE);
    fields.finish()?;
    Ok((read.end()?, details.into_option().unwrap_or_default()))
}

const PIPELINE: &str = "o.pipeline_id";
const STAGE: &str = "o.stage_id";
const STATUS: &str = "o.status";
const CONTACT: &str = "o.contact_id";

/// The field of this public name, in either version's spelling, with the operators that it takes.
fn find(name: &str) -> Option<Column> {
    Some(match name {
        "id" => (Field::Exact("o.id"), SAME),
        "pipeline_id" | "pipelineId" => (Field::Exact(PIPELINE), PRESENT),
        "pipeline_stage_id" | "pipelineStageId" => (Field::Exact(STAGE), PRESENT),
        "contact_id" | "contactId" => (Field::Exact(CONTACT), PRESENT),
        "assigned_to" | "assignedTo" => (Field::Exact("o.assigned_to"), PRESENT),
        "lost_reason_id" | "lostReasonId" => (Field::Exact("coalesce(o.lost_reason_id, '')"), PRESENT),
        "status" => (Field::Exact(STATUS), PRESENT),
        "name" => (Field::Text(NAME), PART),
        "source" => (Field::Text("o.source_lower"), PART),
        "monetary_value" | "monetaryValue" => (Field::Number(VALUE), AMOUNT),
        "date_added" | "dateAdded" => (Field::Moment(DATE_ADDED), SPAN),
        "date_updated" | "dateUpdated" => (Field::Moment(DATE_UPDATED), SPAN),
        "last_status_change_date" | "lastStatusChangeDate" => (Field::Moment(STATUS_CHANGE), SPAN),
        "last_stage_change_date" | "lastStageChangeDate" => (Field::Moment("o.last_stage_change"), SPAN),
        "tags" => (tags(), PRESENT),
        "followers" => (followers(), PRESENT),
        other => return custom(other),
    })
}

const OWNER: (&str, &str) = ("o.no", "r.opportunity_no");
const FIELD_VALUES: &str = "opportunity_field_values r";
const FIELD_ID: &str = "r.field_id";

fn followers() -> Field {
    let (table, value) = ("opportunity_followers r", "r.user_id");
    Field::Rows(Rows { table, of: OWNER, keys: Vec::new(), value, part: value })
}

/// The contact's tags.
fn tags() -> Field {
    let table = "contact_tags r join contacts k on k.no = r.contact_no";
    Field::Rows(Rows { table, of: (CONTACT, "k.id"), keys: Vec::new(), value: "r.tag", part: "r.tag" })
}

/// The contact's country.
fn country() -> Field {
    let value = "r.country_lower";
    Field::Rows(Rows { table: "contacts r", of: (CONTACT, "r.id"), keys: Vec::new(), value, part: value })
}

/// `custom_fields.<id or key>` and `custom_fields.<id or key>.<option>`; `query` puts the id for the key.
fn custom(name: &str) -> Option<Column> {
    let rest = name.strip_prefix("custom_fields.").or_else(|| name.strip_prefix("customFields."))?;
    let rest = rest.strip_prefix("opportunity.").unwrap_or(rest);
    let (field, option) = match rest.split_once('.') {
        Some((field, option)) => (field, Some(option)),
        None => (rest, None),
    };
    if field.is_empty() || option.is_some_and(|option| option.is_empty() || option.contains('.')) {
        return None;
    }
    let mut keys = vec![(FIELD_ID, field.to_owned())];
    keys.extend(option.map(|option| ("r.option_id", option.to_owned())));
    let rows = Rows { table: FIELD_VALUES, of: OWNER, keys, value: "r.head", part: "r.body" };
    Some((Field::Rows(rows), if option.is_some() { PART } else { ANY }))
}

/// Opportunities of which each run of words is in the name, or in the contact's name, address, number or company.
fn with_words(sql: &mut Dynamic, words: &[String], plan: Plan) {
    let (own, of_contact) = match plan {
        Plan::Sparse => (
            " and (o.no in (select s.rowid from opportunities_search s where s.location_id = $1 and ",
            ") or o.contact_id in (select c.id from contacts_search s join contacts c on c.no = s.rowid
                where s.location_id = $1 and ",
        ),
        Plan::Dense => (
            " and (exists (select 1 from opportunities_search s where s.rowid = o.no and s.location_id = $1 and ",
            ") or exists (select 1 from contacts c join contacts_search s on s.rowid = c.no
                where c.id = o.contact_id and s.location_id = $1 and ",
        ),
    };
    for run in words {
        sql.push(own).has_words("opportunities_search", "s", run);
        sql.push(of_contact).has_words("contacts_search", "s", run).push("))");
    }
}

#[cfg(test)]
mod plans;

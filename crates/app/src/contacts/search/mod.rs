//! What contacts can be searched and sorted by, for the old list and `POST /contacts/search`.

use leadhold_kernel::{Error, words};
use leadhold_store::Dynamic;
use serde_json::{Map, Value};

use super::dnd::Channel;
use crate::http::fields::Fields;
use crate::search::compile::Plan;
use crate::search::field::{ANY, PART, PRESENT, SAME, SPAN};
use crate::search::{
    Catalogue, Column, Field, Filter, KeyKind, Operand, Rows, Search, SortKey, Test, only, parse,
};

/// Contacts, as `contacts c`.
pub(super) static CATALOGUE: Catalogue = Catalogue {
    noun: "contact",
    limit: ("pageLimit", true),
    first_page: 1,
    field: find,
    sort_keys: &SORT_KEYS,
    id: "c.id",
    with_words,
};

/// Newest first is what a list is without another order.
pub(super) static DATE_ADDED: &SortKey = &SORT_KEYS[0];

static SORT_KEYS: [SortKey; 7] = [
    SortKey { name: "dateAdded", column: "c.date_added", kind: KeyKind::Number, indexed: true },
    SortKey { name: "dateUpdated", column: "c.date_updated", kind: KeyKind::Number, indexed: true },
    SortKey { name: "email", column: "c.email_lower", kind: KeyKind::Text, indexed: false },
    SortKey { name: "dnd", column: "c.dnd", kind: KeyKind::Flag, indexed: false },
    SortKey { name: "source", column: "c.source_lower", kind: KeyKind::Text, indexed: false },
    SortKey { name: "firstNameLowerCase", column: "c.first_name_lower", kind: KeyKind::Text, indexed: false },
    SortKey { name: "lastNameLowerCase", column: "c.last_name_lower", kind: KeyKind::Text, indexed: false },
];

/// What to search. Where, the body says too, and has been decided.
///
/// # Errors
/// `Validation` with all faults of shape; `BadRequest` (`Invalid field x`) for the first field that does not exist.
pub(super) fn read(body: &Map<String, Value>) -> Result<Search, Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("locationId");
    let read = parse::read(&mut fields, &CATALOGUE);
    fields.finish()?;
    read.end()
}

/// The tag, when all that is asked is that a contact has it: the commonest filter, and counted by its index alone.
pub(super) fn only_tag(filter: &Filter) -> Option<&str> {
    match only(filter) {
        Some((Field::Rows(rows), Test::Eq(values))) if rows.table == TAGS => match values.as_slice() {
            [Operand::Text(tag)] => Some(tag),
            _ => None,
        },
        _ => None,
    }
}

/// Narrows a statement to the contacts that have what somebody typed in their name, address, number or company.
pub(super) fn with_typed(sql: &mut Dynamic, typed: &str) {
    let asked = words::asked(typed);
    if !asked.is_empty() {
        with_words(sql, &asked, Plan::Sparse);
    }
}

/// Contacts whose name, address, number and company have the words.
fn with_words(sql: &mut Dynamic, words: &[String], plan: Plan) {
    sql.push(match plan {
        Plan::Sparse => " and c.no in (select s.rowid from contacts_search s where s.location_id = $1 and ",
        Plan::Dense => {
            " and exists (select 1 from contacts_search s where s.rowid = c.no and s.location_id = $1 and "
        }
    });
    sql.has_words("contacts_search", "s", &words.join(" ")).push(")");
}

const OWNER: (&str, &str) = ("c.no", "r.contact_no");
const TAGS: &str = "contact_tags r";

fn tags() -> Field {
    Field::Rows(Rows { table: TAGS, of: OWNER, keys: Vec::new(), value: "r.tag", part: "r.tag" })
}

/// Another field with several values, by its name in `contact_facets`.
fn facet(name: &str) -> Field {
    let keys = vec![("r.facet", name.to_owned())];
    Field::Rows(Rows { table: "contact_facets r", of: OWNER, keys, value: "r.value", part: "r.value" })
}

/// A custom field, and of a text box list one of its boxes.
fn custom(id: &str, option: Option<&str>) -> Field {
    let mut keys = vec![("r.field_id", id.to_owned())];
    keys.extend(option.map(|option| ("r.option_id", option.to_owned())));
    Field::Rows(Rows { table: "contact_field_values r", of: OWNER, keys, value: "r.head", part: "r.body" })
}

/// The field of this public name with the operators that it takes; `None`: there is no such field.
fn find(name: &str) -> Option<Column> {
    Some(match name {
        "id" => (Field::Exact("c.id"), SAME),
        "assignedTo" => (Field::Exact("c.assigned_to"), PRESENT),
        "contactName" => (Field::Text("c.name_lower"), PRESENT),
        "email" => (Field::Text("c.email_lower"), PRESENT),
        "state" => (Field::Text("c.state_lower"), PRESENT),
        "country" => (Field::Text("c.country_lower"), PRESENT),
        "source" => (Field::Text("c.source_lower"), PRESENT),
        "firstNameLowerCase" => (Field::Text("c.first_name_lower"), PART),
        "lastNameLowerCase" => (Field::Text("c.last_name_lower"), PART),
        "phone" => (Field::Text("c.phone_lower"), PART),
        "address" => (Field::Text("c.address_lower"), PART),
        "city" => (Field::Text("c.city_lower"), PART),
        "postalCode" => (Field::Text("c.postal_code_lower"), PART),
        "companyName" => (Field::Text("c.company_name_lower"), PART),
        "businessName" => (Field::Text("c.business_name_lower"), PART),
        "dnd" => (Field::Flag("c.dnd"), PRESENT),
        "isValidWhatsapp" => (Field::MaybeFlag("c.valid_whatsapp"), PRESENT),
        "tags" => (tags(), PRESENT),
        "followers" => (facet("follower"), PRESENT),
        "additionalEmails" => (facet("email"), PRESENT),
        "dateAdded" => (Field::Moment("c.date_added"), SPAN),
        "dateUpdated" => (Field::Moment("c.date_updated"), SPAN),
        "lastEmailClickedDate" => (Field::Moment("c.last_email_clicked"), SPAN),
        "lastEmailOpenedDate" => (Field::Moment("c.last_email_opened"), SPAN),
        "inboundDndSettings.all.status" => (facet("inbound_dnd.all"), PRESENT),
        other => return dotted(other),
    })
}

/// `dndSettings.<channel>.status`, `customFields.<id>` and `customFields.<id>.<option>`.
fn dotted(name: &str) -> Option<Column> {
    let mut parts = name.split('.');
    match (parts.next()?, parts.next(), parts.next(), parts.next()) {
        ("dndSettings", Some(channel), Some("status"), None) => {
            Some((facet(&Channel::parse(channel)?.facet()), PRESENT))
        }
        ("customFields", Some(id), option, None) if !id.is_empty() => {
            let operators = if option.is_some() { PART } else { ANY };
            Some((custom(id, option), operators))
        }
        _ => None,
    }
}

#[cfg(test)]
mod compile_tests;
#[cfg(test)]
mod parse_tests;
#[cfg(test)]
mod plans;

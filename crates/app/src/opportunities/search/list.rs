//! `GET /opportunities/search`: a search in the query string, in v2 with snake_case names and in v3 with camelCase.

use leadhold_kernel::{Error, Timestamp, date::Date, fold, words};
use leadhold_store::Tx;

use super::query::{self, Page};
use super::{CATALOGUE, CONTACT, DATE_ADDED, PIPELINE, STAGE, STATUS, country, sort_values};
use crate::http::fields::Fields;
use crate::http::{ApiVersion, Query};
use crate::opportunities::model::{Opportunity, Status};
use crate::opportunities::service;
use crate::opportunities::shown::Details;
use crate::search::{
    Bound, Field, Filter, Key, Limit, MAX_TEXT, MAX_WINDOW, Operand, Search, Sort, Test, Window,
};
use crate::tenant::LocationScope;

const DAY: i64 = 86_400_000;

/// What the list is asked for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    search: Search,
    /// The creation date (milliseconds) and the id of the last one of the previous page; either may be missing.
    start_after: (Option<i64>, Option<String>),
    details: Details,
}

/// A page of the list, and which one it is.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) page: Page,
    pub(super) number: i64,
}

impl Asked {
    /// Reads the query string.
    ///
    /// # Errors
    /// All faults at once.
    pub(super) fn read(query: &Query, version: ApiVersion) -> Result<Self, Error> {
        let mut fields = Fields::of_list(query);
        let names = Names::of(version);
        fields.declare(names.location);
        let typed = fields.text_within("q", MAX_TEXT).into_option().unwrap_or_default();
        let filter = filter(&mut fields, &names);
        let limit = fields.integer("limit", 1, 100).unwrap_or(20);
        let page = fields.integer("page", 0, MAX_WINDOW).unwrap_or(1).max(1);
        if page.saturating_mul(limit) > MAX_WINDOW {
            let rule = format!("times limit must not be greater than {MAX_WINDOW}: go on with startAfter");
            fields.fault("page", rule);
        }
        let order = fields.text("order").into_option().unwrap_or_default();
        let start_after =
            (fields.integer("startAfter", i64::MIN, i64::MAX), text(&mut fields, "startAfterId"));
        let [tasks, notes, events] =
            ["getTasks", "getNotes", "getCalendarEvents"].map(|name| fields.flag(name).unwrap_or(false));
        fields.finish()?;
        let (window, words) = (Window::Page(page), words::asked(&typed));
        let search = Search { limit, window, sort: vec![sort(&order)], words, filter };
        Ok(Self { search, start_after, details: Details { notes, tasks, events } })
    }

    /// How many there are on a page.
    pub(super) fn limit(&self) -> i64 {
        self.search.limit
    }
}

/// The names that differ between the versions.
struct Names {
    location: &'static str,
    pipeline: &'static str,
    stage: &'static str,
    contact: &'static str,
    assignee: &'static str,
}

impl Names {
    fn of(version: ApiVersion) -> Self {
        match version {
            ApiVersion::V2 => Self {
                location: "location_id",
                pipeline: "pipeline_id",
                stage: "pipeline_stage_id",
                contact: "contact_id",
                assignee: "assigned_to",
            },
            ApiVersion::V3 => Self {
                location: "locationId",
                pipeline: "pipelineId",
                stage: "pipelineStageId",
                contact: "contactId",
                assignee: "assignedTo",
            },
        }
    }
}

fn filter(fields: &mut Fields<'_>, names: &Names) -> Filter {
    let mut parts = Vec::new();
    for (name, column) in [
        (names.pipeline, PIPELINE),
        (names.stage, STAGE),
        (names.contact, CONTACT),
        (names.assignee, "o.assigned_to"),
        ("id", "o.id"),
    ] {
        if let Some(id) = text(fields, name) {
            parts.push(is(Field::Exact(column), id));
        }
    }
    let known: Vec<&'static str> = Status::NAMES.iter().copied().chain(["all"]).collect();
    if let Some(status) = fields.one_of("status", &known).filter(|status| *status != "all") {
        parts.push(is(Field::Exact(STATUS), status.to_owned()));
    }
    if let Some(code) = text(fields, "country") {
        parts.push(is(country(), fold(code.trim())));
    }
    // No opportunity is of a campaign.
    if text(fields, "campaignId").is_some() {
        parts.push(Filter::Is(Field::Exact("o.id"), Test::NotExists));
    }
    let days = [("date", Bound::Gte, 0), ("endDate", Bound::Lte, DAY - 1)];
    for (name, bound, offset) in days {
        if let Some(day) = day(fields, name) {
            let limits = vec![(bound, Limit::Millis(day.millis() + offset))];
            parts.push(Filter::Is(Field::Moment(DATE_ADDED), Test::Range(limits)));
        }
    }
    Filter::All(parts)
}

fn is(field: Field, value: String) -> Filter {
    Filter::Is(field, Test::Eq(vec![Operand::Text(value)]))
}

/// A text that is not blank, of a length that a search can bear.
fn text(fields: &mut Fields<'_>, name: &'static str) -> Option<String> {
    fields.text_within(name, MAX_TEXT).into_option().filter(|text| !text.trim().is_empty())
}

/// A day as `mm-dd-yyyy`, or in another spelling.
fn day(fields: &mut Fields<'_>, name: &'static str) -> Option<Date> {
    let day = Date::parse(&text(fields, name)?);
    if day.is_none() {
        fields.fault(name, "must be a date such as mm-dd-yyyy");
    }
    day
}

/// `added_asc` and its like; the real service lets everything else pass, too.
fn sort(order: &str) -> Sort {
    let (field, direction) = order.rsplit_once('_').unwrap_or((order, "desc"));
    let name = match field {
        "name" => "name",
        "updated" => "date_updated",
        "status_change" => "last_status_change_date",
        "value" | "monetary_value" => "monetary_value",
        _ => "date_added",
    };
    let key = CATALOGUE.sort_key(name).unwrap_or(&CATALOGUE.sort_keys[0]);
    Sort { key, descending: direction != "asc" }
}

/// The page that is asked for.
///
/// # Errors
/// 400 when the opportunity after which it begins is unknown; when the store fails.
pub(super) fn list(tx: &mut Tx<'_>, here: &LocationScope, asked: &Asked) -> Result<Listed, Error> {
    let mut search = asked.search.clone();
    let mut number = match search.window {
        Window::Page(number) => number,
        Window::After(..) => 1,
    };
    let (date, id) = &asked.start_after;
    let last = match id {
        Some(id) => service::find(tx, here, id)?,
        None => None,
    };
    if let Some((keys, id)) = cursor(&search.sort, last.as_ref(), *date, id.as_deref())? {
        if let Some(last) = &last {
            number = query::before(tx, here, &search, last, MAX_WINDOW)? / search.limit + 1;
        }
        search.window = Window::After(keys, id);
    }
    Ok(Listed { page: query::search(tx, here, &search, asked.details)?, number })
}

/// Where the page begins: after an opportunity that is there, or after the place where it stood.
fn cursor(
    sort: &[Sort],
    last: Option<&Opportunity>,
    date: Option<i64>,
    id: Option<&str>,
) -> Result<Option<(Vec<Key>, String)>, Error> {
    let by_date = matches!(sort, [Sort { key, .. }] if key.column == DATE_ADDED);
    match (last, date, id) {
        (Some(last), ..) => Ok(Some((sort_values(last, sort), last.id.to_string()))),
        (None, Some(date), id) if by_date => {
            Ok(Some((vec![Key::Number(Timestamp(date).millis())], id.unwrap_or_default().to_owned())))
        }
        (None, _, Some(id)) => Err(Error::bad_request(format!("Opportunity with id {id} not found"))),
        (None, ..) => Ok(None),
    }
}

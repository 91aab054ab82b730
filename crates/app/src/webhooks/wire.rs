//! Deliveries as JSON.

use leadhold_kernel::{Error, EventKind, Scope, ScopeSet, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::log::check::{Check, checks};
use super::log::curl::curl;
use super::log::heads::Heads;
use super::log::{Attempt, Entry, Filter, Page, Whole};
use super::replays::bulk::Replay;
use super::workflow;
use crate::http::Query;
use crate::http::fields::Fields;
use crate::webhook_keys::Pair;

/// A delivery in a list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step_id: Option<String>,
    company_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    location_id: Option<String>,
    method: String,
    url: String,
    state: String,
    attempt_count: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<String>,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_at: Option<String>,
    /// How often it was replayed.
    replays: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_status: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_took_millis: Option<i64>,
}

/// A page of the list.
#[derive(Serialize)]
pub(super) struct List {
    deliveries: Vec<Summary>,
    /// What to send as `after` for the next page; null on the last.
    next: Option<String>,
}

/// A delivery with its body and attempts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Detail {
    #[serde(flatten)]
    summary: Summary,
    /// The bytes that were signed, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    /// Instead of the body, when the caller may not read the records that it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    body_needs_scope: Option<&'static str>,
    /// The last attempt as a command, unless the body is withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    curl: Option<String>,
    attempts: Vec<Tried>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tried {
    number: i64,
    started_at: String,
    took_millis: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Fault>,
    /// After how many replays.
    replay: i64,
    request_headers: Heads,
    response_headers: Heads,
    signatures: Vec<Check>,
}

#[derive(Serialize)]
struct Fault {
    kind: String,
    message: String,
}

impl List {
    /// The page that `page` asked for, read with one entry more than its size, which tells whether there is another.
    pub(super) fn of(mut entries: Vec<Entry>, size: usize) -> List {
        let more = entries.len() > size;
        entries.truncate(size);
        let next =
            entries.last().filter(|_| more).map(|last| format!("{}.{}", last.made_at.millis(), last.id));
        List { deliveries: entries.into_iter().map(Summary::of).collect(), next }
    }
}

impl Summary {
    fn of(entry: Entry) -> Summary {
        Summary {
            id: entry.id.to_string(),
            kind: entry.kind,
            webhook_id: entry.event_id,
            app_id: entry.app_id,
            subscription_id: entry.subscription_id,
            run_id: entry.run_id,
            step_id: entry.step_id,
            company_id: entry.company_id.to_string(),
            location_id: entry.location_id,
            method: entry.method,
            url: entry.url,
            state: entry.state,
            attempt_count: entry.attempts,
            next_attempt_at: entry.next_at.map(Timestamp::iso),
            created_at: entry.made_at.iso(),
            settled_at: entry.settled_at.map(Timestamp::iso),
            replays: entry.round,
            last_status: entry.last_status,
            last_error: entry.last_error,
            last_took_millis: entry.last_took_millis,
        }
    }
}

impl Detail {
    /// The delivery as a caller with `scopes` may see it.
    pub(super) fn of(whole: Whole, scopes: &ScopeSet, keys: &[Pair]) -> Detail {
        let body_needs_scope = needed_scope(&whole.entry.kind)
            .filter(|name| !Scope::parse(name).is_some_and(|scope| scopes.contains(scope)));
        let shown = body_needs_scope.is_none();
        Detail {
            curl: shown.then(|| curl(&whole)),
            summary: Summary::of(whole.entry),
            body: shown.then(|| String::from_utf8_lossy(&whole.body).into_owned()),
            body_needs_scope,
            attempts: whole.attempts.into_iter().map(|one| Tried::of(one, keys, &whole.body)).collect(),
        }
    }
}

impl Tried {
    fn of(attempt: Attempt, keys: &[Pair], body: &[u8]) -> Tried {
        let error = attempt.error_kind.map(|kind| Fault { kind, message: attempt.error.unwrap_or_default() });
        Tried {
            number: attempt.number,
            started_at: attempt.started_at.iso(),
            took_millis: attempt.took_millis,
            status: attempt.status,
            answer: attempt.answer,
            error,
            replay: attempt.round,
            signatures: checks(keys, &attempt.request_headers, body),
            request_headers: attempt.request_headers,
            response_headers: attempt.response_headers,
        }
    }
}

/// What a caller must be granted to read a body: the event's own scope, so that the log is no way around it.
fn needed_scope(kind: &str) -> Option<&'static str> {
    if kind == workflow::KIND {
        return Some("contacts.readonly"); // the step's body shows the contact
    }
    EventKind::parse(kind).and_then(EventKind::scope)
}

/// Reads the filter, `limit` (1 to 100, else 20) and `after` of a query. What is none of these is let pass.
pub(super) fn page(query: &Query) -> Result<Page, Error> {
    let mut fields = Fields::of_query(query);
    fields.ignore_undeclared();
    let filter = Filter::read(&mut fields);
    let limit = query.get("limit").map_or(Some(20), |text| text.parse().ok());
    let limit = limit.filter(|limit| (1..=100).contains(limit));
    if limit.is_none() {
        fields.fault("limit", "must be a whole number from 1 to 100");
    }
    let after = query.get("after").map(cursor);
    if after == Some(None) {
        fields.fault("after", "must be the `next` of an earlier page");
    }
    fields.finish()?;
    Ok(Page { after: after.flatten(), filter, limit: limit.unwrap_or(20) })
}

/// Reads which deliveries to replay. To replay everything somebody has to say so, by naming a state or a time.
pub(super) fn replay(body: &Map<String, Value>) -> Result<Filter, Error> {
    let mut fields = Fields::of_body(body);
    fields.declare("locationId");
    fields.declare("companyId");
    let filter = Filter::read(&mut fields);
    if fields.sound() && filter.is_empty() {
        fields.fault(
            "filter",
            "must name at least one of: state, type, appId, subscriptionId, recordId, webhookId, from, to",
        );
    }
    fields.finish()?;
    Ok(filter)
}

/// A replay and how far it is.
pub(super) fn progress(replay: &Replay) -> Value {
    json!({
        "replay": {
            "id": replay.id,
            "state": replay.state,
            "filter": replay.filter.shown(),
            "replayed": replay.replayed,
            "gone": replay.gone,
            "createdAt": replay.made_at.iso(),
            "finishedAt": replay.finished_at.map(Timestamp::iso),
            "url": format!("/leadhold/v1/webhooks/replays/{}", replay.id),
        }
    })
}

/// Reads the `next` of a page.
pub(super) fn cursor(text: &str) -> Option<(Timestamp, String)> {
    let (millis, id) = text.split_once('.')?;
    let fits = id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric());
    Some((Timestamp(millis.parse().ok()?), id.to_owned())).filter(|_| fits)
}

#[cfg(test)]
mod tests {
    use super::super::log::State;
    use super::*;

    fn read(query: &str) -> Result<Page, Error> {
        page(&Query::parse(query.as_bytes()))
    }

    #[test]
    fn a_page_is_read_from_the_query() {
        assert_eq!(read(""), Ok(Page { after: None, filter: Filter::default(), limit: 20 }));
        let after = Some((Timestamp(1_768_471_200_000), "AbC".to_owned()));
        let filter = Filter { state: Some(State::Dead), ..Filter::default() };
        assert_eq!(
            read("state=dead&limit=100&after=1768471200000.AbC"),
            Ok(Page { after, filter, limit: 100 })
        );
        let filter = Filter {
            kind: Some("ContactCreate".into()),
            app_id: Some("66a0419a0dffa47fb5f8b22f".into()),
            from: Some(Timestamp(0)),
            ..Filter::default()
        };
        let query = "type=ContactCreate&appId=66a0419a0dffa47fb5f8b22f-x1y2&from=1970-01-01T00:00:00Z&utm=x";
        assert_eq!(read(query), Ok(Page { after: None, filter, limit: 20 }));
    }

    #[test]
    fn every_fault_of_a_query_is_told_at_once() {
        let faults = [
            "state must be one of: pending, delivered, dead, held",
            "limit must be a whole number from 1 to 100",
            "after must be the `next` of an earlier page",
        ];
        for query in
            ["state=lost&limit=0&after=x", "state=&limit=101&after=1.a%00", "state=Dead&limit=1.5&after=.a"]
        {
            assert_eq!(read(query), Err(Error::Validation(faults.map(str::to_owned).into())), "{query}");
        }
    }

    #[test]
    fn a_body_is_guarded_by_the_scope_of_what_it_shows() {
        assert_eq!(needed_scope("ContactCreate"), Some("contacts.readonly"));
        assert_eq!(needed_scope("InboundMessage"), Some("conversations/message.readonly"));
        assert_eq!(needed_scope("Workflow"), Some("contacts.readonly"));
        assert_eq!(needed_scope("INSTALL"), None);
    }
}

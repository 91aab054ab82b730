//! Deliveries as JSON.

use leadhold_kernel::{Error, EventKind, Scope, ScopeSet, Timestamp};
use serde::Serialize;

use super::log::{Attempt, Entry, Page, State, Whole};
use super::workflow;
use crate::http::Query;

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
        }
    }
}

impl Detail {
    /// The delivery as a caller with `scopes` may see it.
    pub(super) fn of(whole: Whole, scopes: &ScopeSet) -> Detail {
        let body_needs_scope = needed_scope(&whole.entry.kind)
            .filter(|name| !Scope::parse(name).is_some_and(|scope| scopes.contains(scope)));
        let body = String::from_utf8_lossy(&whole.body).into_owned();
        Detail {
            summary: Summary::of(whole.entry),
            body: body_needs_scope.is_none().then_some(body),
            body_needs_scope,
            attempts: whole.attempts.into_iter().map(Tried::of).collect(),
        }
    }
}

impl Tried {
    fn of(attempt: Attempt) -> Tried {
        let error = attempt.error_kind.map(|kind| Fault { kind, message: attempt.error.unwrap_or_default() });
        Tried {
            number: attempt.number,
            started_at: attempt.started_at.iso(),
            took_millis: attempt.took_millis,
            status: attempt.status,
            answer: attempt.answer,
            error,
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

/// Reads `state`, `limit` (1 to 100, else 20) and `after` of a query.
pub(super) fn page(query: &Query) -> Result<Page, Error> {
    let mut faults = Vec::new();
    let state = query.get("state").map(|name| {
        State::parse(name)
            .ok_or_else(|| faults.push("state must be one of: pending, delivered, dead".to_owned()))
    });
    let limit = query.get("limit").map_or(Ok(20), |text| {
        let limit = text.parse().ok().filter(|limit| (1..=100).contains(limit));
        limit.ok_or_else(|| faults.push("limit must be a whole number from 1 to 100".to_owned()))
    });
    let after = query.get("after").map(|text| {
        cursor(text).ok_or_else(|| faults.push("after must be the `next` of an earlier page".to_owned()))
    });
    match (state.transpose(), limit, after.transpose()) {
        (Ok(state), Ok(limit), Ok(after)) => Ok(Page { after, state, limit }),
        _ => Err(Error::Validation(faults)),
    }
}

fn cursor(text: &str) -> Option<(Timestamp, String)> {
    let (millis, id) = text.split_once('.')?;
    let fits = id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric());
    Some((Timestamp(millis.parse().ok()?), id.to_owned())).filter(|_| fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Page, Error> {
        page(&Query::parse(query.as_bytes()))
    }

    #[test]
    fn a_page_is_read_from_the_query() {
        assert_eq!(read(""), Ok(Page { after: None, state: None, limit: 20 }));
        let after = Some((Timestamp(1_768_471_200_000), "AbC".to_owned()));
        assert_eq!(
            read("state=dead&limit=100&after=1768471200000.AbC"),
            Ok(Page { after, state: Some(State::Dead), limit: 100 })
        );
    }

    #[test]
    fn every_fault_of_a_query_is_told_at_once() {
        let faults = [
            "state must be one of: pending, delivered, dead",
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

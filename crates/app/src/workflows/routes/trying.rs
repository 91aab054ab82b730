//! Doing it again, and trying what would be done.

use std::sync::Arc;

use jiff::{Span, SpanRelativeTo};
use leadhold_kernel::{Error, EventKind};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::seeing::run_id;
use super::{location, workflow_id};
use crate::contacts;
use crate::http::fields::Fields;
use crate::http::{Reply, Request, Route, post};
use crate::links::Urls;
use crate::workflows::dry_run::{self, MadeUp, Trial, Who};
use crate::workflows::model::Draft;
use crate::workflows::{replay, runs, service, wire};

/// A dry run watches this long unless it is told, in milliseconds: 30 days.
const SPAN: i64 = 30 * 86_400_000;
/// The longest that it watches: a year.
const LONGEST_SPAN: i64 = 366 * 86_400_000;
/// The most events that a client makes up.
const MOST_EVENTS: usize = 100;
/// The longest id.
const LONGEST: usize = 200;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/leadhold/v1/runs/{runId}/replay", again),
        post("/leadhold/v1/workflows/{workflowId}/dry-run", dry),
    ]
}

async fn again(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let (here, id) = (location(&request, &body)?, run_id(&request)?);
    // A run of somebody else's is not there, whatever the body says.
    let (place, old) = (here.clone(), id.clone());
    let look =
        move |tx: &mut Tx<'_>| runs::find(tx, &place, &old)?.ok_or_else(|| runs::missing(old.as_str()));
    request.app.world.store.read(look).await?;
    let mut fields = Fields::of_body(&body);
    fields.declare("locationId");
    let from = fields.text_within("from", LONGEST).into_option();
    fields.finish()?;
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| {
        let run = replay::begin(tx, &cx, &here, &id, from.as_deref())?;
        let mut shown = wire::run(&run);
        if let Some(shown) = shown.as_object_mut() {
            shown.extend(replay::of(tx, &here, &run.id)?);
        }
        Ok(shown)
    };
    request.write(work, |run| Reply::created(&json!({"run": run}))).await
}

async fn dry(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let (here, id) = (location(&request, &body)?, workflow_id(&request)?);
    // A workflow of somebody else's is not there, whatever the body says.
    let (place, asked) = (here.clone(), id.clone());
    request.app.world.store.read(move |tx| service::get(tx, &place, &asked)).await?;
    let trial = trial(&body)?;
    let urls = Urls::new(&request.app.config.base_url, Arc::clone(&request.app.world.seal));
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| dry_run::run(tx, &cx, &here, &id, &trial, &urls);
    request.write(work, |told| Reply::ok(&told)).await
}

/// What is to be tried.
///
/// # Errors
/// All faults at once.
pub(in crate::workflows) fn trial(body: &Map<String, Value>) -> Result<Trial, Error> {
    let mut fields = Fields::of_body(body);
    fields.declare("locationId");
    let known = fields.text_within("contactId", LONGEST).into_option();
    let drafted = object(&mut fields, "contact");
    if known.is_some() && drafted.is_some() {
        fields.fault("contact", "must not be there beside contactId");
    }
    let trigger = fields.text_within("trigger", LONGEST).into_option();
    let opportunity = fields.text_within("opportunityId", LONGEST).into_option();
    let appointment = fields.text_within("appointmentId", LONGEST).into_option();
    let data = object(&mut fields, "data").map_or_else(|| json!({}), Value::Object);
    let answers = object(&mut fields, "answers").unwrap_or_default();
    let span = span(&mut fields, "for", LONGEST_SPAN).unwrap_or(SPAN);
    let definition = object(&mut fields, "definition");
    let mut events = fields.objects("events", event).unwrap_or_default();
    if events.len() > MOST_EVENTS {
        fields.too_many("events", MOST_EVENTS);
    }
    events.sort_by_key(|event| event.as_ref().map(|event| event.after));
    let mut faults = match fields.finish() {
        Err(Error::Validation(faults)) => faults,
        other => other.map(|()| Vec::new())?,
    };
    let definition = match definition.map(|json| Draft::read(Value::Object(json))).transpose() {
        Err(Error::Validation(found)) => {
            faults.extend(found.into_iter().map(|fault| format!("definition.{fault}")));
            None
        }
        other => other?,
    };
    let drafted = match drafted.map(|draft| contacts::fields(&draft)).transpose() {
        Err(Error::Validation(found)) => {
            faults.extend(found.into_iter().map(|fault| format!("contact.{fault}")));
            None
        }
        other => other?,
    };
    if !faults.is_empty() {
        return Err(Error::Validation(faults));
    }
    let contact = match (known, drafted) {
        (Some(id), _) => Who::Known(id),
        (None, Some(draft)) => Who::Draft(Box::new(draft)),
        (None, None) => Who::Nobody,
    };
    let events = events.into_iter().flatten().collect();
    Ok(Trial { definition, trigger, data, contact, opportunity, appointment, span, events, answers })
}

fn event(fields: &mut Fields<'_>) -> Option<MadeUp> {
    let after = span(fields, "at", LONGEST_SPAN);
    if after.is_none() {
        fields.fault("at", "must say how long after the beginning, such as 1d");
    }
    let name = fields.required_text("kind");
    let kind = EventKind::parse(&name);
    if kind.is_none() && !name.is_empty() {
        fields.fault("kind", "must be the name of an event, such as InboundMessage");
    }
    let record = fields.text_within("recordId", LONGEST).into_option();
    let data = object(fields, "data").map_or_else(|| json!({}), Value::Object);
    Some(MadeUp { after: after?, kind: kind?, record, data })
}

fn object(fields: &mut Fields<'_>, name: &'static str) -> Option<Map<String, Value>> {
    match fields.value(name) {
        None | Some(Value::Null) => None,
        Some(Value::Object(map)) => Some(map.clone()),
        Some(_) => {
            fields.fault(name, "must be an object");
            None
        }
    }
}

/// A span of time such as `7d` or `1h 30m`, in milliseconds.
fn span(fields: &mut Fields<'_>, name: &'static str, longest: i64) -> Option<i64> {
    let text = fields.text_within(name, LONGEST).into_option()?;
    let read = || {
        let span: Span = text.trim().parse().ok()?;
        let span = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
        i64::try_from(span.as_millis()).ok().filter(|millis| (0..=longest).contains(millis))
    };
    let millis = read();
    if millis.is_none() {
        fields.fault(name, "must be a span of time such as 7d or 90m, at most 366d");
    }
    millis
}

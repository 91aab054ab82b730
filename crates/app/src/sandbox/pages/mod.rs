//! `/developer/sandbox`: the sandbox for people: its clock, its faults, its states. For administrators of an agency; without
//! `--sandbox` it says how to start one. All forms post to it and are told apart by `action`; what is wrong with one is said
//! where it stands, with what was typed.

mod fault_form;
mod words;

use std::sync::Arc;

use http::StatusCode;
use leadhold_kernel::{Clock, Error, Timestamp};
use leadhold_queue::outbox;
use leadhold_store::{Snapshot, Tx};
use serde_json::{Map, Value, json};

use super::faults::{self, Kept};
use super::snapshots::{FIRST_START, Note};
use super::{Sandbox, routes as api};
use crate::http::page::told;
use crate::http::{Query, Reply, Request, Route, get, page, post, redirect, sign_in_first};
use crate::sessions;

const PAGE: &str = "/developer/sandbox";

/// What each form does: its `action`, the part of the page that it stands in, and what is said when it is done.
const ACTIONS: [(&str, &str, &str); 9] = [
    ("advance", "clock", ""),
    ("until", "clock", ""),
    ("fault", "faults", "The fault was added. It strikes from now on."),
    ("remove-fault", "faults", "The fault was removed."),
    ("clear-faults", "faults", "All faults were removed."),
    ("snapshot", "snapshots", "The snapshot was taken."),
    ("remove-snapshot", "snapshots", "The snapshot was removed."),
    ("restore", "snapshots", "Everything is again as it was in the snapshot."),
    ("reset", "reset", "Everything is again as it was after the first start."),
];

/// The page's routes.
pub(super) fn routes() -> Vec<Route> {
    vec![get(PAGE, show), post(PAGE, send)]
}

/// Where whoever is no administrator goes instead.
fn elsewhere(request: &Request) -> Result<Option<Reply>, Error> {
    match &request.visitor {
        Some(visitor) => visitor.agency_admin().map(|_| None),
        None => Ok(Some(sign_in_first(request))),
    }
}

async fn show(request: Request) -> Result<Reply, Error> {
    if let Some(elsewhere) = elsewhere(&request)? {
        return Ok(elsewhere);
    }
    let Some(sandbox) = request.app.sandbox.clone() else {
        return page(&request, StatusCode::OK, "developer_sandbox.html", json!({ "running": false }));
    };
    let done = request.query.get("done").and_then(|done| known(done).ok());
    let given = done.map_or_else(|| json!({}), |(_, part, words)| json!({ "done_in": part, "done": words }));
    sheet(&request, &sandbox, StatusCode::OK, &Query::default(), given).await
}

fn known(action: &str) -> Result<(&'static str, &'static str, &'static str), Error> {
    let found = ACTIONS.into_iter().find(|(name, ..)| *name == action);
    found.ok_or_else(|| Error::bad_request("The form names nothing that can be done here."))
}

/// What an action leads to.
enum Done {
    Changed,
    /// The clock was turned: what was told of it, and how often which events happened on the way.
    Turned(Value),
}

async fn send(request: Request) -> Result<Reply, Error> {
    if let Some(elsewhere) = elsewhere(&request)? {
        return Ok(elsewhere);
    }
    let sandbox = api::sandbox(&request)?;
    let sent = Query::parse(&request.body);
    let (action, part, _) = known(text(&sent, "action"))?;
    match act(&request, &sandbox, action, &sent).await {
        Ok(Done::Changed) => Ok(redirect(&format!("{PAGE}?done={action}#{part}"))),
        Ok(Done::Turned(told)) => {
            let given = json!({ "turned": told, "done_in": part });
            sheet(&request, &sandbox, StatusCode::OK, &Query::default(), given).await
        }
        Err(error) => {
            let (status, faults) = refused(error)?;
            let given = json!({ "faults": faults, "faulty": part, "action": action });
            sheet(&request, &sandbox, status, &sent, given).await
        }
    }
}

/// What is said of a refusal; that the server has too much to do is one, too.
fn refused(error: Error) -> Result<(StatusCode, Vec<String>), Error> {
    match error {
        Error::Unavailable(_) => Ok((StatusCode::SERVICE_UNAVAILABLE, vec![error.client_message()])),
        other => told(other),
    }
}

async fn act(request: &Request, sandbox: &Sandbox, action: &str, sent: &Query) -> Result<Done, Error> {
    let (app, name) = (&request.app, text(sent, "snapshot"));
    match action {
        "advance" | "until" => return turn(request, sandbox, action, sent).await,
        "fault" => {
            let (rule, cx) = (faults::read(&fault_form::body(sent)?)?, request.cx());
            let work = move |tx: &mut Tx<'_>| faults::add(tx, &cx, &rule).map(drop);
            request.write(work, |()| redirect(PAGE)).await?;
            sandbox.forget();
        }
        "remove-fault" => {
            let id = text(sent, "id").to_owned();
            request.write(move |tx| faults::remove(tx, &id), |()| redirect(PAGE)).await?;
            sandbox.forget();
        }
        "clear-faults" => {
            request.write(faults::clear, |_| redirect(PAGE)).await?;
            sandbox.forget();
        }
        "snapshot" => {
            let replace = sent.get("replace") == Some("on");
            let body = Map::from_iter([("name".into(), name.into()), ("replace".into(), replace.into())]);
            api::take(sandbox, app, &body).await?;
        }
        "remove-snapshot" => sandbox.remove(app, name).await?,
        "restore" => {
            confirmed(sent)?;
            sandbox.restore(app, name, false).await?;
        }
        _ => {
            confirmed(sent)?;
            api::reset_to_first_start(sandbox, app).await?;
        }
    }
    Ok(Done::Changed)
}

/// What cannot be undone is done when its box is ticked, and not by a slip.
fn confirmed(sent: &Query) -> Result<(), Error> {
    match sent.get("confirm") {
        Some("yes") => Ok(()),
        _ => Err(Error::field("Tick the box: what has happened since will be gone.")),
    }
}

/// Turns the clock. Whoever does it has not been away meanwhile, whatever the clock says: their session is in use.
async fn turn(request: &Request, sandbox: &Sandbox, action: &str, sent: &Query) -> Result<Done, Error> {
    let (app, store) = (&request.app, &request.app.world.store);
    let (name, value) = if action == "until" { ("now", "until") } else { ("advance", "by") };
    let body = Map::from_iter([(name.to_owned(), Value::from(text(sent, value)))]);
    let before = store.read(outbox::last).await?;
    let mut told = api::turn(sandbox, app, &body).await?;
    let happened = store.read(move |tx| outbox::kinds_since(tx, before)).await?;
    told["happened"] =
        happened.into_iter().map(|(kind, count)| json!({ "kind": kind, "count": count })).collect();
    told["until_words"] = told["until"].as_str().and_then(Timestamp::parse).map(moment).into();
    if let Some(visitor) = request.visitor.clone() {
        let now = sandbox.clock.now();
        store.write(move |tx| sessions::note_use(tx, &visitor, now)).await?;
    }
    Ok(Done::Turned(told))
}

/// The page; `sent` is what was typed and stays, `given` what was done or was wrong.
async fn sheet(
    request: &Request,
    sandbox: &Arc<Sandbox>,
    status: StatusCode,
    sent: &Query,
    given: Value,
) -> Result<Reply, Error> {
    let store = &request.app.world.store;
    let kept = store.read(faults::all).await?;
    let known = store.snapshots().await?;
    let snapshots = known.iter().map(snapshot).collect::<Result<Vec<_>, _>>()?;
    let (now, real) = (sandbox.clock.now(), sandbox.clock.real_now());
    // The two are read one after the other, so the milliseconds mean nothing.
    let ahead = (now.millis() - real.millis() + 500).div_euclid(1000) * 1000;
    let mut whole = json!({
        "running": true, "now": moment(now), "real": moment(real),
        "ahead": (ahead > 0).then(|| words::span(ahead)), "behind": (ahead < 0).then(|| words::span(-ahead)),
        "rules": kept.iter().map(rule).collect::<Vec<_>>(), "snapshots": snapshots,
        "can_reset": known.iter().any(|one| one.name == FIRST_START),
        "typed": fault_form::typed(sent), "choices": fault_form::CHOICES,
    });
    if let (Some(whole), Value::Object(given)) = (whole.as_object_mut(), given) {
        whole.extend(given);
    }
    page(request, status, "developer_sandbox.html", whole)
}

/// A fault as its row shows it.
fn rule(kept: &Kept) -> Value {
    let mut shown = faults::shown(kept);
    shown["delay"] = shown["delay"].as_i64().map(words::span).into();
    let share = shown["probability"].as_f64().filter(|share| *share < 1.0);
    shown["share"] = share.map(|share| format!("{} %", (share * 10_000.0).round() / 100.0)).into();
    shown
}

fn snapshot(one: &Snapshot) -> Result<Value, Error> {
    let note = Note::of(one)?;
    Ok(json!({
        "name": one.name, "at": moment(Timestamp(note.clock)), "size": words::size(one.bytes), "files": note.files,
        "first": one.name == FIRST_START,
    }))
}

/// `2026-01-15 10:00:00`, in UTC.
fn moment(at: Timestamp) -> String {
    let iso = at.iso();
    iso.get(..19).unwrap_or(&iso).replace('T', " ")
}

fn text<'a>(sent: &'a Query, name: &str) -> &'a str {
    sent.get(name).unwrap_or_default().trim()
}

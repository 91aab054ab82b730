//! Inbound hooks: secret URLs whose requests start workflows.
//!
//! A hook belongs to one workflow. Its URL has two forms, the guide's `/v1/hooker/{hookId}?company_id=…` and today's
//! `/hooks/{locationId}/webhook-trigger/{hookId}`; knowing it is the only credential. Like the real service, an unknown
//! URL is answered as a test is, never 404, so that nobody learns which hooks exist.
//!
//! What is guaranteed:
//! - 200 with an `id` means that the request and its event are on disk, so the workflow runs. The event (`InboundWebhook`)
//!   names the request and does not hold it, and no webhook carries it.
//! - A request that names itself by a header (`repeat`) is done once in 24 hours, and answered as the first time.
//! - A hook may ask for a secret (`secret`), which is compared in constant time and kept sealed, and takes 600 requests a
//!   minute (`pace`).
//! - The newest [`SAMPLES`] requests that came while nothing listened are kept; those that started something stay with it.
//!   Whoever edits the workflow sees the newest of both, their headers redacted.

mod body;
mod manage;
mod pace;
mod repeat;
mod routes;
mod secret;
mod sql;

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, EventKind};
use leadhold_queue::outbox;
use leadhold_store::{DbError, Json, Sql, Tx, json_text, params};
use serde_json::{Value, json};

pub use self::pace::{MOST, Pace};
use self::repeat::{Known, Repeat};
pub use self::routes::routes;
pub use self::secret::{Guard, Kind};
use crate::tenant::LocationScope;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// How many requests of a hook to which nothing listens are kept.
pub const SAMPLES: i64 = 20;

/// A hook as a request found it.
#[derive(Clone, Debug, PartialEq)]
pub struct Hook {
    /// Its secret.
    pub id: Id<id::InboundHook>,
    /// Where it belongs.
    pub here: LocationScope,
    /// What it starts.
    pub workflow: Id<id::Workflow>,
    /// Whether a published version of the workflow has a trigger for it.
    pub listening: bool,
    /// What a request has to show besides the URL.
    pub guard: Option<Guard>,
}

impl Hook {
    /// The path of the guide's form.
    #[must_use]
    pub fn guide_path(&self) -> String {
        format!("/v1/hooker/{}?company_id={}", self.id, self.here.company_id())
    }

    /// The path of today's form.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/hooks/{}/webhook-trigger/{}", self.here.location_id(), self.id)
    }
}

/// The hook of a workflow, made if it has none yet.
///
/// # Errors
/// When the store fails.
pub fn ensure(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    workflow: &Id<id::Workflow>,
) -> Result<Hook, Error> {
    if let Some(hook) = of_workflow(tx, here, workflow)? {
        return Ok(hook);
    }
    let id = Id::<id::InboundHook>::generate(cx.random.as_ref());
    tx.exec(sql::INSERT_HOOK, params![&id, here.company_id(), here.location_id(), workflow, cx.now])?;
    Ok(Hook { id, here: here.clone(), workflow: workflow.clone(), listening: false, guard: None })
}

/// The hook of a workflow, if it has one.
///
/// # Errors
/// When the store fails.
pub fn of_workflow(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    workflow: &Id<id::Workflow>,
) -> Result<Option<Hook>, Error> {
    Ok(tx.query_opt(sql::HOOK_OF_WORKFLOW, params![workflow, here.location_id()], read)?)
}

/// Says whether a published version of the workflow listens to its hook.
///
/// # Errors
/// When the store fails.
pub fn set_listening(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    workflow: &Id<id::Workflow>,
    listening: bool,
) -> Result<(), Error> {
    tx.exec(sql::SET_LISTENING, params![workflow, here.location_id(), listening])?;
    Ok(())
}

/// The body of a stored request; `None` when it is not there.
///
/// # Errors
/// When the store fails.
pub fn request_body(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    request: &Id<id::InboundRequest>,
) -> Result<Option<Value>, Error> {
    let body = tx.query_opt(sql::REQUEST_BODY, params![request, here.location_id()], |row| row.get(0))?;
    Ok(body.map(|Json(body)| body))
}

/// The hook behind a URL of the guide's form. Who knows the secret has proven access to its location.
fn by_company(tx: &mut Tx<'_>, hook: &Id<id::InboundHook>, company: &str) -> Result<Option<Hook>, DbError> {
    tx.query_opt(sql::HOOK_BY_COMPANY, params![hook, company], read)
}

/// The hook behind a URL of today's form.
fn by_location(tx: &mut Tx<'_>, hook: &Id<id::InboundHook>, location: &str) -> Result<Option<Hook>, DbError> {
    tx.query_opt(sql::HOOK_BY_LOCATION, params![hook, location], read)
}

fn read(row: &leadhold_store::Row<'_>) -> Result<Hook, DbError> {
    Ok(Hook {
        id: row.get(0)?,
        here: LocationScope::proven(row.get(1)?, row.get(2)?),
        workflow: row.get(3)?,
        listening: row.get(4)?,
        guard: guard(row.get(5)?, row.get(6)?, row.get(7)?),
    })
}

fn guard(kind: Option<String>, header: Option<String>, sealed: Option<String>) -> Option<Guard> {
    Some(Guard { kind: Kind::parse(&kind?)?, header: header?, sealed: sealed? })
}

/// A request as it came, without what is secret in its headers.
struct Received {
    method: &'static str,
    headers: String,
    body: Value,
    repeat: Option<Repeat>,
}

/// What became of a request.
struct Done {
    /// `None` when nothing listens.
    id: Option<Id<id::InboundRequest>>,
    /// Whether it had come before.
    again: bool,
}

/// Stores a request and, when the hook's workflow listens, its event; nothing when it has come before.
fn receive(tx: &mut Tx<'_>, cx: &Cx, hook: &Hook, came: &Received) -> Result<Done, Error> {
    let Some(repeat) = &came.repeat else {
        return store(tx, cx, hook, came).map(|id| Done { id, again: false });
    };
    if let Known::Yes(id) = repeat.look(tx, cx, hook)? {
        return Ok(Done { id, again: true });
    }
    let id = store(tx, cx, hook, came)?;
    repeat.keep(tx, cx, hook, id.as_ref())?;
    Ok(Done { id, again: false })
}

fn store(
    tx: &mut Tx<'_>,
    cx: &Cx,
    hook: &Hook,
    came: &Received,
) -> Result<Option<Id<id::InboundRequest>>, Error> {
    let request = Id::<id::InboundRequest>::generate(cx.random.as_ref());
    let location = hook.here.location_id();
    let test = !hook.listening;
    let (headers, body) = (&came.headers, json_text(&came.body));
    tx.exec(
        sql::INSERT_REQUEST,
        params![&request, &hook.id, location, came.method, headers, body, test, cx.now],
    )?;
    if test {
        tx.exec(sql::PRUNE_SAMPLES, params![&hook.id, location, SAMPLES])?;
        return Ok(None);
    }
    let payload = json!({"hookId": hook.id, "workflowId": hook.workflow, "requestId": request});
    let event = hook.here.event(cx, EventKind::InboundWebhook, hook.id.as_str(), payload);
    outbox::append(tx, &event)?;
    Ok(Some(request))
}

/// What a hook's secret is sealed for.
fn purpose(hook: &Id<id::InboundHook>) -> String {
    format!("inbound hook {hook}")
}

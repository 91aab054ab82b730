//! `/leadhold/v1/sandbox/snapshots`, and `POST /leadhold/v1/sandbox/reset`.

use leadhold_kernel::{Error, Timestamp};
use leadhold_store::{Snapshot, is_snapshot_name};
use serde_json::{Map, Value, json};

use super::super::Sandbox;
use super::super::snapshots::{FIRST_START, Note};
use super::sandbox;
use crate::App;
use crate::http::fields::Fields;
use crate::http::{Reply, Request, Route, delete, get, post};

const SNAPSHOTS: &str = "/leadhold/v1/sandbox/snapshots";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(SNAPSHOTS, list),
        post(SNAPSHOTS, taken),
        post("/leadhold/v1/sandbox/snapshots/{snapshotName}/restore", restore),
        delete("/leadhold/v1/sandbox/snapshots/{snapshotName}", remove),
        post("/leadhold/v1/sandbox/reset", reset),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    sandbox(&request)?;
    let known = request.app.world.store.snapshots().await?;
    let shown = known.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    Ok(Reply::ok(&json!({ "snapshots": shown })))
}

/// `{"name": "before-import"}`; with `"replace": true` the one of this name goes first.
async fn taken(request: Request) -> Result<Reply, Error> {
    let snapshot = take(&*sandbox(&request)?, &request.app, &request.json()?).await?;
    Ok(Reply::created(&json!({ "snapshot": shown(&snapshot)? })))
}

/// Takes a snapshot as `body` says.
///
/// # Errors
/// 422 with all faults of the body; 409 when there is one of this name, or it is the one that `reset` needs; 503 when requests
/// or jobs do not come to an end.
pub(in crate::sandbox) async fn take(
    sandbox: &Sandbox,
    app: &App,
    body: &Map<String, Value>,
) -> Result<Snapshot, Error> {
    let mut fields = Fields::of_body(body);
    let name = fields.required_text("name");
    if !name.is_empty() && !is_snapshot_name(&name) {
        fields.fault("name", "must be 1 to 40 lower-case letters, digits, dashes and underscores");
    }
    let replace = fields.flag("replace").unwrap_or(false);
    fields.finish()?;
    if replace {
        match sandbox.remove(app, &name).await {
            Ok(()) | Err(Error::NotFound(_)) => {}
            Err(refused) => return Err(refused),
        }
    }
    sandbox.take(app, &name).await?;
    let taken = app.world.store.snapshots().await?.into_iter().find(|known| known.name == name);
    taken.ok_or_else(|| Error::Conflict(format!("The snapshot {name} was removed meanwhile.")))
}

async fn restore(request: Request) -> Result<Reply, Error> {
    let now = sandbox(&request)?.restore(&request.app, request.path(0), false).await?;
    Ok(restored(request.path(0), now))
}

async fn remove(request: Request) -> Result<Reply, Error> {
    sandbox(&request)?.remove(&request.app, request.path(0)).await?;
    Ok(Reply::ok(&json!({ "succeeded": true })))
}

/// Back to the state just after the first start, at the machine's time.
async fn reset(request: Request) -> Result<Reply, Error> {
    Ok(restored(FIRST_START, reset_to_first_start(&*sandbox(&request)?, &request.app).await?))
}

/// Goes back to the first start, and answers what the clock shows then.
///
/// # Errors
/// 409 when that was not kept; as [`Sandbox::restore`].
pub(in crate::sandbox) async fn reset_to_first_start(
    sandbox: &Sandbox,
    app: &App,
) -> Result<Timestamp, Error> {
    let done = sandbox.restore(app, FIRST_START, true).await;
    done.map_err(|why| match why {
        Error::NotFound(_) => Error::Conflict(
            "The state of the first start was not kept: the store was large already. Take a snapshot of your own."
                .to_owned(),
        ),
        why => why,
    })
}

fn shown(snapshot: &Snapshot) -> Result<Value, Error> {
    let note = Note::of(snapshot)?;
    Ok(json!({
        "name": snapshot.name, "takenAt": Timestamp(note.clock).iso(), "bytes": snapshot.bytes, "files": note.files,
    }))
}

fn restored(name: &str, now: Timestamp) -> Reply {
    Reply::ok(&json!({ "restored": name, "now": now.iso(), "millis": now.millis() }))
}

//! What whoever edits a workflow sees of its hook, and the secret that the hook asks for.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, Timestamp};
use leadhold_store::{DbError, Json, Row, Tx, params};
use serde_json::{Value, json};

use super::secret::{Guard, Wish};
use super::{Hook, SAMPLES, of_workflow, purpose, sql};
use crate::http::fields::Fields;
use crate::http::{Reply, Request};
use crate::tenant::LocationScope;

/// `GET …/hook`
pub(super) async fn show(request: Request) -> Result<Reply, Error> {
    let (here, id) = (request.location_of_query()?, request.path(0).to_owned());
    let hook = request.app.world.store.read(move |tx| find(tx, &here, &id)).await?;
    Ok(Reply::ok(&json!({ "hook": shown(&hook, &request.app.config.base_url) })))
}

/// `PUT …/hook`: `secret` is null, or says what a request has to show. A secret that was drawn here is shown this once.
pub(super) async fn guard(request: Request) -> Result<Reply, Error> {
    let (id, body) = (request.path(0).to_owned(), request.json()?);
    let here = match body.get("locationId").and_then(Value::as_str) {
        Some(asked) => request.caller()?.location(Some(asked))?,
        None => request.location_of_query()?,
    };
    let wish = wish(&request, &body)?;
    let (seal, random) = (request.app.world.seal.clone(), request.app.world.random.clone());
    let drawn = wish.as_ref().filter(|wish| wish.drawn).map(|wish| wish.value.clone());
    let base = request.app.config.base_url.clone();
    let work = move |tx: &mut Tx<'_>| {
        let mut hook = find(tx, &here, &id)?;
        hook.guard = match &wish {
            None => None,
            Some(Wish { kind, header, value, .. }) => {
                let sealed = seal.seal(&purpose(&hook.id), value.as_bytes(), random.as_ref())?;
                Some(Guard { kind: *kind, header: header.clone(), sealed })
            }
        };
        let guard = hook.guard.as_ref();
        let columns = guard.map(|guard| (guard.kind.name(), guard.header.as_str(), guard.sealed.as_str()));
        let (kind, header, sealed) = (columns.map(|c| c.0), columns.map(|c| c.1), columns.map(|c| c.2));
        tx.exec(sql::SET_SECRET, params![&hook.id, here.location_id(), kind, header, sealed])?;
        Ok(hook)
    };
    request
        .write(work, move |hook| {
            let mut answer = json!({ "hook": shown(&hook, &base) });
            if let Some(secret) = &drawn {
                answer["secret"] = json!(secret);
            }
            Reply::ok(&answer)
        })
        .await
}

/// `GET …/hook/samples`: the newest requests, to map their fields by.
pub(super) async fn samples(request: Request) -> Result<Reply, Error> {
    let (here, id) = (request.location_of_query()?, request.path(0).to_owned());
    let mut query = Fields::of_query(&request.query);
    query.ignore_undeclared();
    let limit = query.integer("limit", 1, SAMPLES).unwrap_or(SAMPLES);
    query.finish()?;
    let found = request.app.world.store.read(move |tx| {
        let hook = find(tx, &here, &id)?;
        Ok::<_, Error>(tx.query(sql::SAMPLES, params![&hook.id, here.location_id(), limit], sample)?)
    });
    Ok(Reply::ok(&json!({ "samples": found.await? })))
}

fn find(tx: &mut Tx<'_>, here: &LocationScope, workflow: &str) -> Result<Hook, Error> {
    let found =
        Id::<id::Workflow>::parse(workflow).map(|id| of_workflow(tx, here, &id)).transpose()?.flatten();
    found
        .ok_or_else(|| Error::NotFound(format!("There is no inbound hook of a workflow with id {workflow}.")))
}

fn wish(request: &Request, body: &serde_json::Map<String, Value>) -> Result<Option<Wish>, Error> {
    let mut fields = Fields::of_body(body);
    fields.declare("locationId");
    let given = fields.value("secret").cloned();
    let random = request.app.world.random.as_ref();
    let wish = fields.object("secret", |inner| Wish::read(inner, random)).into_option().flatten();
    if given.is_none() {
        fields.fault("secret", "must be null or an object");
    }
    fields.finish()?;
    Ok(wish)
}

fn shown(hook: &Hook, base: &str) -> Value {
    let secret =
        hook.guard.as_ref().map(|guard| json!({ "type": guard.kind.name(), "header": guard.header }));
    json!({
        "id": hook.id, "workflowId": hook.workflow, "listening": hook.listening, "secret": secret,
        "url": format!("{base}{}", hook.guide_path()), "urlV2": format!("{base}{}", hook.path()),
    })
}

fn sample(row: &Row<'_>) -> Result<Value, DbError> {
    let id: String = row.get(0)?;
    let (method, headers): (String, Option<String>) = (row.get(1)?, row.get(2)?);
    let (Json(body), test, at): (Json<Value>, bool, Timestamp) = (row.get(3)?, row.get(4)?, row.get(5)?);
    let headers: Value =
        headers.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_else(|| json!({}));
    Ok(json!({
        "id": id, "at": at.iso(), "method": method, "headers": headers, "body": body, "test": test,
    }))
}

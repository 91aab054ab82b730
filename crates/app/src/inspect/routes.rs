//! `/leadhold/v1/inspect/{name}`, whatever lies below it, and what was sent there.

use http::Method;
use leadhold_kernel::Error;
use leadhold_outbound::PublicKeys;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::answer::Answer;
use super::kept::{self, Came};
use super::pages;
use super::wire::{self, List, Name};
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::webhook_keys;

/// This slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    const HERE: &str = "/leadhold/v1/inspect/{name}";
    const BELOW: &str = "/leadhold/v1/inspect/{name}/{*path}";
    let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    let catch_all = methods
        .into_iter()
        .flat_map(|method| [Route::new(method.clone(), HERE, receive), Route::new(method, BELOW, receive)]);
    let own = vec![
        get("/leadhold/v1/inspect", names),
        get("/leadhold/v1/inspect/{name}/requests", list),
        delete("/leadhold/v1/inspect/{name}/requests", empty),
        get("/leadhold/v1/inspect/{name}/answer", read_answer),
        put("/leadhold/v1/inspect/{name}/answer", set_answer),
        get("/inspect", pages::names),
        get("/inspect/{name}", pages::requests),
        post("/inspect/{name}", pages::act),
    ];
    own.into_iter().chain(catch_all).collect()
}

/// The name in the path.
///
/// # Errors
/// 422 when it is none.
pub(super) fn name(request: &Request) -> Result<String, Error> {
    let name = request.path(0);
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match !name.is_empty() && name.len() <= 64 && name.chars().all(fits) {
        true => Ok(name.to_owned()),
        false => Err(Error::field("name must be 1 to 64 letters, digits, dashes, dots and underscores")),
    }
}

async fn receive(request: Request) -> Result<Reply, Error> {
    let world = &request.app.world;
    let pairs = world.store.read(webhook_keys::published).await.map_err(Error::from)?;
    let keys: Vec<PublicKeys> = pairs.into_iter().map(|pair| pair.public).collect();
    let came = Came::new(
        name(&request)?,
        request.now,
        &request.method,
        &request.target,
        &request.headers,
        &request.body,
        &keys,
    );
    let (no, answer) = world.write(move |tx| kept::keep(tx, &came).map_err(Error::from)).await?;
    if answer.delay_millis > 0 {
        tokio::time::sleep(answer.pause()).await;
    }
    Ok(answer.reply(no))
}

async fn names(request: Request) -> Result<Reply, Error> {
    let found = request.app.world.store.read(|tx| kept::names(tx).map_err(Error::from)).await?;
    let base = &request.app.config.base_url;
    let names: Vec<Name> = found.into_iter().map(|named| Name::of(named, base)).collect();
    Ok(Reply::ok(&json!({ "inspectors": names })))
}

async fn list(request: Request) -> Result<Reply, Error> {
    Ok(Reply::ok(&page_of(&request).await?))
}

/// The requests that the query asks for, newest first.
///
/// # Errors
/// 422 for a faulty name or query.
pub(super) async fn page_of(request: &Request) -> Result<List, Error> {
    let name = name(request)?;
    let (limit, after) = wire::page(&request.query)?;
    let look = move |tx: &mut Tx<'_>| kept::list(tx, &name, after, limit + 1).map_err(Error::from);
    Ok(List::of(request.app.world.store.read(look).await?, limit))
}

async fn empty(request: Request) -> Result<Reply, Error> {
    let name = name(&request)?;
    let deleted = move |tx: &mut Tx<'_>| kept::empty(tx, &name).map_err(Error::from);
    request.write(deleted, |deleted| Reply::ok(&json!({ "deleted": deleted }))).await
}

async fn read_answer(request: Request) -> Result<Reply, Error> {
    let name = name(&request)?;
    let set = request.app.world.store.read(move |tx| kept::answer(tx, &name).map_err(Error::from)).await?;
    Ok(shown(set.unwrap_or_default()))
}

/// `{"status": 503, "headers": {"retry-after": "60"}, "times": 3}`; `{}` is the usual answer.
async fn set_answer(request: Request) -> Result<Reply, Error> {
    let (name, now) = (name(&request)?, request.now);
    let answer = Answer::read(&request.json()?)?;
    let shown_later = answer.clone();
    let work = move |tx: &mut Tx<'_>| {
        kept::use_name(tx, &name, now)?;
        let unusual = Some(&answer).filter(|answer| **answer != Answer::default());
        kept::set_answer(tx, &name, unusual).map_err(Error::from)
    };
    request.write(work, move |()| shown(shown_later.clone())).await
}

fn shown(answer: Answer) -> Reply {
    let answer = serde_json::to_value(answer).unwrap_or(Value::Null);
    Reply::ok(&json!({ "answer": answer }))
}

//! `/inspect`: the inspector for people.

use http::StatusCode;
use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::answer::Answer;
use super::kept;
use super::routes::{name, page_of};
use super::wire::{List, Name};
use crate::http::{Query, Reply, Request, page, redirect};

/// All names; a form's `name` leads to its page.
pub(super) async fn names(request: Request) -> Result<Reply, Error> {
    if let Some(name) = request.query.get("name").map(str::trim).filter(|name| !name.is_empty()) {
        let segment: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        return Ok(redirect(&format!("/inspect/{segment}")));
    }
    let found = request.app.world.store.read(|tx| kept::names(tx).map_err(Error::from)).await?;
    let base = &request.app.config.base_url;
    let names: Vec<Name> = found.into_iter().map(|named| Name::of(named, base)).collect();
    page(&request, StatusCode::OK, "inspectors.html", json!({ "names": names, "base_url": base }))
}

/// What was sent to one name.
pub(super) async fn requests(request: Request) -> Result<Reply, Error> {
    let name = name(&request)?;
    let List { requests, next } = page_of(&request).await?;
    let set = {
        let name = name.clone();
        request.app.world.store.read(move |tx| kept::answer(tx, &name).map_err(Error::from)).await?
    };
    let shown = requests.iter().map(|one| {
        let mut value = serde_json::to_value(one).map_err(Error::internal)?;
        value["pretty"] = one.pretty().into();
        Ok(value)
    });
    let shown: Vec<Value> = shown.collect::<Result<_, Error>>()?;
    let csrf = request.visitor.as_ref().map(|visitor| visitor.csrf.clone());
    let given = json!({
        "name": name, "requests": shown, "next": next, "first": request.query.get("after").is_none(), "csrf": csrf,
        "answer": set.unwrap_or_default(), "base_url": request.app.config.base_url,
    });
    page(&request, StatusCode::OK, "inspector.html", given)
}

/// The page's forms: `empty`, and `answer` with a status.
pub(super) async fn act(request: Request) -> Result<Reply, Error> {
    let (name, now) = (name(&request)?, request.now);
    let sent = Query::parse(&request.body);
    let back = redirect(&format!("/inspect/{name}"));
    match sent.get("action") {
        Some("empty") => {
            let work = move |tx: &mut Tx<'_>| kept::empty(tx, &name).map_err(Error::from);
            request.write(work, move |_| back.clone()).await
        }
        Some("answer") => {
            let status = sent.get("status").and_then(|text| text.trim().parse::<i64>().ok());
            let wanted = json!({ "status": status.unwrap_or(0) });
            let answer = Answer::read(wanted.as_object().unwrap_or(&serde_json::Map::new()))?;
            let work = move |tx: &mut Tx<'_>| {
                kept::use_name(tx, &name, now)?;
                let unusual = Some(&answer).filter(|answer| **answer != Answer::default());
                kept::set_answer(tx, &name, unusual).map_err(Error::from)
            };
            request.write(work, move |()| back.clone()).await
        }
        _ => Err(Error::bad_request("The form names nothing that can be done here.")),
    }
}

//! `/links`, `/l/{linkId}` and `/leadhold/v1/links/{linkId}/clicks`.

use http::StatusCode;
use leadhold_kernel::Error;
use serde_json::{Value, json};

use super::{Link, click, service, urls, wire};
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::tenant::LocationScope;

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/links", list),
        post("/links", create),
        get("/links/search", search),
        get("/links/id/{linkId}", show),
        put("/links/{linkId}", update),
        delete("/links/{linkId}", remove),
        get("/leadhold/v1/links/{linkId}/clicks", clicks),
        get("/l/{linkId}", follow),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    wire::location(&request.query)?;
    let found = request.app.world.store.read(move |tx| service::list(tx, &here)).await?;
    Ok(listed(&found))
}

async fn search(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let (text, skip, limit) = wire::search(&request.query)?;
    let found =
        request.app.world.store.read(move |tx| service::search(tx, &here, &text, skip, limit)).await?;
    Ok(listed(&found))
}

fn listed(links: &[Link]) -> Reply {
    let shown: Vec<Value> = links.iter().map(wire::shown).collect();
    Reply::ok(&json!({ "links": shown })).modified(links.iter().map(|link| link.updated_at))
}

async fn show(request: Request) -> Result<Reply, Error> {
    let (_, link) = known(&request).await?;
    wire::location(&request.query)?;
    Ok(Reply::ok(&json!({ "link": wire::shown(&link) })))
}

async fn create(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let new = wire::new(&request.json()?)?;
    let cx = request.cx();
    request.write(move |tx| service::create(tx, &cx, &here, &new), |link| written(&link)).await
}

async fn update(request: Request) -> Result<Reply, Error> {
    let (here, _) = known(&request).await?;
    let change = wire::change(&request.json()?)?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    request.write(move |tx| service::update(tx, &cx, &here, &id, &change), |link| written(&link)).await
}

/// Making and changing answer 201, as documented.
fn written(link: &Link) -> Reply {
    Reply::created(&json!({ "link": wire::shown(link) }))
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let (id, version) = (request.path(0).to_owned(), request.version);
    request
        .write(move |tx| service::delete(tx, &here, &id), move |()| Reply::created(&wire::deleted(version)))
        .await
}

async fn clicks(request: Request) -> Result<Reply, Error> {
    let (here, link) = known(&request).await?;
    let ((at, id), limit) = wire::clicks(&request.query)?;
    let asked = link.id.to_string();
    let found =
        request.app.world.store.read(move |tx| click::list(tx, &here, &asked, (at, &id), limit)).await?;
    Ok(Reply::ok(&wire::counted(&link, &found, limit)))
}

/// The link that the path names, at the caller's location.
async fn known(request: &Request) -> Result<(LocationScope, Link), Error> {
    let here = request.location_of_query()?;
    let (place, id) = (here.clone(), request.path(0).to_owned());
    let link = request.app.world.store.read(move |tx| service::get(tx, &place, &id)).await?;
    Ok((here, link))
}

/// Leads on. Programs that only look (`HEAD`) are led on, too, and not counted as people.
async fn follow(request: Request) -> Result<Reply, Error> {
    let world = &request.app.world;
    let link = request.path(0).to_owned();
    let contact = request.query.get("c").and_then(|c| urls::contact_of(&world.seal, &link, c));
    let cx = request.cx();
    let count = request.method != http::Method::HEAD;
    let destination = world.write(move |tx| click::follow(tx, &cx, &link, contact.as_ref(), count)).await?;
    let destination = destination.ok_or_else(|| Error::NotFound("This link leads nowhere.".into()))?;
    let reply = Reply { status: StatusCode::FOUND, ..Reply::text("", "") };
    // Each click is to come by here, and nobody is to keep who clicked.
    Ok(reply.header("location", &destination).header("cache-control", "no-store"))
}

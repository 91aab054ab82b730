//! `/users`.

use std::sync::Arc;

use leadhold_kernel::Error;
use serde_json::{Value, json};

use super::service::{Access, Addition, Password};
use super::{NewUser, hashing, list, service, wire};
use crate::http::{ApiVersion, Reply, Request, Route, delete, get, post, put};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/users", of_location),
        post("/users", create),
        get("/users/search", search),
        post("/users/search/filter-by-email", by_email),
        get("/users/{userId}", show),
        put("/users/{userId}", update),
        delete("/users/{userId}", remove),
    ]
}

async fn of_location(request: Request) -> Result<Reply, Error> {
    let access = Access::of(request.caller()?)?;
    let search = wire::of_location(&request.query)?;
    let (users, _) = found(&request, access, search).await?;
    Ok(Reply::ok(&json!({ "users": users.iter().map(wire::listed).collect::<Vec<Value>>() })))
}

async fn search(request: Request) -> Result<Reply, Error> {
    let access = Access::of(request.caller()?)?;
    if let Some(location) = request.query.get("locationId").map(str::to_owned) {
        let access = access.clone();
        request.app.world.store.read(move |tx| service::may_ask(tx, &access, &location)).await?;
    }
    let search = wire::search(&request.query)?;
    let (users, count) = found(&request, access, search).await?;
    let users: Vec<Value> = users.iter().map(wire::listed).collect();
    Ok(Reply::ok(&json!({ "users": users, "count": count })))
}

async fn by_email(request: Request) -> Result<Reply, Error> {
    let access = Access::of(request.caller()?)?;
    let (search, projection) = wire::by_email(&request.json()?)?;
    let (users, count) = found(&request, access, search).await?;
    let users: Vec<Value> = users.iter().map(|user| wire::projected(user, &projection)).collect();
    Ok(Reply::ok(&json!({ "users": users, "count": count })))
}

async fn found(
    request: &Request,
    access: Access,
    search: list::Search,
) -> Result<(Vec<super::User>, i64), Error> {
    request.app.world.store.read(move |tx| list::search(tx, &access, &search)).await
}

async fn show(request: Request) -> Result<Reply, Error> {
    let (access, id) = (Access::of(request.caller()?)?, request.path(0).to_owned());
    let user = request.app.world.store.read(move |tx| service::reach(tx, &access, &id)).await?;
    Ok(Reply::ok(&wire::shown(&user)))
}

async fn create(request: Request) -> Result<Reply, Error> {
    let access = Access::of(request.caller()?)?;
    let new = wire::new(&request.json()?)?;
    let user = NewUser {
        email: new.email,
        first_name: new.first_name,
        last_name: new.last_name,
        password_hash: hashed(&request, new.password).await?,
        kind: new.kind,
        role: new.role,
    };
    let addition = Addition { user, location_ids: new.location_ids, details: new.details };
    let cx = request.cx();
    request
        .write(
            move |tx| service::add(tx, &cx, &access, &addition),
            |user| Reply::created(&wire::shown(&user)),
        )
        .await
}

async fn update(request: Request) -> Result<Reply, Error> {
    let access = Access::of(request.caller()?)?;
    let (seen, id) = (access.clone(), request.path(0).to_owned());
    request.app.world.store.read(move |tx| service::reach(tx, &seen, &id)).await?;
    let (changes, new_password) = wire::changes(&request.json()?)?;
    let password = match new_password {
        Some(password) => Some(Password(hashed(&request, password).await?)),
        None => None,
    };
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    request
        .write(
            move |tx| service::update(tx, &cx, &access, &id, &changes, password.as_ref()),
            |user| Reply::ok(&wire::shown(&user)),
        )
        .await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let (access, cx, id) = (Access::of(request.caller()?)?, request.cx(), request.path(0).to_owned());
    let worked = if request.version == ApiVersion::V3 { "succeeded" } else { "succeded" };
    request
        .write(
            move |tx| service::delete(tx, &cx, &access, &id),
            move |user| {
                let message = format!("Deleted user with e-mail {} and name {}.", user.email, user.name());
                Reply::ok(&json!({ worked: true, "message": message }))
            },
        )
        .await
}

async fn hashed(request: &Request, text: String) -> Result<String, Error> {
    hashing::hash(text, Arc::clone(&request.app.world.random)).await
}

//! `/calendars/groups`: extract, authorise, call, wrap.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::service::{self, GroupFields};
use crate::http::fields::Fields;
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::tenant::LocationScope;

/// Characters of a text.
const TEXT_LENGTH: usize = 500;

/// The part's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/calendars/groups", list),
        post("/calendars/groups", create),
        post("/calendars/groups/validate-slug", validate_slug),
        put("/calendars/groups/{groupId}", update),
        delete("/calendars/groups/{groupId}", remove),
        put("/calendars/groups/{groupId}/status", set_status),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let all = request.app.world.store.read(move |tx| service::all(tx, &here)).await?;
    Ok(Reply::ok(&json!({ "groups": all })))
}

async fn create(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let mut fields = Fields::of_body(&body);
    fields.text("locationId");
    let is_active = fields.flag("isActive");
    let texts = texts(&mut fields);
    fields.finish()?;
    let (cx, said) = (request.cx(), GroupFields { is_active, ..texts });
    let work = move |tx: &mut Tx<'_>| service::create(tx, &cx, &here, &said);
    request.write(work, |made| Reply::created(&json!({ "group": made }))).await
}

async fn update(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.caller()?.location(None)?;
    let read = |body: &Map<String, Value>| {
        let mut fields = Fields::of_body(body);
        let texts = texts(&mut fields);
        fields.finish().map(|()| texts)
    };
    let said = or_forbidden(&request, &here, read(&body)).await?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::update(tx, &cx, &here, &id, &said);
    request.write(work, |changed| Reply::ok(&json!({ "group": changed }))).await
}

async fn set_status(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.caller()?.location(None)?;
    let read = |body: &Map<String, Value>| {
        let mut fields = Fields::of_body(body);
        let is_active = fields.flag("isActive");
        if fields.value("isActive").is_none_or(Value::is_null) {
            fields.fault("isActive", "must be a boolean value");
        }
        fields.finish().map(|()| GroupFields { is_active, ..GroupFields::default() })
    };
    let said = or_forbidden(&request, &here, read(&body)).await?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::update(tx, &cx, &here, &id, &said);
    request.write(work, |_| Reply::ok(&json!({ "success": true }))).await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let (here, id, cx) = (request.caller()?.location(None)?, request.path(0).to_owned(), request.cx());
    let work = move |tx: &mut Tx<'_>| service::delete(tx, &cx, &here, &id);
    request.write(work, |()| Reply::ok(&json!({ "success": true }))).await
}

async fn validate_slug(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let mut fields = Fields::of_body(&body);
    fields.text("locationId");
    let slug = fields.required_text_within("slug", TEXT_LENGTH);
    fields.finish()?;
    let free = request.app.world.store.read(move |tx| service::is_free(tx, &here, slug.trim())).await?;
    Ok(Reply::ok(&json!({ "available": free })))
}

/// The texts of a group: all of them are wanted. A description may be blank.
fn texts(fields: &mut Fields<'_>) -> GroupFields {
    let name = fields.required_text_within("name", TEXT_LENGTH);
    let description = fields.text_within("description", TEXT_LENGTH);
    if fields.value("description").is_none_or(Value::is_null) {
        fields.fault("description", "must be a string");
    }
    let slug = fields.required_text_within("slug", TEXT_LENGTH);
    GroupFields {
        name: Some(name.trim().to_owned()),
        description: description.into_option(),
        slug: Some(slug.trim().to_owned()),
        is_active: None,
    }
}

/// What was read of a body, or why not: another location's group is forbidden whatever the body says of it.
async fn or_forbidden<T>(
    request: &Request,
    here: &LocationScope,
    read: Result<T, Error>,
) -> Result<T, Error> {
    let (here, id) = (here.clone(), request.path(0).to_owned());
    request.or_forbidden(read, move |tx| service::get(tx, &here, &id).map(drop)).await
}

//! `/contacts`: extract, authorise, call, wrap.

use http::StatusCode;
use leadhold_kernel::Error;
use leadhold_store::Tx;

use super::model::Contact;
use super::object::Object;
use super::query::{self, List};
use super::stored::Stored;
use super::{bulk_routes, deals, export_routes, follow_routes, search, service, shown, wire};
use crate::http::fields::Fields;
use crate::http::{ApiVersion, Reply, Request, Route, delete, get, post, put};
use crate::search::MAX_TEXT;
use crate::tenant::LocationScope;

/// The slice's routes, with those of tags whose change contacts follow.
#[must_use]
pub fn routes() -> Vec<Route> {
    let own = vec![
        post("/contacts", create),
        get("/contacts", list),
        get("/contacts/search", search_by_address),
        post("/contacts/search", search),
        get("/contacts/search/duplicate", duplicate),
        post("/contacts/upsert", upsert),
        get("/contacts/{contactId}", read),
        put("/contacts/{contactId}", update),
        delete("/contacts/{contactId}", remove),
        post("/contacts/{contactId}/tags", add_tags),
        delete("/contacts/{contactId}/tags", remove_tags),
        post("/contacts/{contactId}/followers", add_followers),
        delete("/contacts/{contactId}/followers", remove_followers),
    ];
    [own, bulk_routes::routes(), export_routes::routes(), follow_routes::routes()].concat()
}

fn reply(status: StatusCode, body: Object) -> Reply {
    Reply::json_text(status, body.end())
}

/// What was read of a body, or why not: another location's contact, named first in the path, is forbidden whatever the
/// body says of it.
///
/// # Errors
/// 403 when it is another location's, else the fault that was found.
pub async fn or_forbidden<T>(
    request: &Request,
    here: &LocationScope,
    read: Result<T, Error>,
) -> Result<T, Error> {
    let (here, id) = (here.clone(), request.path(0).to_owned());
    request.or_forbidden(read, move |tx| service::stored(tx, &here, &id).map(drop)).await
}

async fn create(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let body = wire::create(&body)?;
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| service::create(tx, &cx, &here, &body.fields);
    let (version, trace_id) = (request.version, request.trace_id.clone());
    let wrap = move |contact: Contact| {
        let mut out = Object::new();
        out.verbatim("contact", &shown::created(&Stored::of(&contact), version)).value("traceId", &trace_id);
        reply(StatusCode::CREATED, out)
    };
    request.write(work, wrap).await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let id = request.path(0).to_owned();
    let row = request.app.world.store.read_by_key(move |tx| service::stored(tx, &here, &id)).await?;
    let mut out = Object::new();
    out.verbatim("contact", &shown::full(&row, request.version));
    Ok(reply(StatusCode::OK, out))
}

fn full(contact: &Contact, version: ApiVersion) -> String {
    shown::full(&Stored::of(contact), version)
}

async fn update(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let fields = or_forbidden(&request, &here, wire::update(&request.json()?)).await?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::update(tx, &cx, &here, &id, &fields);
    let version = request.version;
    let wrap = move |contact: Contact| {
        let mut out = Object::new();
        let done = if version == ApiVersion::V3 { "succeeded" } else { "succeded" };
        out.value(done, &true).verbatim("contact", &full(&contact, version));
        reply(StatusCode::OK, out)
    };
    request.write(work, wrap).await
}

async fn upsert(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let body = wire::upsert(&body)?;
    let cx = request.cx();
    let anew = body.create_new_if_duplicate_allowed;
    let work = move |tx: &mut Tx<'_>| service::upsert(tx, &cx, &here, &body.fields, anew);
    let (version, trace_id) = (request.version, request.trace_id.clone());
    let wrap = move |done: service::Upserted| {
        let mut out = Object::new();
        out.value("new", &done.new)
            .verbatim("contact", &full(&done.contact, version))
            .value("traceId", &trace_id);
        reply(StatusCode::OK, out)
    };
    request.write(work, wrap).await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let version = request.version;
    request.write(move |tx| service::delete(tx, &cx, &here, &id), move |()| Reply::done(version)).await
}

async fn add_tags(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let tags = or_forbidden(&request, &here, wire::tags(&request.json()?)).await?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::add_tags(tx, &cx, &here, &id, &tags);
    request.write(work, tags_changed(&request, StatusCode::CREATED, "tagsAdded")).await
}

async fn remove_tags(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let tags = or_forbidden(&request, &here, wire::tags(&request.json()?)).await?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::remove_tags(tx, &cx, &here, &id, &tags);
    request.write(work, tags_changed(&request, StatusCode::OK, "tagsRemoved")).await
}

/// The answer to a change of tags; `named` is what the changed ones are called.
fn tags_changed(
    request: &Request,
    status: StatusCode,
    named: &'static str,
) -> impl Fn(service::TagChange) -> Reply + Send + use<> {
    let trace_id = request.trace_id.clone();
    move |change| {
        let mut out = Object::new();
        out.value("tags", &change.tags).value(named, &change.changed).value("traceId", &trace_id);
        reply(status, out)
    }
}

async fn add_followers(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let users = or_forbidden(&request, &here, wire::followers(&request.json()?)).await?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::add_followers(tx, &cx, &here, &id, &users);
    request.write(work, followers_changed(&request, StatusCode::CREATED, "followersAdded")).await
}

async fn remove_followers(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let users = or_forbidden(&request, &here, wire::followers(&request.json()?)).await?;
    let (cx, id) = (request.cx(), request.path(0).to_owned());
    let work = move |tx: &mut Tx<'_>| service::remove_followers(tx, &cx, &here, &id, &users);
    request.write(work, followers_changed(&request, StatusCode::OK, "followersRemoved")).await
}

/// As [`tags_changed`], of followers.
fn followers_changed(
    request: &Request,
    status: StatusCode,
    named: &'static str,
) -> impl Fn(service::FollowerChange) -> Reply + Send + use<> {
    let trace_id = request.trace_id.clone();
    move |change| {
        let mut out = Object::new();
        out.value("followers", &change.followers).value(named, &change.changed).value("traceId", &trace_id);
        reply(status, out)
    }
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let mut fields = Fields::of_list(&request.query);
    fields.declare("locationId");
    let asked = List {
        limit: fields.integer("limit", 1, 100).unwrap_or(20),
        query: words(&mut fields),
        start_after: fields.integer("startAfter", i64::MIN, i64::MAX),
        start_after_id: text(&mut fields, "startAfterId"),
    };
    fields.finish()?;
    let (location, list) = (here.clone(), asked.clone());
    let page = request.app.world.store.read(move |tx| query::list(tx, &location, &list)).await?;
    let mut out = Object::new();
    let contacts: Vec<String> = page.rows.iter().map(shown::listed).collect();
    out.verbatim("contacts", &format!("[{}]", contacts.join(",")))
        .value("count", &page.total)
        .verbatim("meta", &meta(&request.app.config.base_url, here.location_id().as_str(), &asked, &page))
        .value("traceId", &request.trace_id);
    Ok(reply(StatusCode::OK, out).modified(page.rows.iter().map(|row| row.date_updated)))
}

/// Where the list stands and how it goes on.
fn meta(base_url: &str, location: &str, asked: &List, page: &query::Page) -> String {
    let number = page.before / asked.limit + 1;
    let last = page.rows.last();
    let next = last.filter(|_| page.more).map(|last| {
        let mut url = form_urlencoded::Serializer::new(format!("{base_url}/contacts/?"));
        url.append_pair("locationId", location)
            .append_pair("startAfter", &last.date_added.millis().to_string())
            .append_pair("startAfterId", &last.id)
            .append_pair("limit", &asked.limit.to_string());
        if !asked.query.is_empty() {
            url.append_pair("query", &asked.query);
        }
        url.finish()
    });
    let mut out = Object::new();
    out.value("total", &page.total)
        .value("nextPageUrl", &next)
        .value("startAfterId", &last.map(|last| &last.id))
        .value("startAfter", &last.map(|last| last.date_added.millis()))
        .value("currentPage", &number)
        .value("nextPage", &page.more.then_some(number + 1))
        .value("prevPage", &(number > 1).then_some(number - 1));
    out.end()
}

async fn search(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let search = search::read(&body)?;
    let asked = search.clone();
    let (rows, total, deals) = request
        .app
        .world
        .store
        .read(move |tx| {
            let (rows, total) = query::search(tx, &here, &asked)?;
            let deals = deals::of(tx, &here, &rows)?;
            Ok::<_, Error>((rows, total, deals))
        })
        .await?;
    let contacts: Vec<String> =
        rows.iter().map(|row| shown::found(row, deals.get(&row.id), request.version, &search.sort)).collect();
    let mut out = Object::new();
    out.verbatim("contacts", &format!("[{}]", contacts.join(",")))
        .value("total", &total)
        .value("traceId", &request.trace_id);
    Ok(reply(StatusCode::OK, out))
}

async fn duplicate(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let mut fields = Fields::of_list(&request.query);
    fields.declare("locationId");
    let (email, number) = (text(&mut fields, "email"), text(&mut fields, "number"));
    if email.is_none() && number.is_none() {
        fields.fault("email", "or number should not be empty");
    }
    fields.finish()?;
    let found = request
        .app
        .world
        .store
        .read(move |tx| query::duplicate(tx, &here, email.as_deref(), number.as_deref()))
        .await?;
    let mut out = Object::new();
    let contact = found.map_or_else(|| "null".to_owned(), |row| shown::full(&row, request.version));
    out.verbatim("contact", &contact).value("traceId", &request.trace_id);
    Ok(reply(StatusCode::OK, out))
}

/// `GET /contacts/search?email=…`: only the integrator's guide knows it.
async fn search_by_address(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let mut fields = Fields::of_list(&request.query);
    fields.declare("locationId");
    let email = text(&mut fields, "email");
    let (phone, number) = (text(&mut fields, "phone"), text(&mut fields, "number"));
    let limit = fields.integer("limit", 1, 100).unwrap_or(20);
    let list = List { limit, query: words(&mut fields), ..List::default() };
    fields.finish()?;
    let number = phone.or(number);
    let rows = request
        .app
        .world
        .store
        .read(move |tx| query::by_address(tx, &here, email.as_deref(), number.as_deref(), &list))
        .await?;
    let contacts: Vec<String> = rows.iter().map(|row| shown::full(row, request.version)).collect();
    let mut out = Object::new();
    out.verbatim("contacts", &format!("[{}]", contacts.join(","))).value("traceId", &request.trace_id);
    Ok(reply(StatusCode::OK, out).modified(rows.iter().map(|row| row.date_updated)))
}

/// A text of the query string; an empty one is none.
fn text(fields: &mut Fields<'_>, name: &'static str) -> Option<String> {
    fields.text(name).into_option().filter(|text| !text.trim().is_empty())
}

/// What is to be searched for, of a length that a search can bear.
fn words(fields: &mut Fields<'_>) -> String {
    fields.text_within("query", MAX_TEXT).into_option().unwrap_or_default()
}

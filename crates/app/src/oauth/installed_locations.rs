//! `GET /oauth/installedLocations`, and `GET /oauth/installed-locations` as v3 has it: on which of its agency's locations
//! an app is installed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use leadhold_kernel::{Error, Id, id};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::apps;
use crate::http::fields::Fields;
use crate::http::{ApiVersion, Caller, Reply, Request, Route, get};
use crate::marketplace::{self, LocationFilter, LocationPage, LocationState};
use crate::users;

/// The most that one page of v2 has.
const MOST: i64 = 100;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![get("/oauth/installedLocations", list), get("/oauth/installed-locations", list)]
}

/// What is asked for.
struct Wanted {
    app: String,
    skip: usize,
    limit: usize,
    filter: LocationFilter,
    /// Only those that the person who installed the app sees.
    restrict: bool,
}

async fn list(request: Request) -> Result<Reply, Error> {
    let caller = request.caller()?;
    let wanted = wanted(&request)?;
    let agency = caller.company(request.query.get("companyId"))?;
    let Some(app) = own_app(caller, &wanted.app) else { return Ok(no_app(&request, &wanted.app)) };
    let (now, user) = (request.now, caller.user_id.clone().filter(|_| wanted.restrict));
    let (filter, range) = (wanted.filter.clone(), (wanted.skip, wanted.limit));
    let found = request.app.world.store.read(move |tx: &mut Tx<'_>| {
        if apps::find(tx, &app)?.is_none() {
            return Ok::<_, Error>(None);
        }
        let mut filter = filter.clone();
        if let Some(user) = user.as_ref().map(|user| users::get(tx, &agency, user)).transpose()?.flatten()
            && (user.kind == users::Type::Account || user.is_restricted())
        {
            filter.among = Some(user.location_ids);
        }
        let page = marketplace::installed_locations(tx, &agency, &app, &filter, now, range)?;
        let future = marketplace::installs_to_future_locations(tx, &agency, &app)?;
        Ok(Some((page, future)))
    });
    Ok(match found.await? {
        None => no_app(&request, &wanted.app),
        Some((page, future)) if request.version == ApiVersion::V2 => {
            let locations: Vec<_> = page.locations.iter().map(shown).collect();
            Reply::ok(&json!({
                "locations": locations, "count": page.count, "installToFutureLocations": future,
            }))
        }
        Some((page, future)) => Reply::ok(&paged(&request, &wanted, &page, future)),
    })
}

fn wanted(request: &Request) -> Result<Wanted, Error> {
    let mut query = Fields::of_query(&request.query);
    query.required_text("companyId");
    let app = query.required_text("appId");
    let (skip, limit) = match request.version {
        ApiVersion::V2 => {
            let (skip, limit) = (query.integer("skip", 0, i64::MAX), query.integer("limit", 1, MOST));
            (skip.unwrap_or(0), limit.unwrap_or(20))
        }
        ApiVersion::V3 => {
            let (token, size) = (query.text("pageToken").into_option(), query.integer("pageSize", 1, MOST));
            let skip = token.as_deref().map(offset);
            if skip == Some(None) {
                query.fault("pageToken", "must be a token of an earlier page");
            }
            (skip.flatten().unwrap_or(0), size.unwrap_or(20))
        }
    };
    let restrict =
        if request.version == ApiVersion::V3 { query.flag("restrictToUserLocations") } else { None };
    let mut text = |name: &'static str| query.text(name).into_option().filter(|text| !text.is_empty());
    let (search, version_id, plan_id) = (text("query"), text("versionId"), text("planId"));
    let location_id = text("locationId");
    let filter = LocationFilter {
        query: search,
        is_installed: query.flag("isInstalled"),
        on_trial: query.flag("onTrial"),
        version_id,
        plan_id,
        location_id,
        among: None,
    };
    query.finish()?;
    let whole = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    Ok(Wanted { app, skip: whole(skip), limit: whole(limit), filter, restrict: restrict.unwrap_or(false) })
}

/// An app sees its own installs; the agency's own credentials see those of every app.
fn own_app(caller: &Caller, asked: &str) -> Option<Id<id::App>> {
    let own = caller.app.as_ref().is_none_or(|app| app.app_id.as_str() == asked);
    Id::parse(asked).filter(|_| own)
}

fn shown(location: &LocationState) -> Value {
    let mut shown = Map::new();
    shown.insert("_id".into(), json!(location.id));
    shown.insert("name".into(), json!(location.name));
    shown.insert("address".into(), json!(location.address.as_deref().unwrap_or_default()));
    shown.insert("isInstalled".into(), json!(location.installed.is_some()));
    if let Some((version, since)) = &location.installed {
        shown.insert("versionId".into(), json!(version));
        shown.insert("installedAt".into(), json!(since.iso()));
    }
    Value::Object(shown)
}

fn paged(request: &Request, wanted: &Wanted, page: &LocationPage, future: bool) -> Value {
    let end = wanted.skip + page.locations.len();
    let mut pagination = Map::new();
    pagination.insert("totalRecords".into(), json!(page.count));
    pagination.insert("hasNextPage".into(), json!(end < page.count));
    pagination.insert("hasPrevPage".into(), json!(wanted.skip > 0));
    if end < page.count {
        pagination.insert("nextPageToken".into(), json!(page_token(end)));
    }
    if wanted.skip > 0 {
        pagination
            .insert("prevPageToken".into(), json!(page_token(wanted.skip.saturating_sub(wanted.limit))));
    }
    pagination.insert("currentPageSize".into(), json!(page.locations.len()));
    let filters = request.query.iter().filter(|(name, _)| !["pageSize", "pageToken", "appId"].contains(name));
    let filters: Map<String, Value> = filters
        .map(|(name, value)| (name.to_owned(), value.parse::<bool>().map_or(json!(value), Value::from)))
        .collect();
    json!({
        "items": page.locations.iter().map(shown).collect::<Vec<_>>(),
        "pagination": pagination,
        "metadata": { "filterApplied": filters, "sortApplied": { "name": "asc" } },
        "installToFutureLocations": future,
    })
}

fn page_token(offset: usize) -> String {
    URL_SAFE_NO_PAD.encode(json!({ "offset": offset }).to_string())
}

fn offset(token: &str) -> Option<i64> {
    let read: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    read["offset"].as_i64().filter(|offset| *offset >= 0)
}

/// v3 answers in the words of its own envelope; what every error has stands beside it.
fn no_app(request: &Request, asked: &str) -> Reply {
    let message = format!("The requested App '{asked}' was not found.");
    let (status, error) = match request.version {
        ApiVersion::V2 => (StatusCode::BAD_REQUEST, json!("Bad Request")),
        ApiVersion::V3 => (
            StatusCode::NOT_FOUND,
            json!({
                "code": "RESOURCE_NOT_FOUND", "message": message,
                "details": { "resource": "App", "identifier": asked },
                "resolution": "Ask with the id of the app whose token this is: the part of its client id before the dash.",
            }),
        ),
    };
    Reply::json(status, &json!({ "statusCode": status.as_u16(), "message": message, "error": error }))
}

//! `/developer/requests`: the log for an agency's administrators.

use http::StatusCode;
use leadhold_kernel::Error;
use serde_json::{Map, Value, json};

use super::filter::Filter;
use super::log::Place;
use super::routes::{entries, whole};
use super::wire::{Detail, List};
use crate::http::{Query, Reply, Request, page, sign_in_first};

/// What the form can filter by; `cursor` is the link to older lines.
const FIELDS: &[&str] = &["appId", "method", "path", "status", "since", "until", "traceId"];

pub(super) async fn list(request: Request) -> Result<Reply, Error> {
    let Some(visitor) = &request.visitor else { return Ok(sign_in_first(&request)) };
    let place = Place::Agency(visitor.agency_admin()?);
    let given: Map<String, Value> = FIELDS
        .iter()
        .map(|name| ((*name).to_owned(), request.query.get(name).unwrap_or_default().into()))
        .collect();
    let filtered = given.values().any(|value| value != "");
    let (filter, faults) = match Filter::read(&known(&request.query), request.now) {
        Ok(filter) => (filter, Vec::new()),
        Err(Error::Validation(faults)) => (Filter::read(&Query::default(), request.now)?, faults),
        Err(other) => return Err(other),
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let size = usize::try_from(filter.limit).unwrap_or(0);
    let found = if faults.is_empty() { entries(&request, place, filter).await? } else { Vec::new() };
    let shown = List::of(&found, size);
    let given = json!({
        "requests": shown.requests, "filter": given, "filtered": filtered, "faults": faults,
        "older": shown.next.map(|cursor| older(&given, &cursor)), "base_url": request.app.config.base_url,
        "bodies": request.app.config.log_bodies,
    });
    page(&request, status, "requests.html", given)
}

/// The fields that the form has; a browser's other parameters are nobody's fault.
fn known(query: &Query) -> Query {
    let mut text = form_urlencoded::Serializer::new(String::new());
    for (name, value) in query.iter().filter(|(name, _)| FIELDS.contains(name) || *name == "cursor") {
        text.append_pair(name, value);
    }
    Query::parse(text.finish().as_bytes())
}

fn older(filter: &Map<String, Value>, cursor: &str) -> String {
    let mut text = form_urlencoded::Serializer::new(String::from("/developer/requests?"));
    for (name, value) in filter {
        if let Some(value) = value.as_str().filter(|value| !value.is_empty()) {
            text.append_pair(name, value);
        }
    }
    text.append_pair("cursor", cursor).finish()
}

pub(super) async fn read(request: Request) -> Result<Reply, Error> {
    let Some(visitor) = &request.visitor else { return Ok(sign_in_first(&request)) };
    let place = Place::Agency(visitor.agency_admin()?);
    let whole = whole(&request, place).await?;
    let shown =
        serde_json::to_value(Detail::of(&whole, &request.app.config.base_url)).map_err(Error::internal)?;
    let bodies = request.app.config.log_bodies;
    page(&request, StatusCode::OK, "request.html", json!({ "request": shown, "bodies": bodies }))
}

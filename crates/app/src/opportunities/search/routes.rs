//! `/opportunities/search`, and `/opportunities` as the integrator's guide asks for it.

use leadhold_kernel::Error;
use serde_json::{Value, json};

use super::list::{self, Asked, Listed};
use super::{query, read, search_after};
use crate::http::{ApiVersion, Reply, Request, Route, get, post};
use crate::search::Sort;

/// The routes.
pub(in crate::opportunities) fn routes() -> Vec<Route> {
    vec![
        get("/opportunities", list),
        get("/opportunities/search", list),
        post("/opportunities/search", search),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.location_of_query()?;
    let asked = Asked::read(&request.query, request.version)?;
    let (location, search) = (here.clone(), asked.clone());
    let listed = request.app.world.store.read(move |tx| list::list(tx, &location, &search)).await?;
    let opportunities: Vec<Value> = listed
        .page
        .rows
        .iter()
        .map(|row| {
            let mut body = row.body();
            body["startAfter"] = json!(row.opportunity.date_added.millis());
            body["startAfterId"] = json!(row.opportunity.id);
            body
        })
        .collect();
    let changed = listed.page.rows.iter().map(|row| row.opportunity.date_updated);
    let body = json!({
        "opportunities": opportunities,
        "meta": meta(&request, here.location_id().as_str(), &asked, &listed),
        "aggregations": listed.page.sums.all.shown(),
        "traceId": request.trace_id,
    });
    Ok(Reply::ok(&body).modified(changed))
}

/// Where the list stands and how it goes on.
fn meta(request: &Request, location: &str, asked: &Asked, listed: &Listed) -> Value {
    let (page, number) = (&listed.page, listed.number);
    let last = page.rows.last().map(|row| &row.opportunity);
    let next = last.filter(|_| page.more).map(|last| {
        let mut url = form_urlencoded::Serializer::new(format!(
            "{}/opportunities/search?",
            request.app.config.base_url
        ));
        let named = match request.version {
            ApiVersion::V2 => "location_id",
            ApiVersion::V3 => "locationId",
        };
        url.append_pair(named, location);
        let ours = [named, "startAfter", "startAfterId", "page", "limit"];
        for (name, value) in request.query.iter().filter(|(name, _)| !ours.contains(name)) {
            url.append_pair(name, value);
        }
        url.append_pair("limit", &asked.limit().to_string())
            .append_pair("startAfter", &last.date_added.millis().to_string())
            .append_pair("startAfterId", last.id.as_str());
        url.finish()
    });
    json!({
        "total": page.sums.all.count,
        "nextPageUrl": next,
        "startAfterId": last.map(|last| &last.id),
        "startAfter": last.map(|last| last.date_added.millis()),
        "currentPage": number,
        "nextPage": page.more.then_some(number + 1),
        "prevPage": (number > 1).then_some(number - 1),
    })
}

async fn search(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let (search, details) = read(&body)?;
    let asked = search.clone();
    let page = request.app.world.store.read(move |tx| query::search(tx, &here, &asked, details)).await?;
    let mut answer = json!({
        "opportunities": found(&page, &search.sort),
        "total": page.sums.all.count,
        "aggregations": page.sums.all.shown(),
        "traceId": request.trace_id,
    });
    if request.version == ApiVersion::V3 {
        answer["stageAggregations"] = by_stage(&page);
    }
    Ok(Reply::ok(&answer))
}

/// Each with the place from which the next page goes on.
fn found(page: &query::Page, sort: &[Sort]) -> Vec<Value> {
    let one = |row: &crate::opportunities::shown::Shown| {
        let mut body = row.body();
        body["searchAfter"] = json!(search_after(&row.opportunity, sort));
        body
    };
    page.rows.iter().map(one).collect()
}

fn by_stage(page: &query::Page) -> Value {
    let one = |(stage, worth): (&String, &super::sums::Worth)| {
        let mut body = json!(worth.shown());
        body["pipelineStageId"] = json!(stage);
        body
    };
    page.sums.by_stage.iter().map(one).collect()
}

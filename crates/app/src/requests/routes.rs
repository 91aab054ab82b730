//! `GET /leadhold/v1/requests` and `GET …/{traceId}`.

use leadhold_kernel::Error;
use leadhold_store::{DbError, Tx};

use super::filter::Filter;
use super::log::{self, Entry, Place, Whole};
use super::pages;
use super::wire::{Detail, List};
use crate::http::{Reply, Request, Route, get};
use crate::locations;

/// The log's routes and pages.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/leadhold/v1/requests", list),
        get("/leadhold/v1/requests/{traceId}", read),
        get("/developer/requests", pages::list),
        get("/developer/requests/{traceId}", pages::read),
    ]
}

/// Newest first. A location's credential sees its location's lines, an agency's those of the agency and its locations.
async fn list(request: Request) -> Result<Reply, Error> {
    let place = place(&request).await?;
    let filter = Filter::read(&request.query, request.now)?;
    let size = usize::try_from(filter.limit).unwrap_or(0);
    let entries = entries(&request, place, filter).await?;
    Ok(Reply::ok(&List::of(&entries, size)))
}

async fn read(request: Request) -> Result<Reply, Error> {
    let place = place(&request).await?;
    let whole = whole(&request, place).await?;
    Ok(Reply::ok(&Detail::of(&whole, &request.app.config.base_url)))
}

async fn place(request: &Request) -> Result<Place, Error> {
    let caller = request.caller()?;
    if caller.location_id.is_some() {
        return request.location_of_query().map(Place::Location);
    }
    let agency = caller.company(request.query.get("companyId"))?;
    let Some(asked) = request.query.get("locationId") else { return Ok(Place::Agency(agency)) };
    let asked = asked.to_owned();
    let find = move |tx: &mut Tx<'_>| locations::belonging(tx, &agency, &asked);
    request.app.world.store.read(find).await.map(Place::Location)
}

/// The lines that are asked for, and one more when there is a next page.
pub(super) async fn entries(request: &Request, place: Place, filter: Filter) -> Result<Vec<Entry>, Error> {
    let one_more = Filter { limit: filter.limit + 1, ..filter };
    let found = request.app.world.logs.read(move |tx| log::list(tx, &place, &one_more)).await;
    found.map_err(|why: DbError| why.into())
}

/// The line that the path names.
pub(super) async fn whole(request: &Request, place: Place) -> Result<Whole, Error> {
    let trace_id = request.path(0).to_owned();
    let found = request.app.world.logs.read(move |tx| log::get(tx, &place, &trace_id)).await;
    found.map_err(|why: DbError| Error::from(why))?.ok_or_else(|| {
        Error::NotFound(format!(
            "There is no request with trace id {} here. Lines are kept for 30 days, and written within a second.",
            request.path(0)
        ))
    })
}

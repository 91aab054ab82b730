//! `/calendars/{calendarId}/free-slots`

use jiff::tz::TimeZone;
use leadhold_kernel::{Error, Patch, Timestamp, time::LATEST};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::free::{Search, free};
use crate::calendars::appointments::Moment;
use crate::calendars::service;
use crate::http::fields::Fields;
use crate::http::query::Query;
use crate::http::{Reply, Request, Route, get};
use crate::locations;

/// The longest span that is looked through: 31 days, and the hour that some of them have more.
const LONGEST: i64 = (31 * 24 + 1) * 3_600_000;
/// People that can be asked for.
const MOST: usize = 100;

/// The part's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![get("/calendars/{calendarId}/free-slots", list)]
}

struct Asked {
    from: Timestamp,
    to: Timestamp,
    zone: Option<TimeZone>,
    people: Vec<String>,
    look_busy: bool,
}

fn read(query: &Query) -> Result<Asked, Error> {
    let mut fields = Fields::of_query(query);
    let [from, to] =
        ["startDate", "endDate"].map(|name| Timestamp(fields.required_integer(name, 0, LATEST.0)));
    let zone = match fields.text("timezone") {
        Patch::Value(name) => {
            let zone = TimeZone::get(&name).ok();
            if zone.is_none() {
                fields.fault("timezone", "must be a valid IANA time zone");
            }
            zone
        }
        _ => None,
    };
    let named =
        fields.texts("userIds").unwrap_or_default().into_iter().chain(fields.text("userId").into_option());
    // Connectors write several with commas between.
    let split = named.flat_map(|ids| ids.split(',').map(|id| id.trim().to_owned()).collect::<Vec<_>>());
    let people: Vec<String> = split.filter(|id| !id.is_empty()).collect();
    if people.len() > MOST {
        fields.too_many("userIds", MOST);
    }
    // Connectors send it; the published descriptions have it no longer.
    let look_busy = fields.flag("enableLookBusy").unwrap_or(false);
    fields.finish()?;
    if to < from {
        return Err(Error::bad_request("The end date must not be before the start date"));
    }
    if to.millis() - from.millis() > LONGEST {
        return Err(Error::bad_request("The date range must not be longer than 31 days"));
    }
    Ok(Asked { from, to, zone, people, look_busy })
}

/// By day, in the zone that was asked for; a day without a free slot is not there.
async fn list(request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(None)?;
    let (scope, id) = (here.clone(), request.path(0).to_owned());
    let look = move |tx: &mut Tx<'_>| service::get(tx, &scope, &id).map(drop);
    let asked = request.or_forbidden(read(&request.query), look).await?;
    let (id, now) = (request.path(0).to_owned(), request.now);
    let work = move |tx: &mut Tx<'_>| -> Result<_, Error> {
        let calendar = service::get(tx, &here, &id)?;
        let zone = locations::zone(tx, &here)?;
        let search = Search {
            zone: &zone,
            now,
            from: asked.from,
            to: asked.to,
            people: &asked.people,
            look_busy: asked.look_busy,
        };
        let slots = free(tx, &here, &calendar, &search)?;
        Ok((slots, asked.zone.clone().unwrap_or(zone)))
    };
    let (slots, zone) = request.app.world.store.read(work).await?;
    let mut days = Map::new();
    for slot in slots {
        let text = Moment::within(slot, &zone).iso();
        let day = days.entry(&text[..10]).or_insert_with(|| json!({ "slots": [] }));
        if let Some(all) = day["slots"].as_array_mut() {
            all.push(Value::from(text));
        }
    }
    days.insert("traceId".to_owned(), json!(request.trace_id));
    Ok(Reply::ok(&Value::Object(days)))
}

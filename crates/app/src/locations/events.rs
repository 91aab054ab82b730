//! What this slice announces, with the documented flat payloads. A new location is its agency's news: nobody is installed
//! there yet. There is no event for the end of one; apps hear of their uninstall.

use leadhold_kernel::{Cx, Event, EventKind, Id};
use serde_json::{Value, json};

use super::Location;

/// `LocationCreate`, at the agency.
pub(super) fn created(cx: &Cx, location: &Location) -> Event {
    event(cx, EventKind::LocationCreate, location)
}

/// `LocationUpdate`, at the location.
pub(super) fn updated(cx: &Cx, location: &Location) -> Event {
    let event = event(cx, EventKind::LocationUpdate, location);
    Event { location_id: Some(location.id.clone()), ..event }
}

fn event(cx: &Cx, kind: EventKind, location: &Location) -> Event {
    Event {
        id: Id::generate(cx.random.as_ref()),
        kind,
        company_id: location.company_id.clone(),
        location_id: None,
        record_id: location.id.to_string(),
        payload: payload(location),
        cause: cx.cause.clone(),
        aside: Value::Null,
        at: cx.now,
    }
}

/// `stripeProductId` is left out: there is none.
fn payload(location: &Location) -> Value {
    let mut payload = json!({ "id": location.id, "companyId": location.company_id, "name": location.name });
    if let Some(email) = &location.email {
        payload["email"] = json!(email);
    }
    payload
}

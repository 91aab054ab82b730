//! The body of a delivery: the documented flat fields of the event, and the envelope on the same level.

use leadhold_kernel::{Id, id};
use leadhold_queue::StoredEvent;
use serde_json::{Map, Value};

/// What is told of an event in one version of one app.
pub(super) struct Body {
    /// The fields, which filters look at.
    pub(super) fields: Value,
    /// The bytes to deliver. They are made once and stored: every attempt sends these, so a receiver that has seen a
    /// `webhookId` has seen the body.
    pub(super) bytes: Vec<u8>,
}

/// The body for an app.
///
/// The envelope (`type`, `locationId`, `companyId`, `appId`, `versionId`, `timestamp`, `webhookId`, `sequence`) wins over a
/// field of the same name. `webhookId` is the event's id; `timestamp` is when it happened, not when it is sent; `sequence`
/// grows from event to event, and so from one of a record to the next.
pub(super) fn to_app(stored: &StoredEvent, app: &Id<id::App>, version: &Id<id::AppVersion>) -> Body {
    let fields = of(stored, Some((app, version)));
    let bytes = serde_json::to_vec(&fields).expect("a map of JSON values has a JSON text");
    Body { fields: Value::Object(fields), bytes }
}

/// The same as an object; to whom it goes is in it where that is an app.
pub(super) fn of(
    stored: &StoredEvent,
    to: Option<(&Id<id::App>, &Id<id::AppVersion>)>,
) -> Map<String, Value> {
    let event = &stored.event;
    let mut body = Map::new();
    let mut set = |name: &str, value: &str| body.insert(name.to_owned(), Value::from(value));
    set("type", event.kind.name());
    if let Some(location) = &event.location_id {
        set("locationId", location.as_str());
    }
    set("companyId", event.company_id.as_str());
    if let Some((app, version)) = to {
        set("appId", app.as_str());
        set("versionId", version.as_str());
    }
    set("timestamp", &event.at.iso());
    set("webhookId", event.id.as_str());
    body.insert("sequence".to_owned(), Value::from(stored.seq));
    if let Value::Object(fields) = &event.payload {
        for (name, value) in fields {
            body.entry(name.as_str()).or_insert_with(|| value.clone());
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::{Cause, Event, EventKind, Timestamp};
    use serde_json::json;

    use super::*;

    fn event(payload: Value) -> Event {
        Event {
            id: Id::parse("7f0f9c5e-9e0c-4b9a-8f4e-0d6a5a9e1c11").unwrap(),
            kind: EventKind::ContactCreate,
            company_id: Id::parse("CoMpAnY0000000000001").unwrap(),
            location_id: Id::parse("LoCaTiOn000000000001"),
            record_id: "CoNtAcT0000000000001".to_owned(),
            payload,
            cause: Cause::default(),
            aside: Value::Null,
            at: Timestamp::parse("2026-01-01T00:00:00Z").unwrap(),
        }
    }

    fn delivered(event: &Event) -> Value {
        let app = Id::parse("66a0419a0dffa47fb5f8b22f").unwrap();
        let version = Id::parse("66a0419a0dffa47fb5f8b230").unwrap();
        let body = to_app(&StoredEvent { seq: 7, event: event.clone() }, &app, &version);
        assert_eq!(serde_json::from_slice::<Value>(&body.bytes).unwrap(), body.fields);
        body.fields
    }

    #[test]
    fn fields_and_envelope_are_on_one_level() {
        let event =
            event(json!({"id": "CoNtAcT0000000000001", "firstName": "Zoë", "tags": ["lead"], "type": "x"}));
        assert_eq!(
            delivered(&event),
            json!({
                "type": "ContactCreate",
                "locationId": "LoCaTiOn000000000001",
                "companyId": "CoMpAnY0000000000001",
                "appId": "66a0419a0dffa47fb5f8b22f",
                "versionId": "66a0419a0dffa47fb5f8b230",
                "timestamp": "2026-01-01T00:00:00.000Z",
                "webhookId": "7f0f9c5e-9e0c-4b9a-8f4e-0d6a5a9e1c11",
                "sequence": 7,
                "id": "CoNtAcT0000000000001",
                "firstName": "Zoë",
                "tags": ["lead"],
            })
        );
    }

    #[test]
    fn an_agencys_event_has_no_location_of_its_own() {
        let event = Event { location_id: None, ..event(json!({"locationId": "from the fields"})) };
        assert_eq!(delivered(&event)["locationId"], "from the fields");
    }
}

//! The body of a delivery: the documented flat fields of the event, and the envelope on the same level.

use leadhold_kernel::{Event, Id, id};
use serde_json::{Map, Value};

/// The bytes to deliver to an app. They are made once and stored: every attempt sends these, so a receiver that has seen
/// a `webhookId` has seen the body.
///
/// The envelope (`type`, `locationId`, `companyId`, `appId`, `versionId`, `timestamp`, `webhookId`) wins over a field of
/// the same name. `webhookId` is the event's id; `timestamp` is when it happened, not when it is sent.
pub(super) fn to_app(event: &Event, app: &Id<id::App>, version: &Id<id::AppVersion>) -> Vec<u8> {
    serde_json::to_vec(&of(event, Some((app, version)))).expect("a map of JSON values has a JSON text")
}

/// The same as an object; to whom it goes is in it where that is an app.
pub(super) fn of(event: &Event, to: Option<(&Id<id::App>, &Id<id::AppVersion>)>) -> Map<String, Value> {
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
    if let Value::Object(fields) = &event.payload {
        for (name, value) in fields {
            body.entry(name.as_str()).or_insert_with(|| value.clone());
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::{Cause, EventKind, Timestamp};
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
            at: Timestamp::parse("2026-01-01T00:00:00Z").unwrap(),
        }
    }

    fn delivered(event: &Event) -> Value {
        let app = Id::parse("66a0419a0dffa47fb5f8b22f").unwrap();
        let version = Id::parse("66a0419a0dffa47fb5f8b230").unwrap();
        serde_json::from_slice(&to_app(event, &app, &version)).unwrap()
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

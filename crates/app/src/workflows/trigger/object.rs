//! Triggers on records of custom objects and on companies (businesses): they came into being, or changed.
//!
//! Runs start without a contact. `{{record.object}}` is the key of the object (a filter on it keeps others out),
//! `{{record.<property>}}` a property under its bare key; a company's are under `{{company.…}}`.

use leadhold_kernel::{Event, EventKind};
use serde_json::{Value, json};

use super::{Kind, Subject};
use crate::businesses;

/// A record of a custom object came into being.
pub const CUSTOM_OBJECT_CREATED: Kind = Kind {
    listens: of_custom_object,
    object: Some("record"),
    data: record,
    ..Kind::on("custom_object_created", &[EventKind::RecordCreate], nobody)
};

/// A record of a custom object changed.
pub const CUSTOM_OBJECT_CHANGED: Kind = Kind {
    aliases: &["custom_object_updated"],
    listens: of_custom_object,
    object: Some("record"),
    changes: Some("record"),
    data: record,
    ..Kind::on("custom_object_changed", &[EventKind::RecordUpdate], nobody)
};

/// A company came into being.
pub const COMPANY_CREATED: Kind = Kind {
    listens: of_company,
    object: Some("company"),
    data: record,
    ..Kind::on("company_created", &[EventKind::RecordCreate], nobody)
};

/// A company changed.
pub const COMPANY_CHANGED: Kind = Kind {
    aliases: &["company_updated"],
    listens: of_company,
    object: Some("company"),
    changes: Some("company"),
    data: record,
    ..Kind::on("company_changed", &[EventKind::RecordUpdate], nobody)
};

fn nobody(_: &Event) -> Subject {
    Subject::default()
}

fn of_company(event: &Event) -> bool {
    event.aside["object"] == businesses::OBJECT
}

fn of_custom_object(event: &Event) -> bool {
    !of_company(event)
}

fn record(event: &Event) -> Value {
    let mut record = json!({
        "id": event.record_id,
        "object": event.aside["object"],
        "owners": event.payload["owners"],
        "followers": event.payload["followers"],
    });
    for property in event.payload["properties"].as_array().into_iter().flatten() {
        if let Some(key) = property["key"].as_str().filter(|key| record.get(key).is_none()) {
            record[key] = property["valueString"].clone();
        }
    }
    record
}

//! What this slice announces, with the documented flat payloads. `contactId` beside `id` is for consumers that were
//! written after the integrator's guide.

use leadhold_kernel::{Cx, Event, EventKind, date::Date};
use serde_json::{Value, json};

use super::model::Contact;
use crate::tenant::LocationScope;

/// `kind` happened to `contact`, which is shown as it is afterwards (before its end, if that is what happened).
pub(super) fn event(cx: &Cx, here: &LocationScope, kind: EventKind, contact: &Contact) -> Event {
    let mut payload = payload(contact);
    if kind == EventKind::ContactDndUpdate {
        payload["dndSettings"] = json!(contact.dnd_settings);
    }
    here.event(cx, kind, contact.id.as_str(), payload)
}

/// `kind` happened to `after`, which was `before`: automation is told what changed.
pub(super) fn change(
    cx: &Cx,
    here: &LocationScope,
    kind: EventKind,
    before: &Contact,
    after: &Contact,
) -> Event {
    event(cx, here, kind, after).changing(&compared(before), &compared(after))
}

/// The fields by which two states of a contact are compared: those of its events, and those that events do not have.
fn compared(contact: &Contact) -> Value {
    let mut fields = payload(contact);
    fields["dateOfBirth"] = json!(contact.date_of_birth.map(Date::iso));
    // Each by itself, so that one is told from another.
    let values = contact.custom_fields.iter().map(|one| (one.id.clone(), one.value.clone()));
    fields["customFields"] = Value::Object(values.collect());
    fields["type"] = json!(contact.kind);
    fields["gender"] = json!(contact.gender);
    fields["businessId"] = json!(contact.business_id);
    fields["followers"] = json!(contact.followers);
    fields["dndSettings"] = json!(contact.dnd_settings);
    fields
}

/// The fields that every contact event has; what is not known is left out.
fn payload(contact: &Contact) -> Value {
    let texts = [
        ("firstName", &contact.first_name),
        ("lastName", &contact.last_name),
        ("email", &contact.email),
        ("phone", &contact.phone),
        ("companyName", &contact.company_name),
        ("address1", &contact.address1),
        ("city", &contact.city),
        ("state", &contact.state),
        ("country", &contact.country),
        ("postalCode", &contact.postal_code),
        ("website", &contact.website),
        ("timezone", &contact.timezone),
        ("source", &contact.source),
        ("assignedTo", &contact.assigned_to),
    ];
    // Without the keys, which events do not have.
    let values: Vec<Value> =
        contact.custom_fields.iter().map(|one| json!({ "id": one.id, "value": one.value })).collect();
    let mut payload = json!({
        "locationId": contact.location_id,
        "id": contact.id,
        "contactId": contact.id,
        "name": contact.name(),
        "dateAdded": contact.date_added.iso(),
        "dnd": contact.dnd,
        "tags": contact.tags,
        "attachments": [],
        "customFields": values,
    });
    for (key, text) in texts {
        if let Some(text) = text {
            payload[key] = json!(text);
        }
    }
    if let Some(born) = contact.date_of_birth {
        payload["dateOfBirth"] = json!(Date::iso_midnight(born));
    }
    payload
}

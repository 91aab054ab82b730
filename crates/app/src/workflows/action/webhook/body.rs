//! The body of the webhook action: the contact flat at the root in snake_case, custom fields under their names, then what
//! started the run (an opportunity, an appointment, a task, a note, a message, a form's answers), the location, the workflow, the trigger's
//! data and the custom data.

use serde_json::{Map, Value, json};

use crate::workflows::facts::{ContactFacts, Facts};

/// The objects of merge fields that the body is made of, beside the contact and the location.
pub const OBJECTS: &[&str] = &["user", "opportunity", "appointment"];

/// The body. Keys of a contact's unknown fields are left out, except those that the real service always sends. Neither a
/// custom field nor an answer of a form can take the place of another key.
pub fn of(facts: &Facts, custom_data: Map<String, Value>) -> Value {
    let mut body = Map::new();
    if let Some(contact) = &facts.contact {
        add_contact(&mut body, contact);
    }
    add_opportunity(&mut body, facts);
    add_appointment(&mut body, facts);
    add_trigger(&mut body, facts);
    if let Some(contact) = &facts.contact {
        add_custom_fields(&mut body, contact);
    }
    let location = &facts.location;
    let (first, last) = attribution(facts);
    let fixed = json!({
        "location": {
            "name": location.name,
            "address": location.address,
            "city": location.city,
            "state": location.state,
            "country": location.country,
            "postalCode": location.postal_code,
            "fullAddress": location.full_address(),
            "id": location.id,
        },
        "workflow": {"id": facts.workflow_id, "name": facts.workflow_name},
        // Only a trigger that brings data of its own shows it, as in the real service.
        "triggerData": if facts.trigger_object.is_some() { facts.trigger_data.clone() } else { json!({}) },
        "contact": {"attributionSource": first, "lastAttributionSource": last},
        "attributionSource": first,
        "customData": custom_data,
    });
    if let Value::Object(fixed) = fixed {
        for (key, value) in fixed {
            // Removed first, so that a custom field of this name does not keep its place in the order.
            body.shift_remove(&key);
            body.insert(key, value);
        }
    }
    Value::Object(body)
}

/// What brought the contact here first and last. The real service always sends these three keys of the first.
fn attribution(facts: &Facts) -> (Value, Value) {
    let known = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let Some(contact) = &facts.contact else { return (json!({}), json!({})) };
    let mut first = Map::from_iter([
        ("sessionSource".to_owned(), json!("")),
        ("medium".to_owned(), json!("")),
        ("mediumId".to_owned(), Value::Null),
    ]);
    first.extend(known(&contact.attribution));
    (Value::Object(first), Value::Object(known(&contact.last_attribution)))
}

fn add_contact(body: &mut Map<String, Value>, contact: &ContactFacts) {
    let always = json!({
        "contact_id": contact.id,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "full_name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "tags": contact.tags.join(","),
        "country": contact.country,
        "date_created": contact.date_added.iso(),
        "full_address": contact.full_address(),
        "contact_type": contact.contact_type,
    });
    if let Value::Object(always) = always {
        body.extend(always);
    }
    for (key, value) in [
        ("address1", &contact.address1),
        ("city", &contact.city),
        ("state", &contact.state),
        ("timezone", &contact.timezone),
        ("postal_code", &contact.postal_code),
        ("company_name", &contact.company_name),
        ("website", &contact.website),
        ("date_of_birth", &contact.date_of_birth),
        ("contact_source", &contact.source),
    ] {
        if !value.is_empty() {
            body.insert(key.to_owned(), Value::String(value.clone()));
        }
    }
    if let Some(click) = contact.attribution["gclid"].as_str() {
        body.insert("gclid".to_owned(), json!(click));
    }
}

fn add_custom_fields(body: &mut Map<String, Value>, contact: &ContactFacts) {
    for field in &contact.custom_fields {
        body.entry(field.name.clone()).or_insert_with(|| field.value.clone());
    }
}

/// The run's opportunity and who looks after the contact or it.
fn add_opportunity(body: &mut Map<String, Value>, facts: &Facts) {
    let object = |name: &str| facts.objects.get(name).filter(|object| object.is_object());
    if let Some(deal) = object("opportunity") {
        for (key, field) in [
            ("opportunity_name", "name"),
            ("status", "status"),
            ("lead_value", "lead_value"),
            ("opportunity_source", "source"),
            ("source", "source"),
            ("pipleline_stage", "stage_name"), // the real service's spelling
            ("pipeline_id", "pipeline_id"),
            ("id", "id"),
            ("pipeline_name", "pipeline_name"),
        ] {
            body.insert(key.to_owned(), deal[field].clone());
        }
    }
    if let Some(user) = object("user") {
        let shown = json!({
            "firstName": user["first_name"],
            "lastName": user["last_name"],
            "email": user["email"],
            "phone": user["phone_raw"],
            "extension": "",
        });
        body.insert("user".to_owned(), shown);
    }
}

/// The run's appointment.
fn add_appointment(body: &mut Map<String, Value>, facts: &Facts) {
    let object = |name: &str| facts.objects.get(name).filter(|object| object.is_object());
    let (Some(appointment), Some(calendar)) = (object("appointment"), object("calendar")) else { return };
    let shown = json!({
        "id": calendar["id"],
        "calendarName": calendar["name"],
        "title": appointment["title"],
        "appointmentId": appointment["id"],
        "startTime": appointment["startTime"],
        "endTime": appointment["endTime"],
        "status": appointment["status"],
        "address": appointment["meeting_location"],
        "notes": appointment["notes"],
    });
    body.insert("calendar".to_owned(), shown);
}

/// What the trigger brought, where it has a place of its own beside `triggerData`.
fn add_trigger(body: &mut Map<String, Value>, facts: &Facts) {
    let data = &facts.trigger_data;
    let only = |keys: &[&str]| -> Value {
        let known = keys.iter().filter_map(|key| Some(((*key).to_owned(), data.get(key)?.clone())));
        Value::Object(known.collect())
    };
    let shown = match facts.trigger_object {
        Some("task") => only(&["title", "body", "dueDate"]),
        Some("note") => only(&["body"]),
        Some("message") => only(&["type", "body", "direction", "status"]),
        Some("campaign") => only(&["id", "name"]),
        Some("form" | "survey") => {
            for (name, answer) in data["answers"].as_object().into_iter().flatten() {
                body.entry(name.clone()).or_insert_with(|| answer.clone());
            }
            return;
        }
        _ => return,
    };
    body.insert(facts.trigger_object.unwrap_or_default().to_owned(), shown);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflows::facts::examples;

    #[test]
    fn the_body_has_the_documented_keys() {
        let custom_data = Map::from_iter([("score".to_owned(), json!("42"))]);
        insta::assert_json_snapshot!(of(&examples::facts(), custom_data), @r#"
        {
          "contact_id": "ocQHyuzHvysMo5N5VsXc",
          "first_name": "Ada",
          "last_name": "Lovelace",
          "full_name": "Ada Lovelace",
          "email": "ada@example.com",
          "phone": "+15155552345",
          "tags": "lead,Website",
          "country": "US",
          "date_created": "2026-01-01T00:00:00.000Z",
          "full_address": "1 Main St, Springfield, IL 62701",
          "contact_type": "lead",
          "address1": "1 Main St",
          "city": "Springfield",
          "state": "IL",
          "timezone": "America/Chicago",
          "postal_code": "62701",
          "company_name": "Analytical Engines",
          "contact_source": "web form",
          "Shoe Size": 41,
          "Colours": [
            "red",
            "blue"
          ],
          "location": {
            "name": "Downtown",
            "address": "2 High St",
            "city": "Chicago",
            "state": "IL",
            "country": "US",
            "postalCode": "60601",
            "fullAddress": "2 High St, Chicago, IL 60601",
            "id": "ve9EPM428h8vShlRW1KT"
          },
          "workflow": {
            "id": "6d0a3a1e-5b1c-4a53-9c0e-2f1d7a4b8c11",
            "name": "New leads"
          },
          "triggerData": {
            "email": "ada@example.com",
            "score": 42,
            "interests": [
              "tea",
              "milk"
            ],
            "sub": {
              "ok": true
            }
          },
          "contact": {
            "attributionSource": {
              "sessionSource": "Paid Search",
              "medium": "form",
              "mediumId": null,
              "utmSource": "ads"
            },
            "lastAttributionSource": {}
          },
          "attributionSource": {
            "sessionSource": "Paid Search",
            "medium": "form",
            "mediumId": null,
            "utmSource": "ads"
          },
          "customData": {
            "score": "42"
          }
        }
        "#);
    }

    #[test]
    fn an_opportunity_and_its_user_stand_at_the_root() {
        let mut facts = Facts { contact: None, trigger_object: None, ..examples::facts() };
        let deal = json!({"id": "o1", "name": "Engine", "status": "open", "lead_value": 12.5, "source": "web",
            "pipeline_id": "p1", "pipeline_name": "Sales", "stage_name": "New"});
        let user = json!({"first_name": "Pat", "last_name": "Person", "email": "pat@example.com", "phone_raw": "+1"});
        facts.objects.insert("opportunity".to_owned(), deal);
        facts.objects.insert("user".to_owned(), user);
        let body = of(&facts, Map::new());
        let shown: Map<String, Value> =
            body.as_object().expect("an object").clone().into_iter().take(10).collect();
        insta::assert_snapshot!(Value::Object(shown), @r#"{"opportunity_name":"Engine","status":"open","lead_value":12.5,"opportunity_source":"web","source":"web","pipleline_stage":"New","pipeline_id":"p1","id":"o1","pipeline_name":"Sales","user":{"firstName":"Pat","lastName":"Person","email":"pat@example.com","phone":"+1","extension":""}}"#);
    }

    #[test]
    fn what_started_the_run_has_its_own_place() {
        for (object, data, shown) in [
            (
                "task",
                json!({"title": "Call", "dueDate": "2026-01-01", "due_date": "x"}),
                json!({"title": "Call", "dueDate": "2026-01-01"}),
            ),
            ("note", json!({"body": "N", "id": "x"}), json!({"body": "N"})),
            (
                "message",
                json!({"type": "SMS", "body": "Hi", "direction": "inbound", "status": "delivered", "x": 1}),
                json!({"type": "SMS", "body": "Hi", "direction": "inbound", "status": "delivered"}),
            ),
            ("campaign", json!({"id": "c", "name": "C", "steps": []}), json!({"id": "c", "name": "C"})),
        ] {
            let facts = Facts { trigger_object: Some(object), trigger_data: data, ..examples::facts() };
            assert_eq!(of(&facts, Map::new())[object], shown);
        }
        let data =
            json!({"id": "f", "answers": {"colour": "red", "email": "other@example.com", "location": "x"}});
        let facts = Facts { trigger_object: Some("form"), trigger_data: data, ..examples::facts() };
        let body = of(&facts, Map::new());
        assert_eq!(
            (&body["colour"], &body["email"], &body["location"]["name"]),
            (&json!("red"), &json!("ada@example.com"), &json!("Downtown"))
        );
    }

    #[test]
    fn without_a_contact_only_its_own_keys_are_missing() {
        let facts = Facts { contact: None, trigger_object: None, ..examples::facts() };
        let body = of(&facts, Map::new());
        assert_eq!(body["triggerData"], json!({}));
        let keys: Vec<&String> = body.as_object().expect("an object").keys().collect();
        let expected = ["location", "workflow", "triggerData", "contact", "attributionSource", "customData"];
        assert_eq!(keys, expected);
    }
}

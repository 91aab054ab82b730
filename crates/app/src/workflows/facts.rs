//! What a run knows when it takes a step: the contact, the location, what started it, the time.
//!
//! [`Facts`] are read from the database before a step and are arguments of it, so that the same run with the same facts
//! takes the same step. [`Facts::fields`] spells them as merge fields do (`{{contact.first_name}}`).

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Timestamp, merge_field};
use serde_json::{Map, Value, json};

use super::definition::Settings;
use super::right_now;
use crate::locations::templates::Message as Template;

/// Everything that conditions and merge fields can see.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The present moment.
    pub now: Timestamp,
    /// The location's time zone; `right_now` and dates without an offset are in it.
    pub zone: TimeZone,
    /// The contact that the run is about, if it has one yet.
    pub contact: Option<ContactFacts>,
    /// The location that the workflow belongs to.
    pub location: LocationFacts,
    /// The workflow's id.
    pub workflow_id: String,
    /// The workflow's name.
    pub workflow_name: String,
    /// The merge-field object under which the trigger's data is found, `inboundWebhookRequest` for instance.
    pub trigger_object: Option<&'static str>,
    /// What the trigger brought with it.
    pub trigger_data: Value,
    /// The URLs of the trigger links that the workflow names, by their ids.
    pub trigger_links: Map<String, Value>,
    /// The e-mail templates that the workflow's steps name, by their ids, as they are now.
    pub templates: BTreeMap<String, Template>,
    /// The location's custom values by key.
    pub custom_values: Map<String, Value>,
    /// What holds for the whole workflow: who speaks, for instance.
    pub settings: Settings,
    /// Further objects of merge fields by name (`opportunity`, `user`), read when the workflow names them.
    pub objects: Map<String, Value>,
    /// What earlier steps brought, by the steps' ids.
    pub steps: Map<String, Value>,
}

/// A contact as merge fields and the webhook action show it. Unknown is empty.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of the contact API, under their own names")]
pub struct ContactFacts {
    pub id: Id<id::Contact>,
    pub name: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// E.164 where the number could be read, else as it was given.
    pub phone: String,
    pub company_name: String,
    /// The record of the company; empty when there is none.
    pub business_id: String,
    pub address1: String,
    pub city: String,
    pub state: String,
    pub country: String,
    pub postal_code: String,
    pub timezone: String,
    pub date_of_birth: String,
    pub source: String,
    pub website: String,
    pub contact_type: String,
    pub assigned_to: String,
    pub tags: Vec<String>,
    pub date_added: Timestamp,
    pub custom_fields: Vec<CustomFieldFact>,
    /// What brought the contact here first, as an object; null when nobody knows.
    pub attribution: Value,
    /// What brought the contact here last.
    pub last_attribution: Value,
}

/// A custom field with its value on this contact.
#[derive(Clone, Debug)]
pub struct CustomFieldFact {
    /// The part of the field's key after `contact.`.
    pub key: String,
    /// The name that people gave it.
    pub name: String,
    /// Its value.
    pub value: Value,
}

/// A location as merge fields and the webhook action show it. Unknown is empty.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the location API, under their own names")]
pub struct LocationFacts {
    pub id: String,
    pub name: String,
    pub address: String,
    pub city: String,
    pub state: String,
    pub country: String,
    pub postal_code: String,
    pub email: String,
    pub phone: String,
    pub website: String,
    pub logo_url: String,
}

impl Facts {
    /// The facts as merge fields name them: an object of objects.
    #[must_use]
    pub fn fields(&self) -> Value {
        let mut fields = Map::new();
        if let Some(contact) = &self.contact {
            fields.insert("contact".to_owned(), contact.fields(self.now));
        }
        fields.insert("location".to_owned(), self.location.fields());
        fields.insert("right_now".to_owned(), right_now::fields(self.now, &self.zone));
        fields.insert("workflow".to_owned(), json!({"id": self.workflow_id, "name": self.workflow_name}));
        fields.insert("trigger_link".to_owned(), Value::Object(self.trigger_links.clone()));
        fields.insert("custom_values".to_owned(), Value::Object(self.custom_values.clone()));
        fields.insert("steps".to_owned(), Value::Object(self.steps.clone()));
        fields.extend(self.objects.clone());
        if let Some(object) = self.trigger_object {
            fields.insert(object.to_owned(), self.trigger_data.clone());
        }
        Value::Object(fields)
    }
}

impl ContactFacts {
    fn fields(&self, now: Timestamp) -> Value {
        let mut fields = Map::new();
        // A custom field cannot hide a field of the contact itself: those are written over it.
        for field in &self.custom_fields {
            fields.insert(field.key.clone(), field.value.clone());
        }
        let own = json!({
            "id": self.id,
            "name": self.name,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "phone": people_s_phone(&self.phone),
            "phone_raw": self.phone,
            "company_name": self.company_name,
            "full_address": self.full_address(),
            "address1": self.address1,
            "city": self.city,
            "state": self.state,
            "country": self.country,
            "postal_code": self.postal_code,
            "timezone": right_now::zone_with_offset(&self.timezone, now),
            "date_of_birth": self.date_of_birth,
            "source": self.source,
            "website": self.website,
            "type": self.contact_type,
            "assigned_to": self.assigned_to,
            "tags": self.tags,
            "attributionSource": self.attribution,
            "lastAttributionSource": self.last_attribution,
        });
        if let Value::Object(own) = own {
            fields.extend(own);
        }
        Value::Object(fields)
    }

    /// The address in one line.
    #[must_use]
    pub fn full_address(&self) -> String {
        one_line(&self.address1, &self.city, &self.state, &self.postal_code)
    }
}

impl LocationFacts {
    fn fields(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "full_address": self.full_address(),
            "address": self.address,
            "city": self.city,
            "state": self.state,
            "country": self.country,
            "postal_code": self.postal_code,
            "email": self.email,
            "phone": people_s_phone(&self.phone),
            "phone_raw": self.phone,
            "website": self.website,
            "logo_url": self.logo_url,
        })
    }

    /// The address in one line.
    #[must_use]
    pub fn full_address(&self) -> String {
        one_line(&self.address, &self.city, &self.state, &self.postal_code)
    }
}

/// `1 Main St, Springfield, IL 62701`, without what is unknown.
fn one_line(street: &str, city: &str, state: &str, postal_code: &str) -> String {
    let region = format!("{state} {postal_code}");
    let parts = [street, city, region.trim()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// `(515) 555-2345` for North America, as the real service shows it; every other number as it is stored.
pub fn people_s_phone(stored: &str) -> String {
    match stored.strip_prefix("+1") {
        Some(n) if n.len() == 10 && n.bytes().all(|b| b.is_ascii_digit()) => {
            format!("({}) {}-{}", &n[..3], &n[3..6], &n[6..])
        }
        _ => stored.to_owned(),
    }
}

/// The field at a dotted path (`contact.tags`), with or without braces around it.
#[must_use]
pub fn field<'v>(fields: &'v Value, path: &[String]) -> Option<&'v Value> {
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    merge_field::find(fields, &keys)
}

#[cfg(test)]
pub(crate) mod examples {
    //! One contact in one location, for the tests of this folder.
    use super::*;

    /// Wednesday, 5 November 2025, 21:30:07 UTC: half past three in the afternoon in Chicago.
    pub const NOW: Timestamp = Timestamp(1_762_378_207_000);

    pub fn facts() -> Facts {
        Facts {
            now: NOW,
            zone: TimeZone::get("America/Chicago").expect("the zone table is compiled in"),
            contact: Some(contact()),
            location: location(),
            workflow_id: "6d0a3a1e-5b1c-4a53-9c0e-2f1d7a4b8c11".to_owned(),
            workflow_name: "New leads".to_owned(),
            trigger_object: Some("inboundWebhookRequest"),
            trigger_data: json!({"email": "ada@example.com", "score": 42, "interests": ["tea", "milk"], "sub": {"ok": true}}),
            trigger_links: Map::new(),
            templates: BTreeMap::new(),
            custom_values: Map::from_iter([("booking_link".to_owned(), json!("https://example.com/book"))]),
            settings: Settings::default(),
            objects: Map::new(),
            steps: Map::new(),
        }
    }

    pub fn contact() -> ContactFacts {
        ContactFacts {
            id: Id::parse("ocQHyuzHvysMo5N5VsXc").expect("an id"),
            name: "Ada Lovelace".to_owned(),
            first_name: "Ada".to_owned(),
            last_name: "Lovelace".to_owned(),
            email: "ada@example.com".to_owned(),
            phone: "+15155552345".to_owned(),
            company_name: "Analytical Engines".to_owned(),
            business_id: String::new(),
            address1: "1 Main St".to_owned(),
            city: "Springfield".to_owned(),
            state: "IL".to_owned(),
            country: "US".to_owned(),
            postal_code: "62701".to_owned(),
            timezone: "America/Chicago".to_owned(),
            date_of_birth: String::new(),
            source: "web form".to_owned(),
            website: String::new(),
            contact_type: "lead".to_owned(),
            assigned_to: String::new(),
            tags: vec!["lead".to_owned(), "Website".to_owned()],
            date_added: Timestamp(1_767_225_600_000),
            custom_fields: vec![
                CustomFieldFact { key: "shoe_size".into(), name: "Shoe Size".into(), value: json!(41) },
                CustomFieldFact {
                    key: "colours".into(),
                    name: "Colours".into(),
                    value: json!(["red", "blue"]),
                },
                CustomFieldFact { key: "email".into(), name: "email".into(), value: json!("never shown") },
            ],
            attribution: json!({"sessionSource": "Paid Search", "medium": "form", "mediumId": null, "utmSource": "ads"}),
            last_attribution: Value::Null,
        }
    }

    pub fn location() -> LocationFacts {
        LocationFacts {
            id: "ve9EPM428h8vShlRW1KT".to_owned(),
            name: "Downtown".to_owned(),
            address: "2 High St".to_owned(),
            city: "Chicago".to_owned(),
            state: "IL".to_owned(),
            country: "US".to_owned(),
            postal_code: "60601".to_owned(),
            phone: "+13125550100".to_owned(),
            ..LocationFacts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::merge_field::render;

    use super::*;

    #[test]
    fn merge_fields_read_as_the_real_service_shows_them() {
        let fields = examples::facts().fields();
        for (template, shown) in [
            ("{{contact.name}} <{{contact.email}}>", "Ada Lovelace <ada@example.com>"),
            ("{{contact.phone}} {{contact.phone_raw}}", "(515) 555-2345 +15155552345"),
            ("{{contact.full_address}}", "1 Main St, Springfield, IL 62701"),
            ("{{contact.timezone}}", "GMT-06:00 America/Chicago"),
            ("{{contact.tags}}", "lead,Website"),
            ("{{contact.shoe_size}} {{contact.colours}}", "41 red,blue"),
            ("{{location.full_address}} {{location.phone}}", "2 High St, Chicago, IL 60601 (312) 555-0100"),
            ("{{contact.attributionSource.utmSource}}{{contact.lastAttributionSource.utmSource}}", "ads"),
            ("{{workflow.name}}", "New leads"),
            ("{{custom_values.booking_link}}", "https://example.com/book"),
            ("{{inboundWebhookRequest.interests[1]}} {{inboundWebhookRequest.sub.ok}}", "milk true"),
            ("[{{contact.website}}{{location.website}}{{user.name}}]", "[]"),
        ] {
            assert_eq!(render(template, &fields), shown, "{template}");
        }
    }

    #[test]
    fn without_a_contact_its_fields_are_empty() {
        let facts = Facts { contact: None, ..examples::facts() };
        assert_eq!(render("[{{contact.first_name}}]", &facts.fields()), "[]");
    }

    #[test]
    fn numbers_outside_north_america_stay_as_they_are() {
        for number in ["+442079460958", "+1234567890", "", "+1515555234x"] {
            assert_eq!(people_s_phone(number), number);
        }
    }
}

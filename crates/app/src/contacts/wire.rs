//! What clients write about a contact, in both versions' spelling.

use leadhold_kernel::{Error, Patch, date::Date};
use serde_json::{Map, Value};

use super::dnd::{DndSettings, InboundDnd};
use super::model::ContactFields;
use super::service::bulk::TagUpdate;
use crate::custom_fields::FieldWrite;
use crate::http::fields::Fields;
use crate::locations::tags;

/// Characters of a plain field. It goes out whole with every list, search and webhook.
const TEXT_LENGTH: usize = 5000;
/// A telephone number that no plan knows is kept as typed, and it is indexed.
const PHONE_LENGTH: usize = 100;
/// Characters of an id.
const ID_LENGTH: usize = 64;
/// Contacts, and tags, of one change to many; followers of one change.
const MOST_AT_ONCE: usize = 500;
const MOST_FOLLOWERS: usize = 100;
/// Tags that one write names: every list and webhook has all of a contact's.
const MOST_TAGS: usize = 1000;

/// The body of a creation or an upsert.
#[derive(Debug, PartialEq)]
pub(super) struct NewBody {
    pub(super) fields: ContactFields,
    /// Only an upsert may say it.
    pub(super) create_new_if_duplicate_allowed: bool,
}

/// Reads `POST /contacts/`.
///
/// # Errors
/// All faults at once.
pub(super) fn create(body: &Map<String, Value>) -> Result<NewBody, Error> {
    let mut fields = Fields::of_body(body);
    let body = new_body(&mut fields);
    fields.finish()?;
    Ok(body)
}

/// Reads what a contact is to be from an object of the API's field names, as [`create`] does.
///
/// # Errors
/// All faults at once.
pub fn fields(body: &Map<String, Value>) -> Result<ContactFields, Error> {
    create(body).map(|body| body.fields)
}

/// Reads `POST /contacts/upsert`.
///
/// # Errors
/// All faults at once.
pub(super) fn upsert(body: &Map<String, Value>) -> Result<NewBody, Error> {
    let mut fields = Fields::of_body(body);
    let create_new_if_duplicate_allowed = fields.flag("createNewIfDuplicateAllowed").unwrap_or(false);
    let body = NewBody { create_new_if_duplicate_allowed, ..new_body(&mut fields) };
    fields.finish()?;
    Ok(body)
}

/// Reads `PUT /contacts/{id}`, which knows no location, gender or company name.
///
/// # Errors
/// All faults at once.
pub(super) fn update(body: &Map<String, Value>) -> Result<ContactFields, Error> {
    let mut fields = Fields::of_body(body);
    let read = shared(&mut fields);
    fields.finish()?;
    Ok(read)
}

/// Reads the body of `POST` and `DELETE /contacts/{id}/followers`.
///
/// # Errors
/// All faults at once.
pub(super) fn followers(body: &Map<String, Value>) -> Result<Vec<String>, Error> {
    let mut fields = Fields::of_body(body);
    let users = required_texts(&mut fields, "followers", ID_LENGTH, MOST_FOLLOWERS);
    fields.finish()?;
    Ok(users)
}

/// Reads the body of `POST /contacts/bulk/tags/update/{type}`: which contacts, and what is to happen to their tags.
///
/// # Errors
/// All faults at once.
pub(super) fn bulk_tags(kind: &str, body: &Map<String, Value>) -> Result<(Vec<String>, TagUpdate), Error> {
    let mut fields = Fields::of_body(body);
    let contacts = required_texts(&mut fields, "contacts", ID_LENGTH, MOST_AT_ONCE);
    let tags = required_texts(&mut fields, "tags", tags::LONGEST, MOST_AT_ONCE);
    fields.required_text("locationId"); // the edge has seen that it is the caller's
    let all = fields.flag("removeAllTags").unwrap_or(false);
    if kind != "add" && kind != "remove" {
        fields.fault("type", "must be one of the following values: add, remove");
    }
    if all && kind == "add" {
        fields.fault("removeAllTags", "can only be used with remove");
    }
    fields.finish()?;
    Ok(match (kind, all) {
        (_, true) => (contacts, TagUpdate::RemoveAll),
        ("add", _) => (contacts, TagUpdate::Add(tags)),
        _ => (contacts, TagUpdate::Remove(tags)),
    })
}

/// A list of texts that has to be there; empty when it is faulty.
fn required_texts(fields: &mut Fields<'_>, name: &'static str, longest: usize, most: usize) -> Vec<String> {
    let texts = texts(fields, name, longest, most);
    if fields.all().get(name).is_none_or(Value::is_null) {
        fields.fault(name, "must be an array");
    }
    texts.unwrap_or_default()
}

/// A list of at most `most` texts, where there is one.
fn texts(fields: &mut Fields<'_>, name: &'static str, longest: usize, most: usize) -> Option<Vec<String>> {
    let texts = fields.texts_within(name, longest)?;
    if texts.len() > most {
        fields.too_many(name, most);
    }
    Some(texts)
}

/// Reads the body of `POST` and `DELETE /contacts/{id}/tags`.
///
/// # Errors
/// All faults at once.
pub(super) fn tags(body: &Map<String, Value>) -> Result<Vec<String>, Error> {
    let mut fields = Fields::of_body(body);
    let tags = required_texts(&mut fields, "tags", tags::LONGEST, MOST_TAGS);
    fields.finish()?;
    Ok(tags)
}

fn new_body(fields: &mut Fields<'_>) -> NewBody {
    fields.text("locationId"); // who may write there has been decided
    let read = shared(fields);
    let (gender, company_name) = (plain(fields, "gender"), plain(fields, "companyName"));
    let fields = ContactFields { gender, company_name, ..read };
    NewBody { fields, create_new_if_duplicate_allowed: false }
}

/// The fields that every write knows.
fn shared(fields: &mut Fields<'_>) -> ContactFields {
    ContactFields {
        first_name: plain(fields, "firstName"),
        last_name: plain(fields, "lastName"),
        name: plain(fields, "name"),
        email: fields.email("email"),
        phone: bounded(fields, "phone", PHONE_LENGTH),
        address1: plain(fields, "address1"),
        city: plain(fields, "city"),
        state: plain(fields, "state"),
        postal_code: plain(fields, "postalCode"),
        country: plain(fields, "country"),
        website: plain(fields, "website"),
        timezone: plain(fields, "timezone"),
        source: plain(fields, "source"),
        assigned_to: plain(fields, "assignedTo"),
        date_of_birth: date_of_birth(fields),
        dnd: fields.flag("dnd"),
        dnd_settings: fields.object("dndSettings", DndSettings::read),
        inbound_dnd_settings: fields.object("inboundDndSettings", InboundDnd::read),
        tags: texts(fields, "tags", tags::LONGEST, MOST_TAGS),
        custom_fields: fields.objects("customFields", FieldWrite::read).unwrap_or_default(),
        ..ContactFields::default()
    }
}

/// A trimmed text; a blank one is none.
fn plain(fields: &mut Fields<'_>, name: &'static str) -> Patch<String> {
    bounded(fields, name, TEXT_LENGTH)
}

fn bounded(fields: &mut Fields<'_>, name: &'static str, longest: usize) -> Patch<String> {
    match fields.text_within(name, longest) {
        Patch::Value(text) if text.trim().is_empty() => Patch::Null,
        other => other.map(|text| text.trim().to_owned()),
    }
}

fn date_of_birth(fields: &mut Fields<'_>) -> Patch<Date> {
    match plain(fields, "dateOfBirth") {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Value(text) => match Date::parse(&text) {
            Some(date) => Patch::Value(date),
            None => {
                fields.fault("dateOfBirth", "must be a date such as YYYY-MM-DD or MM/DD/YYYY");
                Patch::Absent
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(body: Value) -> Map<String, Value> {
        body.as_object().unwrap().clone()
    }

    #[test]
    fn an_update_refuses_what_only_a_creation_knows() {
        let faults =
            update(&object(json!({"locationId": "l", "gender": "x", "companyName": "y", "city": 1})));
        insta::assert_snapshot!(faults.unwrap_err().to_string().replace(", ", "\n"), @r"
        property locationId should not exist
        property gender should not exist
        property companyName should not exist
        city must be a string
        ");
    }

    #[test]
    fn faults_of_a_creation_are_all_named() {
        let body = json!({
            "additionalEmails": [], "email": "nobody", "dateOfBirth": "soon", "tags": ["x".repeat(256)],
            "customFields": [{"value": 1}], "phone": "1".repeat(101), "dndSettings": {"Fax": {}},
        });
        insta::assert_snapshot!(create(&object(body)).unwrap_err().to_string().replace(", ", "\n"), @r"
        property additionalEmails should not exist
        email must be an email
        phone must be shorter than or equal to 100 characters
        dateOfBirth must be a date such as YYYY-MM-DD or MM/DD/YYYY
        dndSettings.property Fax should not exist
        each value in tags must be shorter than or equal to 255 characters
        customFields.0.id should not be empty
        ");
    }

    #[test]
    fn blank_means_none_and_absent_means_unsaid() {
        let read =
            update(&object(json!({"firstName": " ", "city": null, "email": "", "dateOfBirth": "9/25/1990"})))
                .unwrap();
        assert_eq!((read.first_name, read.city, read.email), (Patch::Null, Patch::Null, Patch::Null));
        assert_eq!(read.last_name, Patch::Absent);
        assert_eq!(read.date_of_birth, Patch::Value(Date::parse("1990-09-25").unwrap()));
    }

    #[test]
    fn custom_values_come_in_every_spelling() {
        let body = json!({"customFields": [
            {"id": "a", "field_value": 1}, {"key": "contact.b", "fieldValue": [2]}, {"id": "c", "value": "3", "name": "C"},
            {"id": "d", "field_value": null},
        ]});
        let read = update(&object(body)).unwrap().custom_fields;
        let shown: Vec<_> = read
            .iter()
            .map(|write| format!("{} {:?} {:?} {}", write.place, write.id, write.key, write.value))
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @r#"
        customFields.0.field_value Some("a") None 1
        customFields.1.fieldValue None Some("contact.b") [2]
        customFields.2.value Some("c") None "3"
        customFields.3.field_value Some("d") None null
        "#);
    }
}

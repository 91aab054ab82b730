//! What runs read from records, and what they do to them and to the world: the calls down into contacts and webhooks.

use leadhold_kernel::date::Date;
use leadhold_kernel::email::Email;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, Patch};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::action::create_update_contact::{ContactDraft, CustomValue, FieldName};
use super::action::webhook::{Method, Outgoing};
use super::action::{At, Done};
use super::facts::{ContactFacts, CustomFieldFact};
use crate::contacts::{self, Contact, ContactFields};
use crate::custom_fields::{self, CustomField, FieldWrite, Model};
use crate::locations::{self, tags::LONGEST as LONGEST_TAG};
use crate::tenant::LocationScope;
use crate::webhooks::{self, WorkflowWebhook};

/// The longest telephone number that a contact may have, in characters, as in the contact API.
const LONGEST_PHONE: usize = 100;

/// A contact as merge fields show it; `None` when it is gone.
///
/// # Errors
/// When the store fails.
pub fn contact(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    id: &Id<id::Contact>,
) -> Result<Option<ContactFacts>, Error> {
    let Some(contact) = contacts::find(tx, here, id.as_str())? else { return Ok(None) };
    let custom_fields = custom_fields_of(tx, here, &contact)?;
    let name = contact.name();
    let text = |value: Option<String>| value.unwrap_or_default();
    Ok(Some(ContactFacts {
        id: contact.id,
        name,
        first_name: text(contact.first_name),
        last_name: text(contact.last_name),
        email: text(contact.email),
        phone: text(contact.phone),
        company_name: text(contact.company_name),
        address1: text(contact.address1),
        city: text(contact.city),
        state: text(contact.state),
        country: text(contact.country),
        postal_code: text(contact.postal_code),
        timezone: text(contact.timezone),
        date_of_birth: contact.date_of_birth.map(Date::iso).unwrap_or_default(),
        source: text(contact.source),
        website: text(contact.website),
        contact_type: contact.kind,
        assigned_to: text(contact.assigned_to),
        tags: contact.tags,
        date_added: contact.date_added,
        custom_fields,
        attribution: contact.attribution.unwrap_or(Value::Null),
        last_attribution: contact.last_attribution.unwrap_or(Value::Null),
    }))
}

/// The contact's custom values under their keys and names, in the order in which they were first set. Definitions are
/// looked up only when there are values.
fn custom_fields_of(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contact: &Contact,
) -> Result<Vec<CustomFieldFact>, Error> {
    if contact.custom_fields.is_empty() {
        return Ok(Vec::new());
    }
    let definitions = custom_fields::list(tx, here, &Model::Contact)?;
    let fact = |given: &custom_fields::FieldValue| {
        let field = definitions.iter().find(|field| field.id.as_str() == given.id)?;
        let (key, name) = (bare_key(field).to_owned(), field.name.clone());
        Some(CustomFieldFact { key, name, value: given.value.clone() })
    };
    Ok(contact.custom_fields.iter().filter_map(fact).collect())
}

/// Makes or changes a contact: the one with this e-mail or phone by the location's match order; without either, the run's
/// own. Tags are added, none is taken away.
///
/// An e-mail or phone that is none refuses the whole, for it would make or find somebody else. Any other value that does
/// not fit is left out and named in the output: a lead must not be lost over its date of birth.
///
/// # Errors
/// 422 when e-mail or phone are none; those of contacts.
pub fn upsert_contact(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    draft: &ContactDraft,
) -> Result<Done, Error> {
    let mut left_out = Vec::new();
    let (tags, long) = by_length(&draft.tags);
    left_out.extend(long);
    let custom_fields = custom_writes(tx, here, &draft.custom_fields, &mut left_out)?;
    let fields = ContactFields { custom_fields, ..standard_fields(draft, &mut left_out)? };
    let identified = fields.email.is_present() || fields.phone.is_present();
    let (contact, new) = match draft.run_contact.as_ref().filter(|_| !identified) {
        Some(own) => (contacts::update(tx, cx, here, own.as_str(), &fields)?, false),
        None => {
            let done = contacts::upsert(tx, cx, here, &fields, false)?;
            (done.contact, done.new)
        }
    };
    if !tags.is_empty() {
        contacts::add_tags(tx, cx, here, contact.id.as_str(), &tags)?;
    }
    let mut output = json!({"contactId": contact.id, "new": new});
    if !left_out.is_empty() {
        output["leftOut"] = json!(left_out);
    }
    Ok(Done { contact: Some(contact.id), output, ..Done::default() })
}

fn standard_fields(draft: &ContactDraft, left_out: &mut Vec<String>) -> Result<ContactFields, Error> {
    let mut fields = ContactFields::default();
    let mut faults = Vec::new();
    for (name, value) in &draft.fields {
        let text = value.as_str().unwrap_or_default().trim();
        let said = Patch::Value(text.to_owned());
        match name.as_str() {
            "firstName" => fields.first_name = said,
            "lastName" => fields.last_name = said,
            "name" => fields.name = said,
            "companyName" => fields.company_name = said,
            "address1" => fields.address1 = said,
            "city" => fields.city = said,
            "state" => fields.state = said,
            "country" => fields.country = said,
            "postalCode" => fields.postal_code = said,
            "website" => fields.website = said,
            "timezone" => fields.timezone = said,
            "gender" => fields.gender = said,
            "source" => fields.source = said,
            "phone" if text.chars().count() <= LONGEST_PHONE => fields.phone = said,
            "phone" => faults.push(format!("`{}…` is no telephone number", start_of(text))),
            "email" => match Email::parse(text) {
                Some(email) => fields.email = Patch::Value(email),
                None => faults.push(format!("`{}` is no e-mail address", start_of(text))),
            },
            "dateOfBirth" => match Date::parse(text) {
                Some(date) => fields.date_of_birth = Patch::Value(date),
                None => left_out.push(format!("dateOfBirth: `{}` is no date", start_of(text))),
            },
            other => left_out.push(format!("{other}: a contact has no such field")),
        }
    }
    if faults.is_empty() { Ok(fields) } else { Err(Error::Validation(faults)) }
}

/// The custom values that their fields take.
fn custom_writes(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    values: &[CustomValue],
    left_out: &mut Vec<String>,
) -> Result<Vec<FieldWrite>, Error> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let country = locations::get(tx, here)?.country;
    let definitions = custom_fields::list(tx, here, &Model::Contact)?;
    let mut writes = Vec::new();
    for custom in values {
        let (name, defined) = match &custom.field {
            FieldName::Id(id) => (id, definitions.iter().find(|field| field.id.as_str() == id)),
            FieldName::Key(key) => (key, definitions.iter().find(|field| bare_key(field) == key)),
        };
        match defined.map(|field| (field, custom_fields::value::check(field, &custom.value, &country))) {
            Some((field, Ok(_))) => writes.push(FieldWrite {
                place: name.clone(),
                id: Some(field.id.to_string()),
                key: None,
                value: custom.value.clone(),
            }),
            Some((_, Err(fault))) => left_out.push(format!("{name} {fault}")),
            None => left_out.push(format!("{name}: the location has no such custom field")),
        }
    }
    Ok(writes)
}

/// The part of a custom field's key that merge fields use.
fn bare_key(field: &CustomField) -> &str {
    field.field_key.strip_prefix("contact.").unwrap_or(&field.field_key)
}

/// Gives the run's contact tags.
///
/// # Errors
/// 422 when all are too long; those of contacts.
pub fn add_tags(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact: &Id<id::Contact>,
    tags: &[String],
) -> Result<Done, Error> {
    let (tags, left_out) = by_length(tags);
    if tags.is_empty() {
        return Err(Error::Validation(left_out));
    }
    let change = contacts::add_tags(tx, cx, here, contact.as_str(), &tags)?;
    let mut output = json!({"added": change.changed, "tags": change.tags});
    if !left_out.is_empty() {
        output["leftOut"] = json!(left_out);
    }
    Ok(Done::with(output))
}

/// The tags that a contact can have, and a sentence for each that is too long.
fn by_length(tags: &[String]) -> (Vec<String>, Vec<String>) {
    let (fit, long): (Vec<&String>, Vec<&String>) =
        tags.iter().partition(|tag| tag.chars().count() <= LONGEST_TAG);
    let sentence =
        |tag: &String| format!("the tag `{}…` is longer than {LONGEST_TAG} characters", start_of(tag));
    (fit.into_iter().cloned().collect(), long.into_iter().map(sentence).collect())
}

/// Puts a request on its way. It leaves after the transaction commits, as a delivery with retries of its own.
///
/// # Errors
/// When the store fails.
pub fn send_webhook(tx: &mut Tx<'_>, at: &At<'_>, outgoing: &Outgoing) -> Result<Done, Error> {
    let webhook = WorkflowWebhook {
        run: at.run.id.clone(),
        step: at.step.to_owned(),
        visit: at.run.state.visits,
        method: match outgoing.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
        },
        url: outgoing.url.clone(),
        headers: outgoing.headers.clone(),
        body: outgoing.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default(),
    };
    let delivery = webhooks::send_from_workflow(tx, at.cx, at.here, &webhook)?;
    Ok(Done::with(json!({"deliveryId": delivery})))
}

fn start_of(text: &str) -> String {
    text.chars().take(60).collect()
}

//! What runs read from records, and what they do to them and to the world: the calls down into contacts and webhooks.

use leadhold_kernel::Error;
use leadhold_kernel::date::Date;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::action::webhook::{Method, Outgoing};
use super::action::{At, Done};
use super::facts::{ContactFacts, CustomFieldFact};
use crate::contacts::{self, Contact};
use crate::custom_fields::{self, Model};
use crate::tenant::LocationScope;
use crate::webhooks::{self, WorkflowWebhook};

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
        business_id: text(contact.business_id),
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
        let (key, name) = (field.bare_key().to_owned(), field.name.clone());
        Some(CustomFieldFact { key, name, value: given.value.clone() })
    };
    Ok(contact.custom_fields.iter().filter_map(fact).collect())
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

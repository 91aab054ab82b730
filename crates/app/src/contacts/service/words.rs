//! What `query` searches: the words of the properties that the location chose; usually name, address, number and company.

use leadhold_kernel::Error;
use leadhold_store::{Tx, params};
use serde_json::Value;

use crate::contacts::model::Contact;
use crate::contacts::sql;
use crate::custom_fields;
use crate::objects::{Searched, Standard};
use crate::tenant::LocationScope;

/// The properties in which words are looked for, which stay the same until the transaction ends.
///
/// # Errors
/// When the store fails.
pub(super) fn searched(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Searched, Error> {
    custom_fields::keep(tx, here, Standard::Contact.key())?;
    Searched::of(tx, here, Standard::Contact)
}

/// The text for the index.
pub(super) fn text(searched: &Searched, contact: &Contact) -> String {
    searched.text(|key| property(contact, key))
}

/// Makes the text of a stored contact anew.
///
/// # Errors
/// When the store fails.
pub(super) fn reindex(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    searched: &Searched,
    contact: &Contact,
) -> Result<(), Error> {
    tx.exec(sql::REINDEX_TEXT, params![contact.no, here.location_id(), text(searched, contact)])?;
    Ok(())
}

/// A property by its bare key, as `/objects` names it.
fn property(contact: &Contact, key: &str) -> Option<Value> {
    let text = match key {
        "name" => Some(contact.name()).filter(|name| !name.is_empty()),
        "first_name" => contact.first_name.clone(),
        "last_name" => contact.last_name.clone(),
        "email" => contact.email.clone(),
        "phone" => contact.phone.clone(),
        "date_of_birth" => contact.date_of_birth.map(|day| day.iso()),
        "source" => contact.source.clone(),
        "type" => Some(contact.kind.clone()),
        "company_name" => contact.company_name.clone(),
        "address1" => contact.address1.clone(),
        "city" => contact.city.clone(),
        "state" => contact.state.clone(),
        "country" => contact.country.clone(),
        "postal_code" => contact.postal_code.clone(),
        "website" => contact.website.clone(),
        "timezone" => contact.timezone.clone(),
        "assigned_to" => contact.assigned_to.clone(),
        custom => {
            let is_it = |key: &str| key.strip_prefix("contact.").unwrap_or(key) == custom;
            return contact
                .custom_fields
                .iter()
                .find(|field| is_it(&field.key))
                .map(|field| field.value.clone());
        }
    };
    text.map(Value::from)
}

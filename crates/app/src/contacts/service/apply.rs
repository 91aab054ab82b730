//! What a client said, applied to a contact under the location's rules.

use leadhold_kernel::{Error, Patch, phone};
use leadhold_store::Tx;

use super::lists;
use crate::contacts::dnd::DndSettings;
use crate::contacts::model::{Contact, ContactFields, normal_tags, split_name};
use crate::custom_fields::{self, FieldValue, Model};
use crate::tenant::LocationScope;

/// Applies `fields` to `contact`: a creation starts from a blank one. `country` reads telephone numbers.
///
/// # Errors
/// 422 with the faults of custom values; when the store fails.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contact: &mut Contact,
    fields: &ContactFields,
    country: &str,
) -> Result<(), Error> {
    let of = fields.clone();
    names(contact, fields);
    contact.email = of.email.map(|email| email.into_string()).apply(contact.email.take());
    contact.phone = match of.phone {
        Patch::Value(raw) => phone::normalise(&raw, Some(country)),
        other => other.apply(contact.phone.take()),
    };
    contact.company_name = of.company_name.apply(contact.company_name.take());
    contact.address1 = of.address1.apply(contact.address1.take());
    contact.city = of.city.apply(contact.city.take());
    contact.state = of.state.apply(contact.state.take());
    contact.postal_code = of.postal_code.apply(contact.postal_code.take());
    contact.country = of.country.apply(contact.country.take());
    contact.website = of.website.apply(contact.website.take());
    contact.timezone = of.timezone.apply(contact.timezone.take());
    contact.gender = of.gender.apply(contact.gender.take());
    contact.source = of.source.apply(contact.source.take());
    if let Some(arrival) = of.arrival {
        contact.source.get_or_insert(arrival.source);
        contact.attribution.get_or_insert_with(|| arrival.attribution.clone());
        contact.last_attribution = Some(arrival.attribution);
    }
    contact.assigned_to = of.assigned_to.apply(contact.assigned_to.take());
    contact.date_of_birth = of.date_of_birth.apply(contact.date_of_birth);
    contact.dnd = of.dnd.unwrap_or(contact.dnd);
    match of.dnd_settings {
        Patch::Absent => {}
        Patch::Null => contact.dnd_settings = DndSettings::default(),
        Patch::Value(changed) => contact.dnd_settings = contact.dnd_settings.merged(changed),
    }
    contact.dnd_settings.close(&fields.unwanted);
    match of.inbound_dnd_settings {
        Patch::Absent => {}
        Patch::Null => contact.inbound_dnd_settings = Default::default(),
        Patch::Value(changed) => contact.inbound_dnd_settings = changed,
    }
    lists::add(contact, fields, country);
    if let Some(tags) = &fields.tags {
        set_tags(contact, normal_tags(tags));
    }
    if !fields.custom_fields.is_empty() {
        custom_fields::keep(tx, here, Model::Contact.key())?;
        let definitions = custom_fields::list(tx, here, &Model::Contact)?;
        for (field, value) in custom_fields::settle(&definitions, &fields.custom_fields, country)? {
            FieldValue::set(&mut contact.custom_fields, field, value);
        }
    }
    Ok(())
}

/// `name` divides into what the two parts do not say themselves.
fn names(contact: &mut Contact, fields: &ContactFields) {
    let (first, last) = match &fields.name {
        Patch::Absent => (Patch::Absent, Patch::Absent),
        Patch::Null => (Patch::Null, Patch::Null),
        Patch::Value(name) => {
            let (first, last) = split_name(name);
            (first.map_or(Patch::Null, Patch::Value), last.map_or(Patch::Null, Patch::Value))
        }
    };
    let said = |said: &Patch<String>, implied| if said.is_present() { said.clone() } else { implied };
    contact.first_name = said(&fields.first_name, first).apply(contact.first_name.take());
    contact.last_name = said(&fields.last_name, last).apply(contact.last_name.take());
}

/// The same tags in another order are no change.
fn set_tags(contact: &mut Contact, tags: Vec<String>) {
    let same = tags.len() == contact.tags.len() && tags.iter().all(|tag| contact.tags.contains(tag));
    if !same {
        contact.tags = tags;
    }
}

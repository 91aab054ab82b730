//! What a contact is after others have become part of it.

use std::cmp::Reverse;

use leadhold_kernel::fold;
use serde_json::Value;

use super::wire::Prefer;
use crate::contacts::dnd::DndStatus;
use crate::contacts::{self, Contact};

/// `master` with what `others` know, and the API's names of the fields that others gave it.
pub(super) fn merged(master: &Contact, others: &[Contact], prefer: Prefer) -> (Contact, Vec<&'static str>) {
    let mut sources: Vec<&Contact> = std::iter::once(master).chain(others).collect();
    match prefer {
        Prefer::Master => {}
        Prefer::Newest => sources.sort_by_key(|contact| Reverse(contact.date_updated)),
        Prefer::Oldest => sources.sort_by_key(|contact| contact.date_updated),
    }
    let mut after = master.clone();
    let mut filled = Vec::new();
    macro_rules! fill {
        ($($field:ident: $name:literal,)*) => { $(
            let found = sources.iter().find_map(|contact| contact.$field.clone());
            if after.$field != found {
                after.$field = found;
                filled.push($name);
            }
        )* };
    }
    fill! {
        first_name: "firstName", last_name: "lastName", email: "email", phone: "phone", company_name: "companyName",
        business_id: "businessId", address1: "address1", city: "city", state: "state", postal_code: "postalCode",
        country: "country", website: "website", timezone: "timezone", gender: "gender", source: "source",
        assigned_to: "assignedTo", date_of_birth: "dateOfBirth", attribution: "attributionSource",
        last_attribution: "lastAttributionSource",
    }
    let business = sources.iter().find(|contact| contact.business_id.is_some());
    after.business_name = business.and_then(|contact| contact.business_name.clone());
    custom_fields(&mut after, &sources);
    unite(&mut after, master, others);
    undisturbed(&mut after, others);
    (after, filled)
}

/// The first value of each field, in the order in which the master has them.
fn custom_fields(after: &mut Contact, sources: &[&Contact]) {
    for known in &mut after.custom_fields {
        if let Some(value) = sources.iter().find_map(|contact| contact.custom_field(&known.id)) {
            known.value = value.clone();
        }
    }
    for value in sources.iter().flat_map(|contact| &contact.custom_fields) {
        if after.custom_field(&value.id).is_none() {
            after.custom_fields.push(value.clone());
        }
    }
}

/// Tags, followers, and every address and number that is not the first one any more.
fn unite(after: &mut Contact, master: &Contact, others: &[Contact]) {
    for contact in std::iter::once(master).chain(others) {
        for tag in &contact.tags {
            if !after.tags.contains(tag) {
                after.tags.push(tag.clone());
            }
        }
        for follower in &contact.followers {
            if !after.followers.contains(follower) {
                after.followers.push(follower.clone());
            }
        }
        let emails = contact.email.iter().map(String::as_str);
        for email in emails.chain(contacts::texts(&contact.additional_emails, "email")) {
            contacts::add_to(&mut after.additional_emails, "email", after.email.as_deref(), email);
        }
        let phones = contact.phone.iter().map(String::as_str);
        for phone in phones.chain(contacts::texts(&contact.additional_phones, "phone")) {
            contacts::add_to(&mut after.additional_phones, "phone", after.phone.as_deref(), phone);
        }
    }
    without_first(&mut after.additional_emails, "email", after.email.as_deref());
    without_first(&mut after.additional_phones, "phone", after.phone.as_deref());
}

/// What has become the first address or number is no further one.
fn without_first(list: &mut Value, key: &str, first: Option<&str>) {
    let first = first.map(fold);
    if let Some(items) = list.as_array_mut() {
        items.retain(|item| item.get(key).unwrap_or(item).as_str().map(fold) != first);
    }
}

/// Who does not want to be disturbed said so for all records of theirs.
fn undisturbed(after: &mut Contact, others: &[Contact]) {
    for other in others {
        after.dnd |= other.dnd;
        after.dnd_settings.unite(&other.dnd_settings);
        let quiet =
            after.inbound_dnd_settings.all.as_ref().is_some_and(|all| all.status != DndStatus::Inactive);
        if !quiet && other.inbound_dnd_settings.all.is_some() {
            after.inbound_dnd_settings.all.clone_from(&other.inbound_dnd_settings.all);
        }
    }
}

//! What a contact has several of beside its fields: further e-mail addresses and telephone numbers, and followers.

use leadhold_kernel::{Error, fold, phone};
use leadhold_store::{Tx, json_text, params};
use serde_json::{Value, json};

use crate::contacts::model::{Contact, ContactFields};
use crate::contacts::sql;
use crate::tenant::LocationScope;

/// Adds the further addresses and numbers of `fields` that the contact does not have yet.
pub(super) fn add(contact: &mut Contact, fields: &ContactFields, country: &str) {
    for email in &fields.additional_emails {
        add_to(&mut contact.additional_emails, "email", contact.email.as_deref(), email.as_str());
    }
    for raw in &fields.additional_phones {
        if let Some(number) = phone::normalise(raw, Some(country)) {
            add_to(&mut contact.additional_phones, "phone", contact.phone.as_deref(), &number);
        }
    }
}

/// Adds `{key: text}` to a list unless it is there, or is the contact's first one.
pub fn add_to(list: &mut Value, key: &str, first: Option<&str>, text: &str) {
    let folded = fold(text);
    let known =
        first.map(fold).as_ref() == Some(&folded) || texts(list, key).any(|known| fold(known) == folded);
    if let (false, Some(items)) = (known, list.as_array_mut()) {
        items.push(json!({ key: text }));
    }
}

/// The texts of a list of `{key: text}`; imported data may have them bare.
pub fn texts<'l>(list: &'l Value, key: &'l str) -> impl Iterator<Item = &'l str> {
    list.as_array().into_iter().flatten().filter_map(move |item| item.get(key).unwrap_or(item).as_str())
}

/// Stores the lists of a contact where they differ from those that are stored; a new row has none.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    stored: Option<&Contact>,
    now: &Contact,
) -> Result<(), Error> {
    let Contact { additional_emails: emails, additional_phones: phones, followers, .. } = now;
    let same = match stored {
        Some(old) => {
            (&old.additional_emails, &old.additional_phones, &old.followers) == (emails, phones, followers)
        }
        None => [emails, phones].iter().all(|list| **list == json!([])) && followers.is_empty(),
    };
    if !same {
        let lists =
            params![here.location_id(), now.no, json_text(emails), json_text(phones), json_text(followers)];
        tx.exec(sql::UPDATE_LISTS, lists)?;
    }
    Ok(())
}

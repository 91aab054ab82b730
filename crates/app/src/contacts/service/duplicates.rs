//! Who is who: two contacts are the same person when an e-mail address or a telephone number says so.

use leadhold_kernel::{Error, Patch, Problem, fold, phone};
use leadhold_store::{Sql, Tx, params};
use serde_json::json;

use crate::contacts::model::{Contact, ContactFields, full_name};
use crate::contacts::sql;
use crate::locations::{DuplicateKey, Settings};
use crate::tenant::LocationScope;

/// Folded address and number to look for; empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::contacts) struct Given {
    pub(in crate::contacts) email: String,
    pub(in crate::contacts) phone: String,
}

impl Given {
    pub(in crate::contacts) fn of(contact: &Contact) -> Self {
        let folded = |text: &Option<String>| text.as_deref().map(fold).unwrap_or_default();
        Self { email: folded(&contact.email), phone: folded(&contact.phone) }
    }

    fn by(&self, key: DuplicateKey) -> (&str, Sql) {
        match key {
            DuplicateKey::Email => (&self.email, sql::BY_EMAIL),
            DuplicateKey::Phone => (&self.phone, sql::BY_PHONE),
        }
    }
}

/// What a client's fields say of address and number.
pub(super) fn given(fields: &ContactFields, country: &str) -> Given {
    let phone = match &fields.phone {
        Patch::Value(raw) => phone::normalise(raw, Some(country)),
        _ => None,
    };
    let email = match &fields.email {
        Patch::Value(email) => email.lower(),
        _ => String::new(),
    };
    Given { email, phone: phone.as_deref().map(fold).unwrap_or_default() }
}

/// Another contact with the same address or number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// Its id.
    pub id: String,
    /// Its full name.
    pub name: String,
    /// What they share.
    pub matching: DuplicateKey,
}

/// Keeps others from adding the same person until the transaction ends: without it two requests at once would both look,
/// find nobody, and both write.
pub(super) fn hold_off(tx: &mut Tx<'_>, here: &LocationScope, given: &Given) -> Result<(), Error> {
    for (kind, value) in [("email", &given.email), ("phone", &given.phone)] {
        if !value.is_empty() {
            tx.lock(&format!("contact-{kind}:{}:{value}", here.location_id()))?;
        }
    }
    Ok(())
}

/// The contact, other than `except`, that shares the first field of the location's match order that anyone shares.
pub(in crate::contacts) fn find_among(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    settings: &Settings,
    given: &Given,
    except: &str,
) -> Result<Option<Duplicate>, Error> {
    for key in &settings.duplicate_match_order {
        if let Some(found) = by(tx, here, given, *key, except)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The contact, other than `except`, that shares this field.
pub(super) fn by(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    given: &Given,
    key: DuplicateKey,
    except: &str,
) -> Result<Option<Duplicate>, Error> {
    let (value, statement) = given.by(key);
    if value.is_empty() {
        return Ok(None);
    }
    let found = tx.query_opt(statement, params![here.location_id(), value, except], |row| {
        let (first, last): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
        Ok(Duplicate { id: row.get(0)?, name: full_name(first.as_deref(), last.as_deref()), matching: key })
    })?;
    Ok(found)
}

/// The contact that an e-mail address or telephone number belongs to, in the location's match order.
///
/// # Errors
/// When the store fails.
pub fn find_duplicate(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    email: Option<&str>,
    phone: Option<&str>,
) -> Result<Option<Duplicate>, Error> {
    let location = crate::locations::get(tx, here)?;
    let phone = phone.and_then(|raw| phone::normalise(raw, Some(&location.country)));
    let given = Given {
        email: email.map(|email| fold(email.trim())).unwrap_or_default(),
        phone: phone.as_deref().map(fold).unwrap_or_default(),
    };
    find_among(tx, here, &location.settings, &given, "")
}

/// Refuses `contact` when another one shares its address or number.
pub(super) fn refuse(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    settings: &Settings,
    contact: &Contact,
) -> Result<(), Error> {
    match find_among(tx, here, settings, &Given::of(contact), contact.id.as_str())? {
        Some(duplicate) => Err(not_allowed(&duplicate)),
        None => Ok(()),
    }
}

fn not_allowed(duplicate: &Duplicate) -> Error {
    let field = match duplicate.matching {
        DuplicateKey::Email => "email",
        DuplicateKey::Phone => "phone",
    };
    let meta = json!({ "contactId": duplicate.id, "contactName": duplicate.name, "matchingField": field });
    Error::BadRequest(Problem {
        message: "This location does not allow duplicated contacts.".to_owned(),
        extra: [("meta".to_owned(), meta)].into_iter().collect(),
    })
}

//! A contact as a whole: kept elsewhere and put back, which undoing an import does, or made of several.

use leadhold_kernel::{Cx, Error, Timestamp, fold};
use leadhold_store::{Tx, json_text, params};

use super::{Given, duplicates, save};
use crate::contacts::model::{Author, Contact};
use crate::contacts::sql;
use crate::contacts::stored::Stored;
use crate::locations;
use crate::tenant::LocationScope;

/// All that makes a contact what it is, as text; who changed it last and when is no part of it.
#[must_use]
pub fn snapshot(contact: &Contact) -> String {
    let untouched = Contact {
        no: 0,
        updated_by: Author { timestamp: String::new(), ..contact.created_by.clone() },
        date_updated: Timestamp(0),
        ..contact.clone()
    };
    json_text(&Stored::of(&untouched))
}

/// Makes `before` what `after` says, with everything that a contact has.
///
/// Events: those of an update.
///
/// # Errors
/// When the store fails.
pub fn replace(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    before: &Contact,
    after: Contact,
) -> Result<Contact, Error> {
    if before.business_id != after.business_id {
        let Contact { business_id, business_name, .. } = &after;
        let lower = business_name.as_deref().map(fold).unwrap_or_default();
        let row = params![here.location_id(), before.no, business_id.as_ref(), business_name.as_ref(), lower];
        tx.exec(sql::JOIN_BUSINESS, row)?;
    }
    save(tx, cx, here, before, after)
}

/// Gives `contact` everything that `snapshot` says again.
///
/// Events: those of an update.
///
/// # Errors
/// 400 when the location does not allow the duplicate that it would become; when the store fails.
pub fn restore(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact: &Contact,
    snapshot: &str,
) -> Result<Contact, Error> {
    let former: Stored = serde_json::from_str(snapshot).map_err(Error::internal)?;
    let former = former.into_contact()?;
    let after = Contact {
        no: contact.no,
        updated_by: contact.updated_by.clone(),
        date_updated: contact.date_updated,
        ..former
    };
    let settings = locations::get(tx, here)?.settings;
    if Given::of(contact) != Given::of(&after) && !settings.allow_duplicate_contact {
        duplicates::hold_off(tx, here, &Given::of(&after))?;
        duplicates::refuse(tx, here, &settings, &after)?;
    }
    save(tx, cx, here, contact, after)
}

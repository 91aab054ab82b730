//! Creating or changing, whichever fits.

use leadhold_kernel::{Cx, Error, Patch};
use leadhold_store::Tx;

use super::{Given, apply, duplicates, fresh, hold, insert, update};
use crate::contacts::model::{Contact, ContactFields};
use crate::locations::{self, DuplicateKey, Settings};
use crate::tenant::LocationScope;

/// What an upsert did.
#[derive(Clone, Debug, PartialEq)]
pub struct Upserted {
    /// The contact as it is now.
    pub contact: Contact,
    /// Whether it was made.
    pub new: bool,
}

/// Changes the contact with the same address or number, by the location's match order, or makes one.
///
/// When address and number belong to two contacts, the first in the match order is changed and the other's field is left
/// alone. With `create_new_if_duplicate_allowed` a location that allows duplicates gets one.
///
/// Events: those of a creation or of an update.
///
/// # Errors
/// As creation and update.
pub fn upsert(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    fields: &ContactFields,
    create_new_if_duplicate_allowed: bool,
) -> Result<Upserted, Error> {
    let location = locations::get(tx, here)?;
    let given = duplicates::given(fields, &location.country);
    duplicates::hold_off(tx, here, &given)?;
    let allowed = location.settings.allow_duplicate_contact;
    let found = match create_new_if_duplicate_allowed && allowed {
        true => None,
        false => duplicates::find_among(tx, here, &location.settings, &given, "")?,
    };
    let Some(found) = found else {
        let contact = fresh(tx, cx, here, &location, fields)?;
        return Ok(Upserted { contact: insert(tx, cx, here, contact)?, new: true });
    };
    let before = hold(tx, here, &found.id)?;
    let mut fields = fields.clone();
    if !allowed {
        leave_others_alone(tx, here, &location.settings, &given, &before, &mut fields)?;
    }
    let mut after = before.clone();
    apply::apply(tx, here, &mut after, &fields, &location.country)?;
    let contact = update::save(tx, cx, here, &before, after)?;
    Ok(Upserted { contact, new: false })
}

/// Drops the address or number that belongs to another contact than the one found.
fn leave_others_alone(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    settings: &Settings,
    given: &Given,
    found: &Contact,
    fields: &mut ContactFields,
) -> Result<(), Error> {
    for key in &settings.duplicate_match_order {
        if duplicates::by(tx, here, given, *key, found.id.as_str())?.is_some() {
            match key {
                DuplicateKey::Email => fields.email = Patch::Absent,
                DuplicateKey::Phone => fields.phone = Patch::Absent,
            }
        }
    }
    Ok(())
}

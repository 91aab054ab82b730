//! Changing a contact.

use leadhold_kernel::{Cx, Error, EventKind, Patch};
use leadhold_queue::outbox;
use leadhold_store::Tx;

use super::{Given, apply, duplicates, hold, index, lists, touch, words};
use crate::contacts::dnd::{Channel, DndSetting, DndSettings};
use crate::contacts::model::{Contact, ContactFields};
use crate::contacts::stored::{Stored, same_keys};
use crate::contacts::{events, sql};
use crate::locations::{self, Location};
use crate::tenant::LocationScope;

/// Changes the fields that `fields` mentions; the tags, where mentioned, as a whole.
///
/// Events: `ContactUpdate` when anything changed, with it `ContactTagUpdate` and `ContactDndUpdate` when those did; none
/// when nothing did.
///
/// # Errors
/// 400 when the location has no such contact, or does not allow the duplicate that it would become; 422 with the faults
/// of custom values; when the store fails.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    fields: &ContactFields,
) -> Result<Contact, Error> {
    let location = locations::get(tx, here)?;
    hold_off_given(tx, here, &location, fields)?;
    let before = hold(tx, here, id)?;
    let mut after = before.clone();
    apply::apply(tx, here, &mut after, fields, &location.country)?;
    if Given::of(&before) != Given::of(&after) && !location.settings.allow_duplicate_contact {
        duplicates::refuse(tx, here, &location.settings, &after)?;
    }
    save(tx, cx, here, &before, after)
}

/// Says of one channel whether the contact is to be disturbed over it.
///
/// Events and errors: as [`update`].
pub fn set_channel(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    channel: Channel,
    setting: DndSetting,
) -> Result<(), Error> {
    let settings = DndSettings([(channel, setting)].into());
    let fields = ContactFields { dnd_settings: Patch::Value(settings), ..ContactFields::default() };
    update(tx, cx, here, id, &fields).map(drop)
}

/// Takes the locks of a new address or number before that of the contact: everyone takes them in this order.
pub(super) fn hold_off_given(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    location: &Location,
    fields: &ContactFields,
) -> Result<(), Error> {
    if fields.email.is_present() || fields.phone.is_present() {
        let given = duplicates::given(fields, &location.country);
        duplicates::hold_off(tx, here, &given)?;
    }
    Ok(())
}

/// Stores a changed contact and announces what changed.
pub(super) fn save(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    before: &Contact,
    mut after: Contact,
) -> Result<Contact, Error> {
    if *before == after {
        return Ok(after);
    }
    touch(cx, &mut after);
    let row = Stored::of(&after);
    if !same_keys(before, &after) {
        tx.exec(sql::CHANGE_KEYS, &row.keys_changed())?;
    }
    tx.exec(sql::CHANGE, &row.rest_changed())?;
    lists::keep(tx, here, Some(before), &after)?;
    let searched = words::searched(tx, here)?;
    if words::text(&searched, before) != words::text(&searched, &after) {
        words::reindex(tx, here, &searched, &after)?;
    }
    index::change(tx, cx, here, before, &after)?;
    outbox::append(tx, &events::change(cx, here, EventKind::ContactUpdate, before, &after))?;
    if before.tags != after.tags {
        outbox::append(tx, &events::change(cx, here, EventKind::ContactTagUpdate, before, &after))?;
    }
    if (before.dnd, &before.dnd_settings) != (after.dnd, &after.dnd_settings) {
        outbox::append(tx, &events::change(cx, here, EventKind::ContactDndUpdate, before, &after))?;
    }
    Ok(after)
}

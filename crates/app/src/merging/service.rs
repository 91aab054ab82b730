//! Merging.

use leadhold_kernel::{Cx, Error};
use leadhold_store::Tx;
use serde::Serialize;

use super::fields;
use super::wire::Merge;
use crate::calendars::appointments;
use crate::contacts::{self, Contact};
use crate::tenant::LocationScope;
use crate::{associations, campaigns, conversations, forms, notes, opportunities, tasks};

/// What moved to the contact that stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Moved {
    pub(super) notes: u64,
    pub(super) tasks: u64,
    pub(super) opportunities: u64,
    pub(super) appointments: u64,
    pub(super) relations: u64,
    pub(super) submissions: u64,
    pub(super) campaigns: u64,
    pub(super) messages: u64,
}

/// What a merge did.
#[derive(Clone, Debug)]
pub(super) struct Merged {
    pub(super) contact: Contact,
    /// Fields that the others gave it.
    pub(super) filled: Vec<&'static str>,
    pub(super) moved: Moved,
}

/// Makes one contact of several: `master` stays, with what the others knew and had; the others are deleted.
///
/// Events: those of an update of the contact that stays, `OpportunityUpdate` and `AppointmentUpdate` for each that moves, `RelationDelete` and
/// `RelationCreate` for each relation, and `ContactDelete` for each contact that goes.
///
/// # Errors
/// As `contacts::get` for each of them; when the store fails.
pub(super) fn merge(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    master: &str,
    merge: &Merge,
) -> Result<Merged, Error> {
    if merge.dry_run {
        tx.rehearse(|tx| perform(tx, cx, here, master, merge))
    } else {
        perform(tx, cx, here, master, merge)
    }
}

fn perform(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    master: &str,
    merge: &Merge,
) -> Result<Merged, Error> {
    let mut ids: Vec<&str> = merge.others.iter().map(String::as_str).chain([master]).collect();
    ids.sort_unstable(); // whoever merges the same contacts at the same time takes them in the same order
    let held: Vec<Contact> =
        ids.iter().map(|id| contacts::hold(tx, here, id)).collect::<Result<_, Error>>()?;
    let find = |id: &str| held.iter().find(|contact| contact.id.as_str() == id).cloned();
    let gone = |id: &str| Error::internal(format!("{id} is held and not there"));
    let before = find(master).ok_or_else(|| gone(master))?;
    let others: Vec<Contact> =
        merge.others.iter().map(|id| find(id).ok_or_else(|| gone(id))).collect::<Result<_, Error>>()?;

    let (after, filled) = fields::merged(&before, &others, merge.prefer);
    let contact = contacts::replace(tx, cx, here, &before, after)?;
    let mut moved = Moved::default();
    for other in &others {
        let (from, to) = (other.id.as_str(), contact.id.as_str());
        moved.notes += notes::move_to_contact(tx, here, from, to)?;
        moved.tasks += tasks::move_to_contact(tx, here, from, to)?;
        moved.opportunities += opportunities::move_to_contact(tx, cx, here, &other.id, &contact.id)?;
        moved.appointments += appointments::move_to_contact(tx, cx, here, &other.id, &contact.id)?;
        moved.relations += associations::move_record(tx, cx, here, from, to)?;
        moved.submissions += forms::move_to_contact(tx, here, from, to)?;
        moved.campaigns += campaigns::move_to_contact(tx, here, from, to)?;
        moved.messages += conversations::move_to_contact(tx, cx, here, from, to)?;
        contacts::unite_email_dates(tx, here, from, to)?;
        contacts::delete(tx, cx, here, from)?;
    }
    Ok(Merged { contact, filled, moved })
}

//! What steps do to appointments: to the one that the run is about, or for its contact.

pub mod add_appointment_note;
pub mod book_appointment;
pub mod update_appointment_status;

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, fold};
use leadhold_store::Tx;

use super::At;
use crate::calendars::appointments::{self, Appointment};
use crate::calendars::{self, Calendar};
use crate::tenant::LocationScope;

/// The appointment that a step means: the run's, else the contact's next one that takes place.
///
/// # Errors
/// 400 when there is none; when the store fails.
fn meant(tx: &mut Tx<'_>, at: &At<'_>, contact: Option<&Id<id::Contact>>) -> Result<Appointment, Error> {
    let found = match (&at.run.state.appointment, contact) {
        (Some(id), _) => appointments::find(tx, at.here, id.as_str())?,
        (None, Some(contact)) => {
            let all = appointments::of_contact(tx, at.here, contact.as_str())?;
            all.into_iter().find(|one| one.status.takes_time() && one.start.at >= at.cx.now)
        }
        (None, None) => None,
    };
    found.ok_or_else(|| {
        Error::bad_request(
            "This run has no appointment: no trigger brought one, no step booked one, its contact has none before it, or it \
             was deleted since.",
        )
    })
}

/// The calendar of this id or name.
///
/// # Errors
/// 400 when the location has none; when the store fails.
fn calendar(tx: &mut Tx<'_>, here: &LocationScope, id_or_name: &str) -> Result<Calendar, Error> {
    match calendars::get(tx, here, id_or_name) {
        Err(Error::BadRequest(_) | Error::Forbidden(_)) => {}
        found => return found,
    }
    let named = |calendar: &Calendar| fold(calendar.name.trim()) == fold(id_or_name);
    let found = calendars::all(tx, here)?.into_iter().find(named);
    let shown: String = id_or_name.chars().take(60).collect();
    found.ok_or_else(|| Error::bad_request(format!("The location has no calendar `{shown}`.")))
}

//! Calendars that look busier than they are.

use leadhold_kernel::Timestamp;
use leadhold_kernel::random::{STRIDE, mixed};

use crate::calendars::{Calendar, CalendarType};

/// Hides as many of a day's free slots as the calendar's `lookBusyConfig` says: the same ones until one of them is booked.
/// A class is shown as it is.
pub(super) fn hide(calendar: &Calendar, slots: &mut Vec<Timestamp>) {
    let config = calendar.settings.get("lookBusyConfig");
    let enabled = config.is_some_and(|config| config["enabled"] == true);
    if !enabled || calendar.kind == CalendarType::ClassBooking {
        return;
    }
    let percent =
        config.and_then(|config| config["LookBusyPercentage"].as_u64()).unwrap_or_default().min(100);
    let hidden = slots.len() * usize::try_from(percent).unwrap_or_default() / 100;
    let seed = calendar.id.as_str().bytes().fold(0, |seed, byte| drawn(seed ^ u64::from(byte)));
    slots.sort_by_cached_key(|slot| drawn(seed ^ slot.millis().unsigned_abs()));
    slots.drain(..hidden);
    slots.sort_unstable();
}

/// Chance that is the same for the same number.
fn drawn(number: u64) -> u64 {
    mixed(number.wrapping_add(STRIDE))
}

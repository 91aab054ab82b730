//! Days in a time zone.

use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadhold_kernel::Timestamp;

pub(super) fn zoned(at: Timestamp, zone: &TimeZone) -> Zoned {
    at.instant().to_zoned(zone.clone())
}

pub(in crate::calendars) fn day_of(at: Timestamp, zone: &TimeZone) -> Date {
    zoned(at, zone).date()
}

pub(super) fn next(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

/// When a day begins; where it has no midnight, when it begins all the same.
pub(super) fn midnight(day: Date, zone: &TimeZone) -> Timestamp {
    let begin = day.to_zoned(zone.clone()).map(|begin| begin.timestamp().as_millisecond());
    begin.map_or(leadhold_kernel::time::LATEST, Timestamp)
}

/// From when to when a day is.
pub(in crate::calendars) fn whole(day: Date, zone: &TimeZone) -> (Timestamp, Timestamp) {
    (midnight(day, zone), midnight(next(day), zone))
}

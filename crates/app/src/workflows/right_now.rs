//! The merge-field object `right_now`: the present moment in a location's time zone.

use jiff::Zoned;
use jiff::tz::TimeZone;
use leadhold_kernel::Timestamp;
use serde_json::{Value, json};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The fields of `right_now`. Minutes and seconds have two digits, so that `{{right_now.hour}}:{{right_now.minute}}`
/// reads as a time; the two dates are day first (little endian) and month first (middle endian).
#[must_use]
pub fn fields(now: Timestamp, zone: &TimeZone) -> Value {
    let Some(at) = zoned(now, zone) else { return json!({}) };
    let (day, month, year, hour) = (at.day(), at.month(), at.year(), at.hour());
    json!({
        "second": format!("{:02}", at.second()),
        "minute": format!("{:02}", at.minute()),
        "hour": hour.to_string(),
        "hour_ampm": (if hour % 12 == 0 { 12 } else { hour % 12 }).to_string(),
        "ampm": if hour < 12 { "AM" } else { "PM" },
        "day": day.to_string(),
        "day_of_week": weekday(at.weekday()),
        "month": month.to_string(),
        "month_name": MONTHS.get(usize::from(month.unsigned_abs()).wrapping_sub(1)).copied().unwrap_or_default(),
        "year": year.to_string(),
        "little_endian_date": format!("{day:02}/{month:02}/{year}"),
        "middle_endian_date": format!("{month:02}/{day:02}/{year}"),
    })
}

/// `GMT-06:00 America/Chicago`, as the real service shows a time zone; empty or unknown names stay as they are.
#[must_use]
pub fn zone_with_offset(name: &str, now: Timestamp) -> String {
    let Some(at) = TimeZone::get(name).ok().and_then(|zone| zoned(now, &zone)) else {
        return name.to_owned();
    };
    let minutes = at.offset().seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("GMT{sign}{:02}:{:02} {name}", minutes.abs() / 60, minutes.abs() % 60)
}

/// A moment in a zone; `None` outside the calendar.
#[must_use]
pub fn zoned(now: Timestamp, zone: &TimeZone) -> Option<Zoned> {
    jiff::Timestamp::from_millisecond(now.millis()).ok().map(|t| t.to_zoned(zone.clone()))
}

fn weekday(day: jiff::civil::Weekday) -> &'static str {
    use jiff::civil::Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    match day {
        Monday => "Monday",
        Tuesday => "Tuesday",
        Wednesday => "Wednesday",
        Thursday => "Thursday",
        Friday => "Friday",
        Saturday => "Saturday",
        Sunday => "Sunday",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moment_is_told_in_the_zone() {
        let chicago = TimeZone::get("America/Chicago").expect("known");
        insta::assert_snapshot!(fields(Timestamp(1_762_378_207_000), &chicago), @r#"{"second":"07","minute":"30","hour":"15","hour_ampm":"3","ampm":"PM","day":"5","day_of_week":"Wednesday","month":"11","month_name":"November","year":"2025","little_endian_date":"05/11/2025","middle_endian_date":"11/05/2025"}"#);
    }

    #[test]
    fn midnight_and_noon_are_twelve() {
        let hours = |ms| {
            let all = fields(Timestamp(ms), &TimeZone::UTC);
            (all["hour_ampm"].clone(), all["ampm"].clone())
        };
        assert_eq!(hours(0), (json!("12"), json!("AM")));
        assert_eq!(hours(12 * 3_600_000), (json!("12"), json!("PM")));
        assert_eq!(hours(23 * 3_600_000), (json!("11"), json!("PM")));
    }

    #[test]
    fn moments_outside_the_calendar_have_no_fields() {
        assert_eq!(fields(Timestamp(i64::MAX), &TimeZone::UTC), json!({}));
    }

    #[test]
    fn zones_show_the_offset_that_holds_now() {
        let summer = Timestamp(1_751_328_000_000);
        assert_eq!(zone_with_offset("America/Chicago", summer), "GMT-05:00 America/Chicago");
        assert_eq!(zone_with_offset("Asia/Kolkata", summer), "GMT+05:30 Asia/Kolkata");
        assert_eq!(zone_with_offset("Nowhere/Town", summer), "Nowhere/Town");
        assert_eq!(zone_with_offset("", summer), "");
    }
}

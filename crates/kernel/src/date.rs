//! Calendar dates without a time, above all the date of birth, in the spellings that forms and imports use.

use jiff::civil::Date as CivilDate;

/// A day of the calendar. It has no time zone: a birthday does not move when its owner travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(CivilDate);

/// The earliest and latest year that is taken for a date rather than for a slip of the pen.
const YEARS: std::ops::RangeInclusive<i16> = 1000..=9999;

impl Date {
    /// Reads `YYYY/MM/DD` and `MM/DD/YYYY`, separated by `/`, `-`, `.` or `_`, ISO 8601 with a time, which is ignored, and
    /// English with the month's name: `Sep 25, 1990`, `25th September 1990`.
    pub fn parse(raw: &str) -> Option<Self> {
        let text = raw.trim();
        Self::of_numbers(text).or_else(|| Self::of_words(text))
    }

    fn of_words(text: &str) -> Option<Self> {
        let mut words = text.split([' ', ',', '-']).filter(|word| !word.is_empty());
        let (a, b, c) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() {
            return None;
        }
        let (year, month, day) = match (month_named(a), month_named(b)) {
            (Some(month), None) => (c, month, b),
            (None, Some(month)) if number(a, 4).is_some() => (a, month, c),
            (None, Some(month)) => (c, month, a),
            _ => return None,
        };
        let day = ["st", "nd", "rd", "th"].iter().find_map(|ending| day.strip_suffix(ending)).unwrap_or(day);
        Self::of(number(year, 4)?, month, number(day, 2)?)
    }

    fn of_numbers(text: &str) -> Option<Self> {
        let day = match text.split_once(['T', 't', ' ']) {
            Some((day, time)) if is_time(time) => day,
            Some(_) => return None,
            None => text,
        };
        let separator = day.chars().find(|char| matches!(char, '/' | '-' | '.' | '_'))?;
        let mut parts = day.split(separator);
        let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, a, b) };
        Self::of(number(year, 4)?, number(month, 2)?, number(day, 2)?)
    }

    fn of(year: i16, month: i16, day: i16) -> Option<Self> {
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        if !YEARS.contains(&year) {
            return None;
        }
        CivilDate::new(year, month, day).ok().map(Self)
    }

    /// `YYYY-MM-DD`: how the date is stored and read back.
    pub fn iso(self) -> String {
        self.0.to_string()
    }

    /// `YYYY-MM-DDT00:00:00.000Z`: how events and the answer to a creation spell it.
    pub fn iso_midnight(self) -> String {
        format!("{}T00:00:00.000Z", self.0)
    }

    /// Milliseconds since 1970 at the beginning of the day in UTC, by which dates are compared in filters.
    pub fn millis(self) -> i64 {
        let days = self.0.since(CivilDate::constant(1970, 1, 1)).map_or(0, |span| i64::from(span.get_days()));
        days * 86_400_000
    }

    /// Month, 1 to 12.
    pub fn month(self) -> u8 {
        self.0.month().unsigned_abs()
    }

    /// Day of the month, 1 to 31.
    pub fn day(self) -> u8 {
        self.0.day().unsigned_abs()
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The month of an English name, or of its first three letters or more.
fn month_named(word: &str) -> Option<i16> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let place = MONTHS.iter().position(|name| word.len() >= 3 && name.starts_with(&word))?;
    i16::try_from(place + 1).ok()
}

/// A number of one up to `digits` digits; a year has exactly four.
fn number(text: &str, digits: usize) -> Option<i16> {
    let fits = if digits == 4 { text.len() == 4 } else { (1..=digits).contains(&text.len()) };
    (fits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// The rest of an ISO time stamp: digits, colons, fraction and zone, none of which moves the day.
fn is_time(text: &str) -> bool {
    text.len() >= 5
        && text.len() <= 24
        && text.as_bytes()[0].is_ascii_digit()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'+' | b'-' | b'Z' | b'z'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn iso(raw: &str) -> Option<String> {
        Date::parse(raw).map(Date::iso)
    }

    #[test]
    fn every_accepted_spelling_of_one_day() {
        for separator in ['/', '-', '.', '_'] {
            for form in ["1990/09/25", "09/25/1990", "9/25/1990", "1990/9/25"] {
                let raw = form.replace('/', &separator.to_string());
                assert_eq!(iso(&raw).as_deref(), Some("1990-09-25"), "{raw}");
            }
        }
        for raw in [
            "Sep 25, 1990",
            "september 25 1990",
            "Sept. 25th, 1990",
            "25 Sep 1990",
            "25-Sep-1990",
            "25th September 1990",
            "1990 Sep 25",
            "1990-09-25T00:00:00.000Z",
            " 1990-09-25T23:30:00+05:30 ",
            "1990-09-25 10:00",
            "1990-09-25T00:00:00Z",
        ] {
            assert_eq!(iso(raw).as_deref(), Some("1990-09-25"), "{raw}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for raw in [
            "",
            "today",
            "1990-02-30",
            "1990-13-01",
            "25/09/1990",
            "0000-01-01",
            "90-09-25",
            "1990-09",
            "1990-09-25-01",
            "1990-09-25Tnoon",
            "1990-09-25 ",
            "1990/09-25",
            "19900925",
            "+990-09-25",
            "1990-09-25T",
            "Sep 1990",
            "Se 25 1990",
            "Sep 31 1990",
            "Sep Oct 1990",
            "Sep 25 90",
            "25 Sep 1990 10:00",
        ] {
            let expected = raw.trim() == "1990-09-25";
            assert_eq!(Date::parse(raw).is_some(), expected, "{raw}");
        }
    }

    #[test]
    fn a_date_as_a_moment() {
        let date = Date::parse("1970-01-02").expect("a date");
        assert_eq!((date.millis(), date.month(), date.day()), (86_400_000, 1, 2));
        assert_eq!(date.iso_midnight(), "1970-01-02T00:00:00.000Z");
        assert!(Date::parse("1969-12-31").is_some_and(|date| date.millis() == -86_400_000));
    }

    proptest! {
        #[test]
        fn reading_what_was_written_changes_nothing(raw in prop_oneof![".{0,30}", "[0-9]{1,4}[-/._][0-9]{1,2}[-/._][0-9]{1,4}", "[0-9]{4}-[01][0-9]-[0-3][0-9]"]) {
            if let Some(date) = Date::parse(&raw) {
                prop_assert_eq!(Date::parse(&date.iso()), Some(date));
                prop_assert_eq!(Date::parse(&date.iso_midnight()), Some(date));
                prop_assert!((1..=12).contains(&date.month()) && (1..=31).contains(&date.day()));
            }
        }
    }
}

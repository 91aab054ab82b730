//! A moment with the offset that it was written with. Appointments have no time zone: the offset is all that is known of
//! the place, and clients read back what they wrote.

use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::{Offset, TimeZone};
use leadhold_kernel::{Timestamp, time::LATEST};

/// A moment as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// How many minutes its place is ahead of UTC; `None`: it was written with a `Z`.
    pub offset: Option<i64>,
}

impl Moment {
    /// Stands for a time that was refused, or is about to be said.
    pub(in crate::calendars) const NOWHERE: Self = Self { at: Timestamp(0), offset: None };

    /// Reads ISO 8601 with an offset or a `Z`; `None` for what has neither, and for moments that no answer could show.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let at = Timestamp::parse(text).filter(|at| (0..=LATEST.0).contains(&at.0))?;
        let offset = match Pieces::parse(text).ok()?.offset()? {
            PiecesOffset::Zulu => None,
            PiecesOffset::Numeric(numeric) => Some(i64::from(numeric.offset().seconds()) / 60),
            _ => return None,
        };
        Some(Self { at, offset })
    }

    /// The moment in a time zone.
    #[must_use]
    pub fn within(at: Timestamp, zone: &TimeZone) -> Self {
        Self { at, offset: Some(i64::from(zone.to_offset(at.instant()).seconds()) / 60) }
    }

    /// The same place `minutes` later.
    #[must_use]
    pub fn later(self, minutes: i64) -> Self {
        Self { at: self.at.plus_millis(minutes.saturating_mul(60_000)), ..self }
    }

    /// As clients read it: `2026-01-20T10:00:00-05:00`, with milliseconds only where there are any.
    #[must_use]
    pub fn iso(self) -> String {
        let minutes = self.offset.unwrap_or_default();
        let civil = civil(self.at, minutes);
        let millis = match civil.millisecond() {
            0 => String::new(),
            millis => format!(".{millis:03}"),
        };
        let offset = match self.offset {
            None => "Z".to_owned(),
            Some(minutes) => {
                let (sign, minutes) = (if minutes < 0 { '-' } else { '+' }, minutes.abs());
                format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        };
        format!("{}{millis}{offset}", civil.strftime("%Y-%m-%dT%H:%M:%S"))
    }
}

fn civil(at: Timestamp, minutes: i64) -> jiff::civil::DateTime {
    let seconds = i32::try_from(minutes.saturating_mul(60)).unwrap_or_default();
    Offset::from_seconds(seconds).unwrap_or(Offset::UTC).to_datetime(at.instant())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_back_as_it_was_written() {
        for text in [
            "2026-01-20T10:00:00-05:00",
            "2026-01-20T10:00:00+05:30",
            "2026-01-20T10:00:00Z",
            "2026-01-20T10:00:00+00:00",
            "2026-01-20T10:00:00.250-00:30",
        ] {
            assert_eq!(Moment::parse(text).map(Moment::iso).as_deref(), Some(text));
        }
        for text in ["2026-01-20T10:00:00", "2026-01-20", "soon", "1969-01-20T10:00:00Z", ""] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_zone_gives_the_offset_of_the_day() {
        let zone = TimeZone::get("America/New_York").expect("a zone");
        let iso = |text| Moment::within(Moment::parse(text).expect("a moment").at, &zone).iso();
        assert_eq!(iso("2026-01-20T15:00:00Z"), "2026-01-20T10:00:00-05:00");
        assert_eq!(iso("2026-07-20T15:00:00Z"), "2026-07-20T11:00:00-04:00");
    }
}

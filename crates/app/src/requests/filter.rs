//! Which lines are asked for.

use jiff::{Span, SpanRelativeTo};
use leadhold_kernel::{Error, Timestamp};

use crate::http::Query;
use crate::http::fields::Fields;

const MOST: i64 = 100;
const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// A status, or a class of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statuses {
    /// The lowest.
    pub lowest: i64,
    /// The highest.
    pub highest: i64,
}

impl Statuses {
    /// Whatever it was.
    pub const ALL: Self = Self { lowest: 0, highest: 999 };

    /// Reads `404` or `4xx`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (class, rest) = text.split_at_checked(1)?;
        let class: i64 = class.parse().ok().filter(|class| (1..=5).contains(class))?;
        if rest.eq_ignore_ascii_case("xx") {
            return Some(Self { lowest: class * 100, highest: class * 100 + 99 });
        }
        let status = text.parse().ok().filter(|status| (100..600).contains(status))?;
        Some(Self { lowest: status, highest: status })
    }
}

/// The lines that are asked for, newest first.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The app's id; empty: whoever.
    pub app_id: String,
    /// The method; empty: whichever.
    pub method: String,
    /// What the path begins with.
    pub path: String,
    /// Which statuses.
    pub statuses: Statuses,
    /// From when on.
    pub since: Timestamp,
    /// One request; empty: all.
    pub trace_id: String,
    /// Lines before this moment and number.
    pub before: (Timestamp, i64),
    /// The most lines.
    pub limit: i64,
}

impl Filter {
    /// Reads a query. Names that say whose lines (`locationId`, `companyId`) are let pass.
    ///
    /// # Errors
    /// 422 with all faults at once.
    pub fn read(query: &Query, now: Timestamp) -> Result<Self, Error> {
        let mut fields = Fields::of_query(query);
        fields.declare("locationId");
        fields.declare("companyId");
        let text = |fields: &mut Fields<'_>, name| {
            fields.text_within(name, 512).into_option().map(|text| text.trim().to_owned()).unwrap_or_default()
        };
        let (app_id, trace_id, path) =
            (text(&mut fields, "appId"), text(&mut fields, "traceId"), text(&mut fields, "path"));
        let method = text(&mut fields, "method").to_ascii_uppercase();
        if !method.is_empty() && !METHODS.contains(&method.as_str()) {
            fields.fault("method", format!("must be one of the following values: {}", METHODS.join(", ")));
        }
        let statuses = match text(&mut fields, "status").as_str() {
            "" => Some(Statuses::ALL),
            status => Statuses::parse(status),
        };
        if statuses.is_none() {
            fields.fault("status", "must be a status such as 404 or a class such as 4xx");
        }
        let at = |fields: &mut Fields<'_>, name| match text(fields, name).as_str() {
            "" => None,
            given => moment(given, now).or_else(|| {
                fields.fault(
                    name,
                    "must be a date such as 2026-01-31T12:00:00Z, or a time ago such as 1h or 7d",
                );
                None
            }),
        };
        let (since, until) = (at(&mut fields, "since"), at(&mut fields, "until"));
        let cursor = match text(&mut fields, "cursor").as_str() {
            "" => None,
            given => cursor(given).or_else(|| {
                fields.fault("cursor", "must be the `next` of an answer");
                None
            }),
        };
        let limit = fields.integer("limit", 1, MOST).unwrap_or(50);
        fields.finish()?;
        // Lines are numbered from 1 on, so a number of 0 leaves out all of that moment.
        let until = until.map_or((Timestamp(i64::MAX), i64::MAX), |until| (until, 0));
        Ok(Self {
            app_id: self::app_id(&app_id).to_owned(),
            method,
            path,
            statuses: statuses.unwrap_or(Statuses::ALL),
            since: since.unwrap_or(Timestamp(i64::MIN)),
            trace_id,
            before: cursor.map_or(until, |cursor| cursor.min(until)),
            limit,
        })
    }
}

/// Where a page ended, as `next` has it.
pub(super) fn cursor_of(at: Timestamp, seq: i64) -> String {
    format!("{}-{seq}", at.millis())
}

fn cursor(text: &str) -> Option<(Timestamp, i64)> {
    let (at, seq) = text.split_once('-')?;
    Some((Timestamp(at.parse().ok()?), seq.parse().ok()?))
}

/// The app's id: of itself, or of a client id, which begins with it.
#[must_use]
pub fn app_id(text: &str) -> &str {
    text.split('-').next().unwrap_or(text)
}

/// A moment in RFC 3339, or so long before `now`: `1h`, `2d 6h`.
#[must_use]
pub fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Some(at) = Timestamp::parse(text) {
        return Some(at);
    }
    let span: Span = text.parse().ok()?;
    let ago = i64::try_from(span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?.as_millis()).ok()?;
    (ago >= 0).then(|| now.plus_millis(-ago))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Filter, Error> {
        Filter::read(&Query::parse(query.as_bytes()), Timestamp(100_000_000))
    }

    #[test]
    fn statuses_come_alone_and_in_classes() {
        assert_eq!(Statuses::parse("4xx"), Some(Statuses { lowest: 400, highest: 499 }));
        assert_eq!(Statuses::parse("404"), Some(Statuses { lowest: 404, highest: 404 }));
        for bad in ["", "4", "4x", "9xx", "abc", "4040", "ä00", "40x"] {
            assert_eq!(Statuses::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn moments_are_dates_or_ago() {
        assert_eq!(moment("1h", Timestamp(3_600_005)), Some(Timestamp(5)));
        assert_eq!(moment("1970-01-01T00:00:01Z", Timestamp(0)), Some(Timestamp(1000)));
        assert_eq!((moment("-1h", Timestamp(0)), moment("soon", Timestamp(0))), (None, None));
    }

    #[test]
    fn a_cursor_and_an_end_leave_the_earlier_one() {
        assert_eq!(read("cursor=7-3").unwrap().before, (Timestamp(7), 3));
        assert_eq!(read("cursor=7-3&until=1970-01-01T00:00:00.007Z").unwrap().before, (Timestamp(7), 0));
        assert_eq!(read("until=1d").unwrap().before, (Timestamp(13_600_000), 0));
        assert_eq!(read("appId=65a0b1c2d3e4f5a6b7c8d9e0-x1y2z3").unwrap().app_id, "65a0b1c2d3e4f5a6b7c8d9e0");
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let Err(Error::Validation(faults)) = read("status=x&since=y&cursor=z&method=w&limit=0&foo=1") else {
            panic!("expected faults")
        };
        assert_eq!(faults.len(), 6, "{faults:#?}");
    }
}

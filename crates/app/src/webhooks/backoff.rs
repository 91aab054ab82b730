//! When a failed delivery is tried again. Pure: chance and the answer's wish are arguments.

use http::HeaderMap;
use leadhold_kernel::Timestamp;

use crate::oauth::apps::subscriptions::Mode;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// The pause after each failure, in milliseconds: dense while a restart may explain it, then spread over three days, the
/// length of a weekend with an outage in it. The first attempt is made at once.
const DURABLE: [i64; 9] =
    [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR, 24 * HOUR, 24 * HOUR];

/// The real service's: at most twelve retries, with exponential pauses. How long those are is not published; these double
/// from ten seconds to an hour.
const GHL_RETRIES: usize = 12;
const GHL_FIRST: i64 = 10 * SECOND;

/// Jitter is drawn below this: thousandths of the pause that are added, so that what failed together is not tried again
/// together.
pub(super) const JITTER: u64 = 101;

/// Milliseconds until the next attempt after the `failed`-th failure (from 1); `None` when that was the last.
///
/// In the durable mode a `Retry-After` (in milliseconds) can make the pause longer: to twice its length, or an hour where
/// that is more. It cannot make it shorter, since a server that always asks for one second would use up its attempts in ten.
/// The real service says nothing of it.
pub(super) fn pause(mode: Mode, failed: usize, jitter: u64, retry_after: Option<i64>) -> Option<i64> {
    let nth = failed.checked_sub(1)?;
    let pause = match mode {
        Mode::Durable => *DURABLE.get(nth)?,
        Mode::Ghl if nth < GHL_RETRIES => (GHL_FIRST << nth).min(HOUR),
        Mode::Ghl => return None,
    };
    let wish = match mode {
        Mode::Durable => retry_after.unwrap_or(0).min((2 * pause).max(HOUR)),
        Mode::Ghl => 0,
    };
    let added = pause / 1000 * i64::try_from(jitter.min(JITTER - 1)).unwrap_or(0);
    Some((pause + added).max(wish))
}

/// The answer's `Retry-After` in milliseconds from `now` (RFC 9110, 10.2.3: seconds or a date); `None` when it has none
/// that can be read.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    let text = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(i64::from(seconds) * SECOND);
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    Some((date.timestamp().as_millisecond() - now.millis()).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(mode: Mode) -> Vec<i64> {
        let pauses = (1..).map_while(|failed| super::pause(mode, failed, 0, None));
        let mut at = 0;
        std::iter::once(0)
            .chain(pauses.map(|pause| {
                at += pause;
                at / SECOND
            }))
            .collect()
    }

    fn pause(failed: usize, jitter: u64, wish: Option<i64>) -> Option<i64> {
        super::pause(Mode::Durable, failed, jitter, wish)
    }

    #[test]
    fn attempts_are_made_at_these_offsets() {
        let durable = [0, 5, 305, 2105, 9305, 27_305, 63_305, 99_305, 185_705, 272_105];
        assert_eq!(offsets(Mode::Durable), durable);
        let ghl = [0, 10, 30, 70, 150, 310, 630, 1270, 2550, 5110, 8710, 12_310, 15_910];
        assert_eq!(offsets(Mode::Ghl), ghl);
        assert_eq!((pause(10, 0, None), pause(11, 0, Some(5))), (None, None));
        assert_eq!(pause(0, 0, None), None, "a delivery that has not failed is not tried again");
        assert_eq!(super::pause(Mode::Ghl, 1, 0, Some(HOUR)), Some(10 * SECOND), "it is not asked");
    }

    #[test]
    fn jitter_adds_at_most_a_tenth() {
        assert_eq!(pause(1, 0, None), Some(5000));
        assert_eq!(pause(1, 37, None), Some(5185));
        assert_eq!(pause(1, 100, None), Some(5500));
        assert_eq!(pause(1, u64::MAX, None), Some(5500));
        assert_eq!(pause(8, 100, None), Some(24 * HOUR + 24 * HOUR / 10));
    }

    #[test]
    fn an_answer_may_ask_for_more_patience_but_not_for_less_and_not_for_ever() {
        for (failed, wish, expected) in [
            (1, 0, 5 * SECOND),
            (1, 4 * SECOND, 5 * SECOND),
            (1, 120 * SECOND, 120 * SECOND),
            (1, 24 * HOUR, HOUR),
            (4, HOUR, 2 * HOUR),
            (4, 3 * HOUR, 3 * HOUR),
            (4, 100 * HOUR, 4 * HOUR),
            (9, i64::MAX, 48 * HOUR),
        ] {
            assert_eq!(pause(failed, 0, Some(wish)), Some(expected), "failure {failed}, asked for {wish}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let read = |text: &str| {
            let headers = HeaderMap::from_iter([(http::header::RETRY_AFTER, text.parse().unwrap())]);
            retry_after(&headers, now)
        };
        assert_eq!(read("120"), Some(120 * SECOND));
        assert_eq!(read("Thu, 01 Jan 2026 00:02:00 GMT"), Some(2 * MINUTE));
        assert_eq!(read("Wed, 31 Dec 2025 23:00:00 GMT"), Some(0));
        for text in ["", "soon", "-5", "1.5", "99999999999"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}

//! Spans of time, and where many of them lie upon each other.

use leadhold_kernel::Timestamp;

/// From when to when; the end is no part of it.
pub(in crate::calendars) type Span = (Timestamp, Timestamp);

/// Where at least `least` of the spans overlap, as spans in their order that do not.
pub(super) fn covered(spans: impl IntoIterator<Item = Span>, least: usize) -> Vec<Span> {
    let least = i64::try_from(least.max(1)).unwrap_or(i64::MAX);
    let real = spans.into_iter().filter(|(start, end)| start < end);
    let mut edges: Vec<(Timestamp, i64)> = real.flat_map(|(start, end)| [(start, 1), (end, -1)]).collect();
    edges.sort_unstable();
    let (mut all, mut deep, mut since) = (Vec::new(), 0, None);
    for (at, step) in edges {
        deep += step;
        match since {
            None if deep >= least => since = Some(at),
            Some(start) if deep < least => {
                all.push((start, at));
                since = None;
            }
            _ => {}
        }
    }
    all
}

/// Whether a moment is in one of the spans, which [`covered`] gave.
pub(in crate::calendars) fn holds(spans: &[Span], at: Timestamp) -> bool {
    let next = spans.partition_point(|(start, _)| *start <= at);
    next.checked_sub(1).and_then(|before| spans.get(before)).is_some_and(|(_, end)| at < *end)
}

/// When something of `length` cannot begin, since it would meet a span or come nearer to it than `before` and `after`.
pub(super) fn barred((start, end): Span, length: i64, before: i64, after: i64) -> Span {
    (start.plus_millis(1 - length - after), end.plus_millis(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span((start, end): (i64, i64)) -> Span {
        (Timestamp(start), Timestamp(end))
    }

    fn shown(spans: &[(i64, i64)], least: usize) -> String {
        let all = covered(spans.iter().copied().map(span), least);
        all.iter().map(|(start, end)| format!("{}-{}", start.0, end.0)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn spans_are_counted_where_they_overlap() {
        let spans = [(10, 20), (5, 12), (12, 15), (30, 40), (40, 50), (7, 7)];
        assert_eq!(shown(&spans, 1), "5-20 30-40 40-50");
        assert_eq!(shown(&spans, 2), "10-12 12-15");
        assert_eq!(shown(&spans, 3), "");
        assert_eq!(shown(&[], 1), "");
    }

    /// Against the plain question, for every moment.
    #[test]
    fn a_moment_is_barred_when_what_begins_then_comes_too_near() {
        let (booked, length, before, after) = (span((100, 130)), 20, 5, 10);
        let closed = covered([barred(booked, length, before, after)], 1);
        for at in 0..200 {
            let wide = (at - before, at + length + after);
            assert_eq!(holds(&closed, Timestamp(at)), wide.0 < 130 && 100 < wide.1, "{at}");
        }
    }
}

//! Spans and sizes as people read them.

/// `8 days 2 hours`: the two largest units, the rest left out.
pub(super) fn span(millis: i64) -> String {
    const UNITS: [(&str, i64); 5] =
        [("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1_000), ("millisecond", 1)];
    let first = UNITS.iter().position(|(_, length)| millis >= *length).unwrap_or(UNITS.len() - 1);
    let (mut rest, mut words) = (millis, Vec::new());
    for (name, length) in UNITS.iter().skip(first).take(2) {
        let count = rest / length;
        rest %= length;
        if count > 0 || words.is_empty() {
            words.push(format!("{count} {name}{}", if count == 1 { "" } else { "s" }));
        }
    }
    words.join(" ")
}

/// `1.4 MB`, in powers of ten.
pub(super) fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let tenths = bytes / (unit / 10);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_units_are_enough() {
        for (millis, words) in [
            (0, "0 milliseconds"),
            (1_500, "1 second 500 milliseconds"),
            (3_600_000, "1 hour"),
            (7 * 86_400_000 + 7_200_000 + 60_000, "7 days 2 hours"),
            (86_400_000 + 60_000, "1 day"),
        ] {
            assert_eq!(span(millis), words);
        }
        assert_eq!([999, 1_000, 1_449_999, 2_000_000_000].map(size), ["999 B", "1.0 kB", "1.4 MB", "2.0 GB"]);
    }
}

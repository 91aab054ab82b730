//! Decimal numbers as texts say them: exact, so that 0.1 and 0.2 are 0.3.

use rust_decimal::Decimal;

/// Why nothing comes of a number that is too large.
pub const TOO_LARGE: &str = "The number grew beyond 28 digits.";

/// The number that a text says: digits with a point, a sign, an exponent; commas between thousands and a currency sign
/// before or behind are let pass.
#[must_use]
pub fn parse(text: &str) -> Option<Decimal> {
    let text = text.trim().trim_matches(|c: char| "$€£¥".contains(c)).trim();
    if text.is_empty() || text.len() > 64 {
        return None;
    }
    let plain = if text.contains(',') { without_groups(text)? } else { text.to_owned() };
    Decimal::from_str_exact(&plain).or_else(|_| Decimal::from_scientific(&plain)).ok()
}

/// `1,234,567.8` without its commas; `None` when they do not stand between thousands.
fn without_groups(text: &str) -> Option<String> {
    let (whole, rest) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let mut groups = whole.trim_start_matches(['-', '+']).split(',');
    let first = groups.next()?;
    let thousands = |group: &str| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit());
    if !(1..=3).contains(&first.len())
        || !groups.all(thousands)
        || rest.is_some_and(|rest| rest.contains(','))
    {
        return None;
    }
    Some(text.replace(',', ""))
}

/// A number as later steps and people read it: no exponent, no zeros behind the last digit.
#[must_use]
pub fn text(number: Decimal) -> String {
    number.normalize().to_string()
}

/// Why a text that is no number is not taken for one.
#[must_use]
pub fn unreadable(text: &str) -> String {
    match super::start_of(text) {
        shown if shown.is_empty() => {
            "A number came out empty; check the merge fields, or write {{… | default: \"0\"}}.".to_owned()
        }
        shown => format!("`{shown}` is no number."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_many_spellings() {
        for (given, number) in [
            ("12.50", "12.5"),
            (" -0.10 ", "-0.1"),
            ("1,234,567.8", "1234567.8"),
            ("$1,000", "1000"),
            ("5 €", "5"),
            ("1e3", "1000"),
            ("2.5E-3", "0.0025"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
        ] {
            assert_eq!(parse(given).map(text).as_deref(), Some(number), "{given}");
        }
        for given in [
            "",
            "x",
            "1,23",
            "1,2345",
            "12,34.5",
            "1.2.3",
            "--1",
            "NaN",
            "inf",
            "1e99",
            "792281625142643375935439503360",
        ] {
            assert_eq!(parse(given), None, "{given}");
        }
    }
}

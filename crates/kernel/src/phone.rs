//! Telephone numbers as contacts carry them: E.164 where a numbering plan knows the number, as typed where none does.
//!
//! A number is never refused. `+1234567890` fits no plan, and people keep such numbers in their CRM all the same;
//! a form that loses the lead because of a typo in the number is worse than a number that cannot be dialled.

use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, country};

/// Longer texts are no telephone numbers and are not handed to the parser.
const LONGEST: usize = 40;

/// The number in the form under which it is stored, compared and sent out; `None` when nothing was typed.
///
/// `country` is the ISO 3166 code of the location ("US"); it decides how a number without `+` is read.
/// The result is a fixed point: normalising it again, in any country, changes nothing.
pub fn normalise(raw: &str, country: Option<&str>) -> Option<String> {
    let typed = raw.trim();
    if typed.is_empty() {
        return None;
    }
    Some(e164(typed, country).unwrap_or_else(|| typed.to_owned()))
}

/// The number in E.164, when the numbering plan of its calling code has room for it.
fn e164(typed: &str, country: Option<&str>) -> Option<String> {
    if typed.len() > LONGEST || !typed.bytes().all(is_dialled_or_punctuation) {
        return None;
    }
    // An international number is read without the location's country: its trunk prefix belongs to another plan.
    let home = match typed.starts_with('+') {
        true => None,
        false => Some(country?.trim().to_ascii_uppercase().parse::<country::Id>().ok()?),
    };
    let number = phonenumber::parse(home, typed).ok()?;
    let national = number.national().to_string();
    let plans = DATABASE.by_code(&number.country().code())?;
    let known = plans.iter().any(|plan| plan.descriptors().general().is_match(&national));
    known.then(|| number.format().mode(Mode::E164).to_string()).filter(|number| number.starts_with('+'))
}

fn is_dialled_or_punctuation(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'(' | b')' | b'/' | b' ')
}

/// The digits alone, as people type them into a search box; `None` when the text is no telephone number.
pub fn searched_digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 3 && text.trim().bytes().all(is_dialled_or_punctuation)).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn us(raw: &str) -> String {
        normalise(raw, Some("US")).expect("not blank")
    }

    #[test]
    fn numbers_of_the_home_country_become_e164() {
        assert_eq!(us("(415) 555-2671"), "+14155552671");
        assert_eq!(us(" 1-415-555-2671 "), "+14155552671");
        assert_eq!(us("+1 888-888-8888"), "+18888888888");
        assert_eq!(
            us("(555) 123-4567"),
            "+15551234567",
            "the area code is not assigned, but the plan has room for it"
        );
        assert_eq!(normalise("020 7946 0958", Some("GB")).as_deref(), Some("+442079460958"));
        assert_eq!(
            normalise("06 698 12345", Some("it")).as_deref(),
            Some("+390669812345"),
            "Italy keeps its zero"
        );
    }

    #[test]
    fn an_international_number_does_not_depend_on_the_home_country() {
        for home in [Some("US"), Some("DE"), Some("nowhere"), None] {
            assert_eq!(normalise("+91 95095 97501", home).as_deref(), Some("+919509597501"));
        }
    }

    #[test]
    fn a_number_no_plan_knows_is_kept_as_typed() {
        assert_eq!(us("+1234567890"), "+1234567890");
        assert_eq!(us(" 12 "), "12");
        assert_eq!(us("call me maybe"), "call me maybe");
        assert_eq!(normalise("(415) 555-2671", None).as_deref(), Some("(415) 555-2671"));
        assert_eq!(normalise("(415) 555-2671", Some("Atlantis")).as_deref(), Some("(415) 555-2671"));
    }

    #[test]
    fn blank_is_no_number() {
        assert_eq!(normalise(" \t", Some("US")), None);
    }

    #[test]
    fn digits_are_searched_only_in_a_number() {
        assert_eq!(searched_digits(" (415) 555-2671").as_deref(), Some("4155552671"));
        assert_eq!(searched_digits("route 66 and 123"), None);
        assert_eq!(searched_digits("+1"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn normalising_twice_is_normalising_once(raw in prop_oneof![".{0,40}", "[+]?[0-9()/. -]{0,20}"], home in "US|DE|IT|GB|IN|AR|MX|BR|CI|RU|KZ|FR|AU|JP|CN|ZZ|") {
            if let Some(once) = normalise(&raw, Some(&home)) {
                prop_assert_eq!(normalise(&once, Some(&home)), Some(once.clone()), "same country");
                if once.starts_with('+') {
                    prop_assert_eq!(normalise(&once, None), Some(once), "any country");
                }
            }
        }
    }
}

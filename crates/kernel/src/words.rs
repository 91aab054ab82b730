//! Words: what full-text search compares. A text becomes its words once, here, so that both database engines index and ask
//! for the same.

use crate::fold::fold;
use crate::phone;

/// Characters of a word that are compared.
const LENGTH: usize = 40;
/// Words of one text that are indexed.
const MOST: usize = 400;

/// The folded words of a text: runs of letters and digits. Scripts that are written without spaces give a word for each
/// character.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let runs = folded.split(|char: char| !char.is_alphanumeric()).filter(|run| !run.is_empty());
    runs.flat_map(parts).take(MOST).collect()
}

/// A run as it is indexed.
fn parts(run: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for char in run.chars() {
        if is_unspaced(char) {
            parts.push(char.to_string());
            parts.push(String::new());
        } else if let Some(word) = parts.last_mut().filter(|word| word.chars().count() < LENGTH) {
            word.push(char);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Thai to Khmer, kana, ideographs and Hangul: nobody puts spaces between their words.
fn is_unspaced(char: char) -> bool {
    matches!(char, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A text as the index keeps it: its words, with a space between.
#[must_use]
pub fn indexed(text: &str) -> String {
    words(text).join(" ")
}

/// Every ending of a number, so that it is found by any of its digits in a row: people leave out the beginning.
#[must_use]
pub fn endings(number: &str) -> Vec<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).take(LENGTH).collect();
    (0..digits.len().saturating_sub(2)).map(|from| digits[from..].to_owned()).collect()
}

/// What a search asks the index for, of what somebody typed: a text for each run without a space, in which the last word may
/// go on. A telephone number is one run. Nothing when nothing was typed; one empty text, which nothing has, when there was
/// no word in it.
#[must_use]
pub fn asked(typed: &str) -> Vec<String> {
    if let Some(digits) = phone::searched_digits(typed) {
        return vec![format!("{digits}*")];
    }
    let begun = |run: &str| {
        let words = words(run).join(" ");
        if words.is_empty() { words } else { words + "*" }
    };
    let all: Vec<String> = typed.split_whitespace().map(begun).filter(|asked| !asked.is_empty()).collect();
    let nothing_typed = typed.trim().is_empty();
    if all.is_empty() && !nothing_typed { vec![String::new()] } else { all }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_its_words() {
        for (text, expected) in [
            ("Ada O'Hara", "ada o hara"),
            ("ada_100%@b.co", "ada 100 b co"),
            ("ÅNGSTRÖM  Zoë", "ångström zoë"),
            ("山田 太郎x1", "山 田 太 郎 x1"),
            ("🦀 %%", ""),
        ] {
            assert_eq!(indexed(text), expected);
        }
        assert_eq!(indexed(&"x".repeat(100)).len(), LENGTH);
    }

    #[test]
    fn the_last_word_of_a_run_may_go_on() {
        for (typed, expected) in [
            ("jo & SM", vec!["jo*", "sm*"]),
            ("ada@b.c", vec!["ada b c*"]),
            ("太郎", vec!["太 郎*"]),
            ("(415) 555-26", vec!["41555526*"]),
            (" % ", vec![""]),
            (" ", vec![]),
        ] {
            assert_eq!(asked(typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_number_is_found_from_any_digit_on() {
        assert_eq!(endings("+1 234"), ["1234", "234"]);
        assert!(endings("12").is_empty());
    }

    proptest! {
        #[test]
        fn whatever_was_indexed_can_be_asked_for(text in "\\PC{0,40}") {
            let kept: Vec<String> = words(&text);
            for word in asked(&text).join(" ").split(' ').filter(|word| !word.is_empty()) {
                let whole = word.trim_end_matches('*');
                prop_assert!(kept.iter().any(|known| known == whole), "{word} of {kept:?}");
                prop_assert!(whole.chars().all(char::is_alphanumeric));
            }
        }
    }
}

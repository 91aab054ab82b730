//! Text compared without regard to case.

/// Lower case, letter by letter.
///
/// Unlike `str::to_lowercase` it never looks at a letter's neighbours (the final sigma of Greek), so a part of a text
/// folds to a part of the folded text: what `contains` relies on. Both databases only ever compare folded text, because
/// their own `lower` disagree beyond ASCII.
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_end_of_a_word_folds_as_its_middle() {
        assert_eq!(fold("ΟΔΟΣ Ä"), "οδοσ ä");
    }

    proptest! {
        #[test]
        fn a_part_folds_to_a_part(before in ".{0,8}", part in ".{0,8}", after in ".{0,8}") {
            let whole = fold(&format!("{before}{part}{after}"));
            prop_assert!(whole.contains(&fold(&part)));
            prop_assert_eq!(fold(&whole), whole.clone());
        }
    }
}

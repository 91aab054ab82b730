//! Names as keys: what people call a thing, spelled so that merge fields and clients can name it.

/// The name in lower case, with everything but letters and digits as `_`.
#[must_use]
pub fn snake(name: &str) -> String {
    let mut key = String::new();
    for char in name.chars().flat_map(char::to_lowercase) {
        match char {
            c if c.is_alphanumeric() => key.push(c),
            _ if !key.is_empty() && !key.ends_with('_') => key.push('_'),
            _ => {}
        }
    }
    key.truncate(key.trim_end_matches('_').len());
    key
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn letters_and_digits_of_any_script_stay() {
        for (name, key) in [
            ("Booking Link", "booking_link"),
            (" What's your age? ", "what_s_your_age"),
            ("Größe 2", "größe_2"),
        ] {
            assert_eq!(snake(name), key);
        }
        assert_eq!(snake("???"), "");
    }
}

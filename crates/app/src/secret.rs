//! Secrets that are made of chance: shown once, and kept as their SHA-256. That is enough against guessing, because there is
//! nothing to guess; what people think up is hashed in `users/password.rs`.

use aws_lc_rs::{constant_time, digest};
use leadhold_kernel::{Id, Random, id};

/// A fresh secret: 122 bits of chance as a UUID, which is how the real service's look.
#[must_use]
pub fn fresh(random: &dyn Random) -> String {
    Id::<id::Event>::generate(random).to_string() // any kind whose ids are UUIDs
}

/// The form in which a secret is kept.
#[must_use]
pub fn kept(secret: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, secret.as_bytes()).as_ref().to_vec()
}

/// Whether `presented` is the secret behind `kept`. Takes the same time wherever they differ.
#[must_use]
pub fn is(presented: &str, kept: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(&self::kept(presented), kept).is_ok()
}

/// Whether two texts are the same. Takes the same time wherever they differ.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    constant_time::verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

/// The first eight characters, to recognise a secret in a list; enough of it stays unknown.
#[must_use]
pub fn hint(secret: &str) -> String {
    secret.chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::random::SeededRandom;

    use super::*;

    #[test]
    fn a_secret_is_known_by_what_is_kept_of_it() {
        let random = SeededRandom::new(5);
        let (mine, other) = (fresh(&random), fresh(&random));
        assert!(is(&mine, &kept(&mine)));
        assert!(!is(&other, &kept(&mine)) && !is("", &kept(&mine)) && !is(&mine, b""));
        assert_eq!((mine.len(), hint(&mine).len(), kept(&mine).len()), (36, 8, 32));
    }
}

//! Password hashing: Argon2id with 19 MiB, two passes, one lane (OWASP's minimum; RFC 9106).

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use leadhold_kernel::{Error, Random};

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The hash of `password` with a fresh salt, in PHC form. Takes tens of milliseconds by design.
///
/// # Errors
/// Internal, should the library refuse its parameters.
pub fn hash(password: &str, random: &dyn Random) -> Result<String, Error> {
    let mut salt = [0; 16];
    random.fill(&mut salt);
    argon2()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(Error::internal)
}

/// Whether `password` is the one behind `hash`.
#[must_use]
pub fn matches(password: &str, hash: &str) -> bool {
    argon2::password_hash::phc::PasswordHash::new(hash)
        .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadhold_kernel::random::SeededRandom;

    #[test]
    fn only_the_password_itself_matches_its_hash() {
        let hash = hash("correct horse", &SeededRandom::new(3)).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(matches("correct horse", &hash));
        assert!(!matches("correct horses", &hash) && !matches("correct horse", "no hash"));
    }
}

//! The cookie: 256 bits of chance, of which the store has the SHA-256.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leadhold_kernel::Random;

use super::ABSOLUTE_MILLIS;
use crate::http::page::SESSION_COOKIE;

/// A cookie's value that nobody can guess.
#[must_use]
pub fn fresh(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// `Set-Cookie` for a new session of a server that clients reach by `base_url`.
#[must_use]
pub fn set(secret: &str, base_url: &str) -> String {
    format!("{SESSION_COOKIE}={secret}; {}; Max-Age={}", attributes(base_url), ABSOLUTE_MILLIS / 1000)
}

/// `Set-Cookie` that makes the browser forget.
#[must_use]
pub fn clear(base_url: &str) -> String {
    format!("{SESSION_COOKIE}=; {}; Max-Age=0", attributes(base_url))
}

/// Out of reach for scripts; sent along when a link leads here, and never with a form of another site. Over plain HTTP a
/// browser would not keep a cookie marked `Secure`.
fn attributes(base_url: &str) -> &'static str {
    if base_url.starts_with("https://") {
        "Path=/; HttpOnly; SameSite=Lax; Secure"
    } else {
        "Path=/; HttpOnly; SameSite=Lax"
    }
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::random::SeededRandom;

    use super::*;

    #[test]
    fn a_cookie_is_out_of_reach_for_scripts_and_other_sites() {
        insta::assert_snapshot!(set("s", "https://crm.example.com"), @"leadhold_session=s; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=2592000");
        insta::assert_snapshot!(set("s", "http://127.0.0.1:8080"), @"leadhold_session=s; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000");
        insta::assert_snapshot!(clear("https://crm.example.com"), @"leadhold_session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
    }

    #[test]
    fn a_secret_has_256_bits() {
        let random = SeededRandom::new(1);
        let (one, other) = (fresh(&random), fresh(&random));
        assert_eq!(URL_SAFE_NO_PAD.decode(&one).unwrap().len(), 32);
        assert_ne!(one, other);
    }
}

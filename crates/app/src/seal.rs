//! Secrets that have to be read again (a second factor's seed, the signing keys, a stored answer that shows a token): sealed
//! with AES-256-GCM under a key that lies outside the database, so that a copy of the database is worth nothing.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leadhold_kernel::{Error, Random};

/// Seals and opens; signs and checks.
pub struct Seal {
    secrecy: LessSafeKey,
    /// Another key, made of the same one: no key serves two algorithms.
    signing: hmac::Key,
}

/// Bytes of a signature that are shown: 128 bits.
const SHOWN: usize = 16;

impl Seal {
    /// A seal under `key`.
    ///
    /// # Errors
    /// Internal, should the library refuse a key of this length.
    pub fn new(key: &[u8; 32]) -> Result<Self, Error> {
        let secrecy = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).map_err(Error::internal)?);
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), b"leadhold signing");
        Ok(Self { secrecy, signing: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()) })
    }

    /// `secret` as text that only this key opens. `purpose` is bound into it: a text put in another's place stays shut.
    ///
    /// # Errors
    /// Internal, should the library fail.
    pub fn seal(&self, purpose: &str, secret: &[u8], random: &dyn Random) -> Result<String, Error> {
        let (mut nonce, mut text) = ([0; NONCE_LEN], secret.to_vec());
        random.fill(&mut nonce);
        let whole = Nonce::assume_unique_for_key(nonce);
        let sealed = self.secrecy.seal_in_place_append_tag(whole, Aad::from(purpose.as_bytes()), &mut text);
        sealed.map_err(Error::internal)?;
        Ok(hex::encode([&nonce[..], &text].concat()))
    }

    /// A signature of `text` for `purpose`: who shows both got them from this server.
    #[must_use]
    pub fn sign(&self, purpose: &str, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(&self.tag(purpose, text).as_ref()[..SHOWN])
    }

    /// Whether [`Seal::sign`] made `signature` of this.
    #[must_use]
    pub fn is_signed(&self, purpose: &str, text: &str, signature: &str) -> bool {
        let Ok(shown) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        verify_slices_are_equal(&self.tag(purpose, text).as_ref()[..SHOWN], &shown).is_ok()
    }

    /// 32 bytes that only this key makes of this: a secret that need not be stored.
    #[must_use]
    pub fn derived(&self, purpose: &str, text: &str) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.tag(purpose, text).as_ref());
        bytes
    }

    fn tag(&self, purpose: &str, text: &str) -> hmac::Tag {
        hmac::sign(&self.signing, [purpose.as_bytes(), b"\n", text.as_bytes()].concat().as_slice())
    }

    /// What was sealed; `None` when it was sealed under another key, for another purpose, or was changed.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<Vec<u8>> {
        let sealed = hex::decode(sealed).ok()?;
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let (nonce, mut text) = (Nonce::try_assume_unique_for_key(nonce).ok()?, text.to_vec());
        self.secrecy
            .open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut text)
            .ok()
            .map(|text| text.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::random::SeededRandom;

    use super::*;

    #[test]
    fn a_seal_opens_with_its_key_for_its_purpose_and_unchanged() {
        let random = SeededRandom::new(1);
        let (mine, other) = (Seal::new(&[1; 32]).unwrap(), Seal::new(&[2; 32]).unwrap());
        let sealed = mine.seal("one", b"secret", &random).unwrap();
        assert_eq!(mine.open("one", &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!((mine.open("two", &sealed), other.open("one", &sealed)), (None, None));
        assert_eq!((mine.open("one", ""), mine.open("one", "no hex")), (None, None));
        let cut = &sealed[..sealed.len() - 2];
        assert_eq!(mine.open("one", cut), None);
        let signed = mine.sign("one", "text");
        assert!(mine.is_signed("one", "text", &signed) && !other.is_signed("one", "text", &signed));
        assert!(!mine.is_signed("two", "text", &signed) && !mine.is_signed("one", "texts", &signed));
        assert!(!mine.is_signed("one", "text", "") && !mine.is_signed("one", "text", &signed[..20]));
        assert_ne!(sealed, mine.seal("one", b"secret", &random).unwrap(), "each seal has its own nonce");
    }
}

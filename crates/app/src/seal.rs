//! Secrets that have to be read again (a second factor's seed, the signing keys, a stored answer that shows a token): sealed
//! with AES-256-GCM under a key that lies outside the database, so that a copy of the database is worth nothing.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use leadhold_kernel::{Error, Random};

/// Seals and opens.
pub struct Seal(LessSafeKey);

impl Seal {
    /// A seal under `key`.
    ///
    /// # Errors
    /// Internal, should the library refuse a key of this length.
    pub fn new(key: &[u8; 32]) -> Result<Self, Error> {
        Ok(Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).map_err(Error::internal)?)))
    }

    /// `secret` as text that only this key opens. `purpose` is bound into it: a text put in another's place stays shut.
    ///
    /// # Errors
    /// Internal, should the library fail.
    pub fn seal(&self, purpose: &str, secret: &[u8], random: &dyn Random) -> Result<String, Error> {
        let (mut nonce, mut text) = ([0; NONCE_LEN], secret.to_vec());
        random.fill(&mut nonce);
        let whole = Nonce::assume_unique_for_key(nonce);
        let sealed = self.0.seal_in_place_append_tag(whole, Aad::from(purpose.as_bytes()), &mut text);
        sealed.map_err(Error::internal)?;
        Ok(hex::encode([&nonce[..], &text].concat()))
    }

    /// What was sealed; `None` when it was sealed under another key, for another purpose, or was changed.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<Vec<u8>> {
        let sealed = hex::decode(sealed).ok()?;
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let (nonce, mut text) = (Nonce::try_assume_unique_for_key(nonce).ok()?, text.to_vec());
        self.0.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut text).ok().map(|text| text.to_vec())
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
        assert_ne!(sealed, mine.seal("one", b"secret", &random).unwrap(), "each seal has its own nonce");
    }
}

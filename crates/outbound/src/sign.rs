//! Webhook signatures: two headers over the exact bytes of a body, and what a receiver does with them.
//!
//! `x-ghl-signature` is Ed25519 (RFC 8032), the current scheme and the one the official SDK checks;
//! `x-wh-signature` is RSA-4096 with PKCS#1 v1.5 and SHA-256, the scheme before it. Both are standard base64.
//! A self-hosted server signs with its own pairs, made once and kept sealed by whoever calls this.

use std::fmt;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ED25519, Ed25519KeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
    UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The private keys of one server.
pub struct SigningKeys {
    ed25519: Ed25519KeyPair,
    rsa: Option<RsaKeyPair>,
}

/// Private keys in the form they are kept in: PKCS#8 DER. Whoever stores them seals them first.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredKeys {
    /// The Ed25519 pair.
    pub ed25519: Vec<u8>,
    /// The RSA pair, where the old header is wanted.
    pub rsa: Option<Vec<u8>>,
}

/// The signatures of one body, as header values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signatures {
    /// For `x-ghl-signature`: 88 characters.
    pub ghl: String,
    /// For `x-wh-signature`: 684 characters, where the server has an RSA pair.
    pub wh: Option<String>,
}

/// The public half of a [`SigningKeys`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKeys {
    /// Checks `x-ghl-signature`.
    pub ed25519: PublicKey,
    /// Checks `x-wh-signature`.
    pub rsa: Option<PublicKey>,
}

/// A public key that says what kind it is: an X.509 SubjectPublicKeyInfo (RFC 5280).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    spki: Vec<u8>,
}

/// The bytes are no key of the kind asked for, or the pair does not fit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyError(&'static str);

impl SigningKeys {
    /// The Ed25519 pair that `seed` stands for; a fresh one when the seed is fresh randomness.
    pub fn from_seed(seed: &[u8; 32]) -> Result<SigningKeys, KeyError> {
        let ed25519 = Ed25519KeyPair::from_seed_unchecked(seed);
        Ok(SigningKeys { ed25519: ed25519.map_err(|_| KeyError("not an Ed25519 seed"))?, rsa: None })
    }

    /// Adds a fresh RSA-4096 pair, which takes seconds. Its primes come from the library's own generator: it
    /// has no door for another one.
    pub fn with_new_rsa(self) -> Result<SigningKeys, KeyError> {
        let rsa = RsaKeyPair::generate(KeySize::Rsa4096);
        let rsa = rsa.map_err(|_| KeyError("an RSA key pair could not be made"))?;
        Ok(SigningKeys { rsa: Some(rsa), ..self })
    }

    /// Reads what [`SigningKeys::to_stored`] wrote, or what `openssl genpkey -outform DER` did.
    pub fn from_stored(stored: &StoredKeys) -> Result<SigningKeys, KeyError> {
        let ed25519 = Ed25519KeyPair::from_pkcs8(&stored.ed25519);
        let ed25519 = ed25519.map_err(|_| KeyError("not an Ed25519 private key in PKCS#8"))?;
        let rsa = stored.rsa.as_deref().map(RsaKeyPair::from_pkcs8).transpose();
        let rsa = rsa.map_err(|_| KeyError("not an RSA private key in PKCS#8"))?;
        Ok(SigningKeys { ed25519, rsa })
    }

    /// The private keys, to be sealed and stored.
    pub fn to_stored(&self) -> Result<StoredKeys, KeyError> {
        let unwritable = |_| KeyError("a private key could not be written as PKCS#8");
        let ed25519 = self.ed25519.to_pkcs8v1().map_err(unwritable)?.as_ref().to_vec();
        let rsa = match &self.rsa {
            Some(rsa) => {
                let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = rsa.as_der().map_err(unwritable)?;
                Some(der.as_ref().to_vec())
            }
            None => None,
        };
        Ok(StoredKeys { ed25519, rsa })
    }

    /// The public keys, for everyone.
    pub fn public(&self) -> PublicKeys {
        PublicKeys {
            ed25519: PublicKey::of(self.ed25519.public_key()),
            rsa: self.rsa.as_ref().map(|pair| PublicKey::of(pair.public_key())),
        }
    }

    /// Signs the exact bytes that will be sent. The same bytes get the same signatures.
    pub fn sign(&self, body: &[u8]) -> Signatures {
        Signatures { ghl: self.sign_ed25519(body), wh: self.sign_rsa(body) }
    }

    /// The value of `x-ghl-signature`, in some tens of microseconds.
    pub fn sign_ed25519(&self, body: &[u8]) -> String {
        STANDARD.encode(self.ed25519.sign(body))
    }

    /// The value of `x-wh-signature`, where there is an RSA pair. It takes milliseconds of a processor: async code calls it
    /// on a thread that may block.
    pub fn sign_rsa(&self, body: &[u8]) -> Option<String> {
        let pair = self.rsa.as_ref()?;
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), body, &mut signature)
            .expect("a pair that was accepted signs any body into a buffer of its own length");
        Some(STANDARD.encode(signature))
    }

    /// A Standard Webhooks signature (`v1a,` and base64) over the message's id, the attempt's time in seconds and the body.
    /// Receivers check it with [`PublicKey::standard_webhooks`].
    pub fn sign_standard(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let content = [format!("{id}.{seconds}.").as_bytes(), body].concat();
        format!("v1a,{}", self.sign_ed25519(&content))
    }

    /// Whether there is an RSA pair.
    pub fn has_rsa(&self) -> bool {
        self.rsa.is_some()
    }
}

impl PublicKey {
    fn of(key: &impl AsDer<aws_lc_rs::encoding::PublicKeyX509Der<'static>>) -> PublicKey {
        let der = key.as_der().expect("the public key of an accepted pair has a DER form");
        PublicKey { spki: der.as_ref().to_vec() }
    }

    /// `-----BEGIN PUBLIC KEY-----` and so on, as Node's `crypto.verify` takes it.
    pub fn pem(&self) -> String {
        let text = self.spki_base64();
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        for at in (0..text.len()).step_by(64) {
            pem.push_str(&text[at..text.len().min(at + 64)]);
            pem.push('\n');
        }
        pem + "-----END PUBLIC KEY-----\n"
    }

    /// The PEM's content on one line.
    pub fn spki_base64(&self) -> String {
        STANDARD.encode(&self.spki)
    }

    /// Reads what [`PublicKey::spki_base64`] wrote; `None` when it is no base64.
    pub fn from_spki_base64(text: &str) -> Option<PublicKey> {
        STANDARD.decode(text).ok().map(|spki| PublicKey { spki })
    }

    /// As Standard Webhooks spells a public key: `whpk_` and the base64 of the 32 bytes. `None` for an RSA key.
    pub fn standard_webhooks(&self) -> Option<String> {
        let key = self.spki.strip_prefix(ED25519_SPKI)?;
        Some(format!("whpk_{}", STANDARD.encode(key)))
    }
}

/// SubjectPublicKeyInfo up to the key itself, RFC 8410.
const ED25519_SPKI: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Whether `signature` (base64) is that of `body` by the owner of `public_key` (PEM, or its content on one
/// line). The key says which scheme it is: Ed25519 for `x-ghl-signature`, RSA for `x-wh-signature`. Anything
/// that cannot be read is not a signature.
#[must_use]
pub fn verify(public_key: &str, body: &[u8], signature: &str) -> bool {
    let base64: String =
        public_key.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
    let (Ok(key), Ok(signature)) = (STANDARD.decode(base64), STANDARD.decode(signature)) else {
        return false;
    };
    let scheme: &'static dyn VerificationAlgorithm =
        if key.starts_with(ED25519_SPKI) { &ED25519 } else { &RSA_PKCS1_2048_8192_SHA256 };
    UnparsedPublicKey::new(scheme, key).verify(body, &signature).is_ok()
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SigningKeys").field("public", &self.public()).finish_non_exhaustive()
    }
}

impl fmt::Debug for StoredKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("StoredKeys").finish_non_exhaustive()
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

impl std::error::Error for KeyError {}

#[cfg(test)]
mod tests;

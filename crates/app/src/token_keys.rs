//! The RSA pair that access and refresh tokens are signed with (RS256, RFC 7518), and its public half as a key set.
//!
//! A signature of this kind depends on nothing but key and text: the same claims make the same token. That is how a
//! refresh can answer the same new pair twice while the store keeps nothing that anyone could use. Apps may check tokens
//! with the key set; the server itself finds a token by its hash.

use aws_lc_rs::digest;
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leadhold_kernel::Error;
use serde_json::{Value, json};

/// The pair.
pub struct TokenKeys {
    pair: RsaKeyPair,
    /// The key's thumbprint (RFC 7638): tokens name the key by it.
    kid: String,
}

impl TokenKeys {
    /// A fresh pair of 2048 bits, which takes a moment. The primes come from the library's own generator: it has no door
    /// for another one.
    ///
    /// # Errors
    /// Internal, should the library fail.
    pub fn generate() -> Result<Self, Error> {
        RsaKeyPair::generate(KeySize::Rsa2048).map(Self::of).map_err(Error::internal)
    }

    /// Reads what [`TokenKeys::to_pkcs8`] wrote.
    ///
    /// # Errors
    /// Internal, when it is no RSA private key.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, Error> {
        RsaKeyPair::from_pkcs8(der).map(Self::of).map_err(Error::internal)
    }

    /// The private key in PKCS#8, to be sealed and stored.
    ///
    /// # Errors
    /// Internal, should the library fail.
    pub fn to_pkcs8(&self) -> Result<Vec<u8>, Error> {
        let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = self.pair.as_der().map_err(Error::internal)?;
        Ok(der.as_ref().to_vec())
    }

    fn of(pair: RsaKeyPair) -> Self {
        let (n, e) = components(&pair);
        let canonical = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, canonical.as_bytes()));
        Self { pair, kid }
    }

    /// A token with these claims (RFC 7519, compact form). Takes about a millisecond.
    ///
    /// # Errors
    /// Internal, should the library fail.
    pub fn sign(&self, claims: &Value) -> Result<String, Error> {
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.kid });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let signed = self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature);
        signed.map_err(Error::internal)?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The public key as a JSON Web Key Set (RFC 7517).
    #[must_use]
    pub fn key_set(&self) -> Value {
        let (n, e) = components(&self.pair);
        json!({ "keys": [
            { "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": n, "e": e },
        ] })
    }
}

fn components(pair: &RsaKeyPair) -> (String, String) {
    let public = pair.public_key();
    let text = |number: &[u8]| URL_SAFE_NO_PAD.encode(number);
    (
        text(public.modulus().big_endian_without_leading_zero()),
        text(public.exponent().big_endian_without_leading_zero()),
    )
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

    use super::*;

    #[test]
    fn the_same_claims_make_the_same_token_and_the_key_set_verifies_it() {
        let keys = TokenKeys::generate().unwrap();
        let claims = json!({ "authClass": "Location", "iat": 1 });
        let token = keys.sign(&claims).unwrap();
        let again = TokenKeys::from_pkcs8(&keys.to_pkcs8().unwrap()).unwrap();
        assert_eq!(again.sign(&claims).unwrap(), token);
        assert_ne!(keys.sign(&json!({ "iat": 2 })).unwrap(), token);

        let set = keys.key_set();
        let number = |name: &str| URL_SAFE_NO_PAD.decode(set["keys"][0][name].as_str().unwrap()).unwrap();
        let public = RsaPublicKeyComponents { n: number("n"), e: number("e") };
        let (text, signature) = token.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let check = |text: &str| public.verify(&RSA_PKCS1_2048_8192_SHA256, text.as_bytes(), &signature);
        assert!(check(text).is_ok());
        assert!(check(&text.replacen('e', "f", 1)).is_err());
    }
}

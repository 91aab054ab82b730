//! What a request has to show besides the URL, where a hook asks for it: a secret in a header, or a signature made with it.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName};
use leadhold_kernel::{Error, Random};

use crate::http::fields::Fields;
use crate::seal::Seal;

/// How long a secret may be, in characters.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=255;
/// Where it is looked for unless somebody says otherwise.
const DEFAULT_HEADER: &str = "x-hook-secret";
const DEFAULT_SIGNATURE: &str = "x-hub-signature-256";

/// How it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The header is the secret.
    Header,
    /// The header is the HMAC-SHA256 of the body under the secret: hexadecimal or base64, perhaps behind `sha256=`.
    Hmac,
}

impl Kind {
    /// As the table and the API spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Hmac => "hmac",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        [Self::Header, Self::Hmac].into_iter().find(|kind| kind.name() == name)
    }
}

/// What a hook asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// How it is shown.
    pub kind: Kind,
    /// In which header, in lower case.
    pub header: String,
    /// The secret, sealed.
    pub(super) sealed: String,
}

impl Guard {
    /// Whether the request shows it.
    ///
    /// # Errors
    /// 401 when it does not.
    pub(super) fn check(
        &self,
        seal: &Seal,
        purpose: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), Error> {
        let secret =
            seal.open(purpose, &self.sealed).ok_or_else(|| Error::internal("a sealed hook secret"))?;
        let shown = headers.get(&self.header).map(|value| value.as_bytes());
        let fits = shown.is_some_and(|shown| match self.kind {
            Kind::Header => is_same(shown, &secret),
            Kind::Hmac => is_signature(shown, &secret, body),
        });
        if fits {
            return Ok(());
        }
        let what = match self.kind {
            Kind::Header => "the hook's secret",
            Kind::Hmac => "the body's HMAC-SHA256 under the hook's secret",
        };
        Err(Error::Unauthorized(format!("The header {} must be {what}.", self.header)))
    }
}

/// What somebody wants a hook to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) kind: Kind,
    pub(super) header: String,
    pub(super) value: String,
    /// Whether it was made up here, so that it has to be shown.
    pub(super) drawn: bool,
}

impl Wish {
    /// Reads it; without a `value` one is drawn.
    pub(super) fn read(fields: &mut Fields<'_>, random: &dyn Random) -> Option<Self> {
        let kind = fields.one_of("type", &["header", "hmac"]).and_then(Kind::parse);
        if kind.is_none() && fields.value("type").is_none() {
            fields.fault("type", "must be one of the following values: header, hmac");
        }
        let header = fields.text("header").into_option().map(|name| name.to_ascii_lowercase());
        if header.as_deref().is_some_and(|name| HeaderName::from_bytes(name.as_bytes()).is_err()) {
            fields.fault("header", "must be the name of a header");
        }
        let value = fields.text("value").into_option();
        let sound =
            |text: &String| LENGTHS.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if value.as_ref().is_some_and(|text| !sound(text)) {
            fields.fault("value", "must have 16 to 255 visible ASCII characters");
        }
        let kind = kind?;
        let usual = if kind == Kind::Header { DEFAULT_HEADER } else { DEFAULT_SIGNATURE };
        Some(Self {
            kind,
            header: header.unwrap_or_else(|| usual.to_owned()),
            drawn: value.is_none(),
            value: value.unwrap_or_else(|| crate::secret::fresh(random)),
        })
    }
}

/// In the same time wherever they differ, and whatever their lengths are.
fn is_same(shown: &[u8], secret: &[u8]) -> bool {
    verify_slices_are_equal(digest(&SHA256, shown).as_ref(), digest(&SHA256, secret).as_ref()).is_ok()
}

fn is_signature(shown: &[u8], secret: &[u8], body: &[u8]) -> bool {
    let shown = shown.strip_prefix(b"sha256=").unwrap_or(shown);
    let Some(tag) = hex::decode(shown).ok().or_else(|| STANDARD.decode(shown).ok()) else { return false };
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, secret), body, &tag).is_ok()
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::random::SeededRandom;

    use super::*;

    fn check(kind: Kind, shown: Option<&str>, body: &[u8]) -> bool {
        let (seal, random) = (Seal::new(&[1; 32]).unwrap(), SeededRandom::new(1));
        let sealed = seal.seal("here", b"0123456789abcdef", &random).unwrap();
        let guard = Guard { kind, header: "x-sign".into(), sealed };
        let mut headers = HeaderMap::new();
        if let Some(shown) = shown {
            headers.insert("x-sign", shown.parse().unwrap());
        }
        guard.check(&seal, "here", &headers, body).is_ok()
    }

    #[test]
    fn a_header_must_be_the_secret() {
        assert!(check(Kind::Header, Some("0123456789abcdef"), b""));
        for shown in
            [None, Some(""), Some("0123456789abcdeF"), Some("0123456789abcde"), Some("0123456789abcdef0")]
        {
            assert!(!check(Kind::Header, shown, b""), "{shown:?}");
        }
    }

    #[test]
    fn a_signature_is_taken_in_the_forms_that_senders_write() {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, b"0123456789abcdef"), b"body");
        let (small, base64) = (hex::encode(tag), STANDARD.encode(tag));
        for shown in [small.clone(), small.to_uppercase(), format!("sha256={small}"), base64] {
            assert!(check(Kind::Hmac, Some(&shown), b"body"), "{shown}");
            assert!(!check(Kind::Hmac, Some(&shown), b"bodY"), "{shown}");
        }
        for shown in [None, Some(""), Some("sha256="), Some("0123456789abcdef"), Some(&small[..62])] {
            assert!(!check(Kind::Hmac, shown, b"body"), "{shown:?}");
        }
    }
}

//! What becomes of a request's signatures under this server's keys: what a careful receiver would find.

use http::HeaderMap;
use leadhold_outbound::{PublicKeys, verify};
use serde_json::{Map, Value, json};

/// The headers that are looked at, as receivers know them.
pub(super) const GHL: &str = "x-ghl-signature";
pub(super) const WH: &str = "x-wh-signature";
pub(super) const STANDARD: &str = "webhook-signature";

/// What was found of one signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is that of these bytes, by one of our keys.
    Verifies,
    /// It is not: a byte differs from what was signed, or somebody else's key signed it.
    Differs,
    /// There is none.
    Unsigned,
    /// There is one, of a kind that this server has no key for.
    NoKey,
}

impl Verdict {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Verifies => "verifies",
            Self::Differs => "differs",
            Self::Unsigned => "unsigned",
            Self::NoKey => "no key",
        }
    }
}

/// The verdicts by header. `keys` are those of all published pairs: any of them will do.
pub(super) fn judged(headers: &HeaderMap, body: &[u8], keys: &[PublicKeys]) -> Map<String, Value> {
    let ed25519: Vec<String> = keys.iter().map(|pair| pair.ed25519.pem()).collect();
    let rsa: Vec<String> = keys.iter().filter_map(|pair| Some(pair.rsa.as_ref()?.pem())).collect();
    let verdicts = [
        (GHL, plain(headers, GHL, body, &ed25519)),
        (WH, plain(headers, WH, body, &rsa)),
        (STANDARD, standard(headers, body, &ed25519)),
    ];
    verdicts.into_iter().map(|(name, verdict)| (name.to_owned(), json!(verdict.name()))).collect()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn plain(headers: &HeaderMap, name: &str, body: &[u8], keys: &[String]) -> Verdict {
    match text(headers, name) {
        None | Some("" | "N/A") => Verdict::Unsigned,
        Some(_) if keys.is_empty() => Verdict::NoKey,
        Some(signature) if keys.iter().any(|key| verify(key, body, signature)) => Verdict::Verifies,
        Some(_) => Verdict::Differs,
    }
}

/// Standard Webhooks: `v1a` is Ed25519 over id, timestamp and body with dots between. There may be several, with spaces
/// between; a receiver looks for one that it knows.
fn standard(headers: &HeaderMap, body: &[u8], keys: &[String]) -> Verdict {
    let Some(given) = text(headers, STANDARD).filter(|given| !given.is_empty()) else {
        return Verdict::Unsigned;
    };
    let signatures: Vec<&str> = given.split(' ').filter_map(|one| one.strip_prefix("v1a,")).collect();
    if signatures.is_empty() {
        return Verdict::NoKey;
    }
    let part = |name| text(headers, name).unwrap_or_default();
    let head = format!("{}.{}.", part("webhook-id"), part("webhook-timestamp"));
    let signed = [head.as_bytes(), body].concat();
    match signatures.iter().any(|signature| keys.iter().any(|key| verify(key, &signed, signature))) {
        true => Verdict::Verifies,
        false => Verdict::Differs,
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};
    use leadhold_outbound::SigningKeys;

    use super::*;

    fn verdicts(given: &[(&'static str, &str)], body: &[u8], keys: &SigningKeys) -> Value {
        let value = |text: &str| HeaderValue::from_str(text).unwrap();
        let headers = given.iter().map(|(name, text)| (HeaderName::from_static(name), value(text))).collect();
        Value::Object(judged(&headers, body, &[keys.public()]))
    }

    #[test]
    fn one_flipped_bit_is_seen_whatever_signed() {
        let keys = SigningKeys::from_seed(&[7; 32]).unwrap();
        let plain = keys.sign(b"{}").ghl;
        let standard = format!("v1,AAAA v1a,{}", keys.sign(b"id.1.{}").ghl);
        let headers = [
            (GHL, plain.as_str()),
            (WH, "AAAA"),
            ("webhook-id", "id"),
            ("webhook-timestamp", "1"),
            (STANDARD, standard.as_str()),
        ];
        let good = json!({GHL: "verifies", WH: "no key", STANDARD: "verifies"});
        assert_eq!(verdicts(&headers, b"{}", &keys), good);
        let flipped = json!({GHL: "differs", WH: "no key", STANDARD: "differs"});
        assert_eq!(verdicts(&headers, b"{|", &keys), flipped);
        let other = SigningKeys::from_seed(&[8; 32]).unwrap();
        assert_eq!(verdicts(&headers, b"{}", &other), flipped);
    }

    #[test]
    fn what_has_no_signature_is_unsigned() {
        let keys = SigningKeys::from_seed(&[7; 32]).unwrap();
        let unsigned = json!({GHL: "unsigned", WH: "unsigned", STANDARD: "unsigned"});
        assert_eq!(verdicts(&[], b"{}", &keys), unsigned);
        assert_eq!(verdicts(&[(GHL, "N/A"), (WH, ""), (STANDARD, "")], b"{}", &keys), unsigned);
        assert_eq!(verdicts(&[(STANDARD, "v9,AAAA")], b"{}", &keys)[STANDARD], "no key");
    }
}

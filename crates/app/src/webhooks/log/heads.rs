//! What is kept of the headers of an attempt. Secrets are left out as they are from the request log; the signatures stay,
//! since anybody may check them and nobody can use them for another body.

use http::HeaderMap;
use serde_json::{Map, Value};

use crate::http::request_log::redact;

/// Headers by their names in lower case.
pub(in crate::webhooks) type Heads = Map<String, Value>;

/// Shown in full: each is for whoever checks the delivery.
const PUBLIC: &[&str] =
    &["x-ghl-signature", "x-wh-signature", "webhook-id", "webhook-timestamp", "webhook-signature"];

/// The headers of a request, as a JSON object.
pub(in crate::webhooks) fn sent(headers: &HeaderMap) -> String {
    let mut shown = read(Some(redact::headers(headers)));
    for name in PUBLIC {
        if let Some(value) = headers.get(*name).and_then(|value| value.to_str().ok()) {
            shown.insert((*name).to_owned(), value.into());
        }
    }
    Value::Object(shown).to_string()
}

/// The headers of an answer, likewise.
pub(in crate::webhooks) fn received(headers: &HeaderMap) -> String {
    redact::headers(headers)
}

/// Headers as they were kept.
pub(super) fn read(kept: Option<String>) -> Heads {
    kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn signatures_stay_and_secrets_go() {
        let long = "s".repeat(684);
        let headers = HeaderMap::from_iter(
            [
                ("content-type", "application/json"),
                ("authorization", "Bearer of-the-user"),
                ("x-api-key", "k"),
                ("x-wh-signature", long.as_str()),
                ("webhook-signature", "v1a,abc"),
            ]
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())),
        );
        let shown = read(Some(sent(&headers)));
        assert_eq!(shown["authorization"], "***");
        assert_eq!(shown["x-api-key"], "***");
        assert_eq!(shown["x-wh-signature"], long);
        assert_eq!(shown["webhook-signature"], "v1a,abc");
        assert_eq!(shown["content-type"], "application/json");
    }

    #[test]
    fn an_answers_cookies_are_not_kept() {
        let cookie = (http::header::SET_COOKIE, HeaderValue::from_static("session=1"));
        assert_eq!(received(&HeaderMap::from_iter([cookie])), r#"{"set-cookie":"***"}"#);
    }
}

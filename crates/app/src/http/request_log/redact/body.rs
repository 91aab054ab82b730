//! Bodies, which are kept only in the sandbox, and only where it is asked for.

use serde_json::Value;

use super::{HIDDEN, cut, has_secret, is_secret_name};

/// The most that is kept of one, in bytes.
const LONGEST: usize = 16 * 1024;

/// A body without its secrets, cut to 16 KiB; `None` when there is none. What is neither JSON nor a form is only named.
#[must_use]
pub fn body(content_type: &str, body: &[u8]) -> Option<String> {
    if body.is_empty() {
        return None;
    }
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let shown = match kind.as_str() {
        "application/x-www-form-urlencoded" => Some(form(body)),
        _ => serde_json::from_slice(body).ok().map(|value| json(value).to_string()),
    };
    let named = || {
        let kind = if kind.is_empty() || has_secret(&kind) { "no known type" } else { &kind };
        format!("[{} bytes of {kind}]", body.len())
    };
    Some(cut(&shown.unwrap_or_else(named), LONGEST).replace('\0', ""))
}

fn json(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .map(|(name, value)| {
                let hidden = is_secret_name(&name) && !value.is_null();
                (name, if hidden { HIDDEN.into() } else { json(value) })
            })
            .collect(),
        Value::Array(values) => values.into_iter().map(json).collect(),
        Value::String(text) if has_secret(&text) => HIDDEN.into(),
        other => other,
    }
}

fn form(body: &[u8]) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(body) {
        let hidden = is_secret_name(&name) || has_secret(&value);
        out.append_pair(if has_secret(&name) { HIDDEN } else { &name }, if hidden { HIDDEN } else { &value });
    }
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let sent = br#"{"name":"Ada","password":"p","nested":[{"client_secret":"s","code":1,"tokenId":"t"}],"x":"agk-00000000-0000-4000-8000-000000000000","csrf":null}"#;
        assert_eq!(
            body("application/json; charset=utf-8", sent).unwrap(),
            r#"{"name":"Ada","password":"***","nested":[{"client_secret":"***","code":"***","tokenId":"t"}],"x":"***","csrf":null}"#
        );
        let form = b"grant_type=authorization_code&code=abc&client_secret=s&client_id=c";
        assert_eq!(
            body("application/x-www-form-urlencoded", form).unwrap(),
            "grant_type=authorization_code&code=***&client_secret=***&client_id=c"
        );
    }

    #[test]
    fn what_cannot_be_read_is_named_and_what_is_long_is_cut() {
        assert_eq!(body("text/html", b"<p>pit-"), Some("[7 bytes of text/html]".to_owned()));
        assert_eq!(body("", &[0xff]), Some("[1 bytes of no known type]".to_owned()));
        assert_eq!(body("application/json", b""), None);
        let long = serde_json::json!({ "a": "ä".repeat(20_000) }).to_string();
        assert!(body("application/json", long.as_bytes()).unwrap().len() <= LONGEST + "…".len());
    }
}

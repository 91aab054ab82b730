//! A logged request as a command for a POSIX shell: paste it, with the token in `$TOKEN`.

use super::log::Whole;
use crate::http::request_log::redact::HIDDEN;

/// Headers that say what is asked for; the others are the client's own doing, or the connection's.
const KEPT: &[&str] = &["version", "content-type", "accept"];

pub(super) fn curl(base_url: &str, whole: &Whole) -> String {
    let entry = &whole.entry;
    let query = entry.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    let mut lines =
        vec![format!("curl -X {} {}", entry.method, quoted(&format!("{base_url}{}{query}", entry.path)))];
    if whole.request_headers.contains_key("authorization") {
        lines.push(r#"-H "Authorization: Bearer $TOKEN""#.to_owned());
    }
    for (name, value) in &whole.request_headers {
        let value = value
            .as_str()
            .filter(|value| KEPT.contains(&name.as_str()) && *value != HIDDEN && *value != "*/*");
        lines.extend(value.map(|value| format!("-H {}", quoted(&format!("{name}: {value}")))));
    }
    match (&whole.request_body, had_a_body(whole)) {
        (Some(body), _) => lines.push(format!("--data-raw {}", quoted(body))),
        (None, true) => lines.push("--data-binary @body.json".to_owned()),
        (None, false) => {}
    }
    lines.join(" \\\n  ")
}

fn had_a_body(whole: &Whole) -> bool {
    let length = whole.request_headers.get("content-length").and_then(|value| value.as_str());
    length != Some("0") && whole.request_headers.contains_key("content-type")
}

/// In single quotes, where a shell reads nothing but the quote itself.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_quotes() {
        assert_eq!(quoted("a'b; $(rm) \\"), r"'a'\''b; $(rm) \'");
    }
}

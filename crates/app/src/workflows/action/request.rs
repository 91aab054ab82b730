//! What the two webhook actions share: URLs and headers with merge fields in them.

use leadhold_kernel::merge_field::{self, Piece, Place, render, render_for};
use serde_json::Value;
use url::Url;

use crate::http::web_url;
use crate::workflows::definition::reader::Fields;

/// Headers that belong to the connection or to the signature.
const RESERVED: &[&str] = &[
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "keep-alive",
    "expect",
    "x-ghl-signature",
    "x-wh-signature",
];

/// Reads `url`; faults go where `from` says.
pub fn url(from: &Fields<'_>) -> Option<String> {
    from.template("url").filter(|url| {
        let usable = is_url(url);
        if !usable {
            from.fault(
                "url",
                "must be an http:// or https:// address, or begin with a merge field that holds one",
            );
        }
        usable
    })
}

/// Reads `headers`; faults go where `from` says.
pub fn headers(from: &Fields<'_>) -> Vec<(String, String)> {
    let headers = from.template_map("headers", 50);
    for (name, _) in &headers {
        let lower = name.to_ascii_lowercase();
        if http::HeaderName::try_from(name.as_str()).is_err() {
            from.fault(&format!("headers.{name}"), "is no header name; use letters, digits and dashes");
        } else if RESERVED.contains(&lower.as_str()) {
            from.fault(&format!("headers.{name}"), "this header is set by the sender itself; leave it out");
        }
    }
    headers
}

/// Headers with their merge fields filled in. A line break in a value would start another header.
pub fn rendered_headers(headers: &[(String, String)], fields: &Value) -> Vec<(String, String)> {
    let rendered = |(name, value): &(String, String)| (name.clone(), one_line(&render(value, fields)));
    headers.iter().map(rendered).collect()
}

/// A text without what would end a header.
pub fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
}

/// The URL with its merge fields filled in, or why there is none.
pub fn rendered_url(template: &str, fields: &Value) -> Result<Url, String> {
    let text = rendered(template, fields);
    web_url(&text).ok_or_else(|| {
        let shown: String = text.chars().take(100).collect();
        let what = if shown.is_empty() { "The URL came out empty".to_owned() } else { format!("`{shown}`") };
        format!("{what}: that is no http:// or https:// address, so nothing was sent.")
    })
}

/// Whether a template can become a URL: rendered with a harmless word in place of each field, it is one.
fn is_url(template: &str) -> bool {
    let sample: String = merge_field::pieces(template.trim())
        .into_iter()
        .enumerate()
        .map(|(i, piece)| match piece {
            Piece::Text(text) => text,
            Piece::Field(_) | Piece::FieldOr(..) if i == 0 => "https://example.com",
            Piece::Field(_) | Piece::FieldOr(..) => "x",
        })
        .collect();
    web_url(&sample).is_some()
}

/// Values are percent-encoded, except one at the very beginning, which may be a whole URL.
fn rendered(template: &str, fields: &Value) -> String {
    let template = template.trim();
    match merge_field::pieces(template).first() {
        Some(Piece::Field(_) | Piece::FieldOr(..)) => {
            let end = template.find("}}").map_or(template.len(), |i| i + 2);
            let (whole, rest) = template.split_at(end);
            format!("{}{}", render(whole, fields).trim(), render_for(Place::UrlComponent, rest, fields))
        }
        _ => render_for(Place::UrlComponent, template, fields),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_cannot_break_out_of_their_place_in_the_url() {
        let fields = json!({"r": {"path": "../a?b=c&d#e", "url": "https://example.com/a?b=c"}});
        for (template, shown) in [
            ("https://example.com/{{r.path}}/x", "https://example.com/..%2Fa%3Fb%3Dc%26d%23e/x"),
            ("{{ r.url }}&p={{r.path}}", "https://example.com/a?b=c&p=..%2Fa%3Fb%3Dc%26d%23e"),
        ] {
            assert_eq!(rendered(template, &fields), shown);
        }
    }
}

//! `webhook`: sends the contact, the trigger's data and custom data to a URL.
//!
//! ```json
//! {"method": "POST", "url": "https://example.com/hook", "headers": {"X-Source": "crm"},
//!  "customData": {"score": "{{inboundWebhookRequest.score}}"}}
//! ```
//!
//! POST sends the body of [`body`] as JSON; GET sends the custom data as query parameters and no body. The run does not
//! wait for the answer: the request leaves as a delivery with its own retries. Merge fields in the URL are
//! percent-encoded, except one at its very beginning, which may be a whole URL.

mod body;

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::merge_field::{self, Piece, Place, render, render_for};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::{Action, At, Done, Effect, Kind, Turn, Visit};
use crate::workflows::definition::reader::Fields;
use crate::workflows::records;

/// The kind.
pub const KIND: Kind = Kind {
    name: "webhook",
    parse,
    attributes: r#"{"required": ["method", "url"], "properties": {
        "method": {"enum": ["GET", "POST"]}, "url": {"type": "string"},
        "headers": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
        "customData": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}}}"#,
};

/// The method of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Custom data in the query.
    Get,
    /// A JSON body.
    Post,
}

/// A request that is ready to leave.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outgoing {
    /// GET or POST.
    pub method: Method,
    /// Where to; http or https.
    pub url: String,
    /// Headers beside those that every delivery has.
    pub headers: Vec<(String, String)>,
    /// The JSON body; `None` with GET.
    pub body: Option<Value>,
}

/// The largest body or query that a webhook sends, in bytes.
const MAX_BODY: usize = merge_field::MAX_OUTPUT;

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

#[derive(Debug)]
struct Webhook {
    method: Method,
    url: String,
    headers: Vec<(String, String)>,
    custom_data: Vec<(String, String)>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let method = from.choice("method", &[("GET", Method::Get), ("POST", Method::Post)]);
    let url = from.template("url").filter(|url| {
        let usable = is_url(url);
        if !usable {
            from.fault(
                "url",
                "must be an http:// or https:// address, or begin with a merge field that holds one",
            );
        }
        usable
    });
    let headers = from.template_map("headers", 50);
    for (name, _) in &headers {
        let lower = name.to_ascii_lowercase();
        if http::HeaderName::try_from(name.as_str()).is_err() {
            from.fault(&format!("headers.{name}"), "is no header name; use letters, digits and dashes");
        } else if RESERVED.contains(&lower.as_str()) {
            from.fault(&format!("headers.{name}"), "this header is set by the sender itself; leave it out");
        }
    }
    let custom_data = from.template_map("customData", 200);
    Some(Arc::new(Webhook { method: method?, url: url?, headers, custom_data }))
}

/// Whether a template can become a URL: rendered with a harmless word in place of each field, it is one.
fn is_url(template: &str) -> bool {
    let sample: String = merge_field::pieces(template.trim())
        .into_iter()
        .enumerate()
        .map(|(i, piece)| match piece {
            Piece::Text(text) => text,
            Piece::Field(_) if i == 0 => "https://example.com",
            Piece::Field(_) => "x",
        })
        .collect();
    http_url(&sample).is_some()
}

fn http_url(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

impl Action for Webhook {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let text = rendered_url(&self.url, visit.fields);
        let Some(mut url) = http_url(&text) else {
            let shown: String = text.chars().take(100).collect();
            let what =
                if shown.is_empty() { "The URL came out empty".to_owned() } else { format!("`{shown}`") };
            return Turn::Skip(format!(
                "{what}: that is no http:// or https:// address, so nothing was sent."
            ));
        };
        let Some(custom_data) = self.custom_data(visit.fields) else {
            return Turn::Skip(format!(
                "The custom data is larger than {MAX_BODY} bytes, so nothing was sent."
            ));
        };
        let headers = self.headers.iter().map(|(name, value)| {
            // A line break in a value would start another header.
            let value: String = render(value, visit.fields).chars().filter(|c| !c.is_control()).collect();
            (name.clone(), value.trim().to_owned())
        });
        let headers = headers.collect();
        let body = match self.method {
            Method::Post => Some(body::of(visit.facts, custom_data)),
            Method::Get => {
                if !custom_data.is_empty() {
                    let pairs = custom_data.iter().map(|(k, v)| (k, v.as_str().unwrap_or_default()));
                    url.query_pairs_mut().extend_pairs(pairs);
                }
                None
            }
        };
        Turn::perform(Outgoing { method: self.method, url: url.to_string(), headers, body })
    }
}

impl Effect for Outgoing {
    /// Bodies are with the delivery, and values of headers are secrets.
    fn shown(&self) -> Value {
        let headers: Vec<&String> = self.headers.iter().map(|(name, _)| name).collect();
        json!({"effect": "webhook", "method": self.method, "url": self.url, "headers": headers})
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        records::send_webhook(tx, at, self)
    }
}

impl Webhook {
    /// The custom data with its merge fields filled in; `None` when it outgrows the body.
    fn custom_data(&self, fields: &Value) -> Option<Map<String, Value>> {
        let mut data = Map::new();
        let mut size = 0;
        for (key, template) in &self.custom_data {
            let value = render(template, fields);
            size += key.len() + value.len();
            if size > MAX_BODY {
                return None;
            }
            data.insert(key.clone(), Value::String(value));
        }
        Some(data)
    }
}

fn rendered_url(template: &str, fields: &Value) -> String {
    let template = template.trim();
    match merge_field::pieces(template).first() {
        Some(Piece::Field(path)) => {
            let end = template.find("}}").map_or(template.len(), |i| i + 2);
            let whole = merge_field::find(fields, path).and_then(merge_field::text_of).unwrap_or_default();
            format!("{}{}", whole.trim(), render_for(Place::UrlComponent, &template[end..], fields))
        }
        _ => render_for(Place::UrlComponent, template, fields),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::workflows::engine::RunState;
    use crate::workflows::facts::examples;

    fn sent(attributes: &Value) -> Turn {
        let faults = crate::workflows::definition::reader::Faults::default();
        let action = Fields::of(attributes, "attributes".to_owned(), &faults, parse);
        assert!(faults.is_empty(), "{faults:?}");
        let (facts, run) = (examples::facts(), RunState::new(None));
        let visit = Visit { facts: &facts, fields: &facts.fields(), run: &run, step: "tell" };
        action.expect("no faults").arrive(&visit)
    }

    fn request(attributes: &Value) -> String {
        let Turn::Perform(effect) = sent(attributes) else { panic!("nothing was sent") };
        format!("{effect:?}")
    }

    #[test]
    fn get_puts_custom_data_into_the_query() {
        let request = request(&json!({
            "method": "GET", "url": "https://example.com/{{contact.first_name}}?a=1",
            "headers": {"X-Who": "{{contact.name}}"}, "customData": {"e": "{{contact.email}}"}
        }));
        insta::assert_snapshot!(request, @r#"Outgoing { method: Get, url: "https://example.com/Ada?a=1&e=ada%40example.com", headers: [("X-Who", "Ada Lovelace")], body: None }"#);
    }

    #[test]
    fn values_cannot_break_out_of_their_place_in_the_url() {
        let fields = json!({"r": {"path": "../a?b=c&d#e", "url": "https://example.com/a?b=c"}});
        for (template, shown) in [
            ("https://example.com/{{r.path}}/x", "https://example.com/..%2Fa%3Fb%3Dc%26d%23e/x"),
            ("{{ r.url }}&p={{r.path}}", "https://example.com/a?b=c&p=..%2Fa%3Fb%3Dc%26d%23e"),
        ] {
            assert_eq!(rendered_url(template, &fields), shown);
        }
    }

    #[test]
    fn header_values_stay_on_one_line() {
        let request = request(
            &json!({"method": "GET", "url": "http://example.com", "headers": {"X-A": "a\r\nX-B: b"}}),
        );
        insta::assert_snapshot!(request, @r#"Outgoing { method: Get, url: "http://example.com/", headers: [("X-A", "aX-B: b")], body: None }"#);
    }

    #[test]
    fn a_url_that_comes_out_wrong_is_skipped() {
        let Turn::Skip(reason) = sent(&json!({"method": "POST", "url": "{{contact.website}}"})) else {
            panic!()
        };
        insta::assert_snapshot!(reason, @"The URL came out empty: that is no http:// or https:// address, so nothing was sent.");
    }
}

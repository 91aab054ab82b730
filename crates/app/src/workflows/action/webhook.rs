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
use leadhold_kernel::merge_field::{self, render};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Action, At, Done, Effect, Kind, Turn, Visit, request};
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

#[derive(Debug)]
struct Webhook {
    method: Method,
    url: String,
    headers: Vec<(String, String)>,
    custom_data: Vec<(String, String)>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let method = from.choice("method", &[("GET", Method::Get), ("POST", Method::Post)]);
    let (url, headers) = (request::url(from), request::headers(from));
    let custom_data = from.template_map("customData", 200);
    Some(Arc::new(Webhook { method: method?, url: url?, headers, custom_data }))
}

impl Action for Webhook {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let mut url = match request::rendered_url(&self.url, visit.fields) {
            Ok(url) => url,
            Err(reason) => return Turn::Skip(reason),
        };
        let Some(custom_data) = self.custom_data(visit.fields) else {
            return Turn::Skip(format!(
                "The custom data is larger than {MAX_BODY} bytes, so nothing was sent."
            ));
        };
        let headers = request::rendered_headers(&self.headers, visit.fields);
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

    fn reads(&self) -> &'static [&'static str] {
        match self.method {
            Method::Post => body::OBJECTS,
            Method::Get => &[],
        }
    }
}

impl Effect for Outgoing {
    /// Bodies are with the delivery, and values of headers are secrets.
    fn shown(&self) -> Value {
        let headers: Vec<&String> = self.headers.iter().map(|(name, _)| name).collect();
        json!({"effect": "webhook", "method": self.method, "url": self.url, "headers": headers})
    }

    fn whole(&self) -> Value {
        let mut whole = self.shown();
        whole["body"] = self.body.clone().unwrap_or_default();
        whole
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

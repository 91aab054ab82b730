//! `custom_webhook`: a request of one's own making, whose answer later steps can read.
//!
//! ```json
//! {"method": "PUT", "url": "https://api.example.com/people/{{contact.id}}",
//!  "auth": {"type": "bearer", "token": "{{custom_values.api_token}}"},
//!  "headers": {"X-Source": "crm"}, "query": {"dry": "false"},
//!  "contentType": "application/json", "body": "{\"name\": \"{{contact.name}}\"}"}
//! ```
//!
//! `body` is a text, in which values are escaped for JSON, or an object of texts. `auth` is one of `none`, `basic`
//! (`username`, `password`), `bearer` (`token`), `api_key` (`name`, `value`, `in`: `header` or `query`) and `oauth2`
//! (`tokenUrl`, `clientId`, `clientSecret`, `scope`: client credentials, RFC 6749 section 4.4). The run waits for the
//! answer: `{{steps.<id>.status}}` and `{{steps.<id>.body.…}}`. An answer outside 2xx, or none, fails the step; `onError`
//! says how often it is tried again. Each try carries the same `Idempotency-Key`.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use leadhold_kernel::Error;
use leadhold_kernel::merge_field::{self, Place, render, render_for};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::{Action, At, Done, Effect, Kind, Then, Turn, Visit, request};
use crate::workflows::call::{self, ClientCredentials, Request};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "custom_webhook",
    parse,
    attributes: r#"{"required": ["method", "url"], "properties": {
        "method": {"enum": ["GET", "POST", "PUT", "PATCH", "DELETE"]}, "url": {"type": "string"},
        "auth": {"type": "object", "required": ["type"], "properties": {
            "type": {"enum": ["none", "basic", "bearer", "api_key", "oauth2"]},
            "username": {"type": "string"}, "password": {"type": "string"}, "token": {"type": "string"},
            "name": {"type": "string"}, "value": {"type": "string"}, "in": {"enum": ["header", "query"]},
            "tokenUrl": {"type": "string"}, "clientId": {"type": "string"}, "clientSecret": {"type": "string"},
            "scope": {"type": "string"}}},
        "headers": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
        "query": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
        "contentType": {"enum": ["application/json", "application/x-www-form-urlencoded"]},
        "body": {"type": ["string", "object"]}}}"#,
};

const METHODS: &[(&str, &str)] =
    &[("GET", "GET"), ("POST", "POST"), ("PUT", "PUT"), ("PATCH", "PATCH"), ("DELETE", "DELETE")];

#[derive(Debug)]
struct CustomWebhook {
    method: &'static str,
    url: String,
    auth: Auth,
    headers: Vec<(String, String)>,
    query: Vec<(String, String)>,
    body: Option<Body>,
    content_type: ContentType,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ContentType {
    Json,
    Form,
}

#[derive(Debug)]
enum Body {
    Raw(String),
    Pairs(Vec<(String, String)>),
}

#[derive(Debug)]
enum Auth {
    None,
    Basic { username: String, password: String },
    Bearer { token: String },
    ApiKey { name: String, value: String, in_query: bool },
    OAuth2 { token_url: String, client_id: String, client_secret: String, scope: Option<String> },
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let method = from.choice("method", METHODS);
    let (url, headers) = (request::url(from), request::headers(from));
    let auth = if from.has("auth") { from.object("auth", auth) } else { Some(Auth::None) };
    let query = from.template_map("query", 100);
    let types =
        &[("application/json", ContentType::Json), ("application/x-www-form-urlencoded", ContentType::Form)];
    let content_type =
        if from.has("contentType") { from.choice("contentType", types) } else { Some(ContentType::Json) };
    let body = match from.given("body") {
        None => None,
        Some(Value::Object(_)) => Some(Body::Pairs(from.template_map("body", 200))),
        Some(_) => Some(Body::Raw(from.template("body")?)),
    };
    if method == Some("GET") && body.is_some() {
        from.fault("body", "a GET request has no body; use `query`");
    }
    let (method, url, auth, content_type) = (method?, url?, auth?, content_type?);
    Some(Arc::new(CustomWebhook { method, url, auth, headers, query, body, content_type }))
}

#[derive(Clone, Copy)]
enum Scheme {
    None,
    Basic,
    Bearer,
    ApiKey,
    OAuth2,
}

fn auth(from: &Fields<'_>) -> Option<Auth> {
    let schemes = &[
        ("none", Scheme::None),
        ("basic", Scheme::Basic),
        ("bearer", Scheme::Bearer),
        ("api_key", Scheme::ApiKey),
        ("oauth2", Scheme::OAuth2),
    ];
    match from.choice("type", schemes)? {
        Scheme::None => Some(Auth::None),
        Scheme::Basic => {
            let (username, password) = (from.template("username"), from.template("password"));
            Some(Auth::Basic { username: username?, password: password? })
        }
        Scheme::Bearer => Some(Auth::Bearer { token: from.template("token")? }),
        Scheme::ApiKey => {
            let (name, value) = (from.text("name"), from.template("value"));
            let places = &[("header", false), ("query", true)];
            let in_query = if from.has("in") { from.choice("in", places) } else { Some(false) };
            let is_header = |name: &String| http::HeaderName::try_from(name.as_str()).is_ok();
            if in_query == Some(false) && name.as_ref().is_some_and(|name| !is_header(name)) {
                from.fault("name", "is no header name; use letters, digits and dashes");
            }
            Some(Auth::ApiKey { name: name?, value: value?, in_query: in_query? })
        }
        Scheme::OAuth2 => {
            let (token_url, client_id) = (from.template("tokenUrl"), from.template("clientId"));
            let client_secret = from.template("clientSecret");
            let scope = if from.has("scope") { from.template("scope") } else { None };
            Some(Auth::OAuth2 {
                token_url: token_url?,
                client_id: client_id?,
                client_secret: client_secret?,
                scope,
            })
        }
    }
}

impl Action for CustomWebhook {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        match self.request(visit.fields) {
            Ok(request) => Turn::perform(Call { request, headers: self.header_names() }),
            Err(reason) => Turn::Skip(reason),
        }
    }
}

impl CustomWebhook {
    /// The request with its merge fields filled in, or why there is none.
    fn request(&self, fields: &Value) -> Result<Request, String> {
        let mut url = request::rendered_url(&self.url, fields)?;
        let mut headers = request::rendered_headers(&self.headers, fields);
        let mut query: Vec<(String, String)> =
            self.query.iter().map(|(name, value)| (name.clone(), render(value, fields))).collect();
        let shown_url = url.to_string();
        let token = self.authorise(fields, &mut headers, &mut query)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(&query);
        }
        let body = self.body.as_ref().map(|body| self.rendered_body(body, fields)).transpose()?;
        if body.is_some() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            let kind = match self.content_type {
                ContentType::Json => "application/json",
                ContentType::Form => "application/x-www-form-urlencoded",
            };
            headers.push(("Content-Type".to_owned(), kind.to_owned()));
        }
        let method = self.method.to_owned();
        Ok(Request { method, url: url.to_string(), shown_url, headers, body, token })
    }

    fn authorise(
        &self,
        fields: &Value,
        headers: &mut Vec<(String, String)>,
        query: &mut Vec<(String, String)>,
    ) -> Result<Option<ClientCredentials>, String> {
        let mut header =
            |value: String| headers.push(("Authorization".to_owned(), request::one_line(&value)));
        match &self.auth {
            Auth::None => {}
            Auth::Basic { username, password } => {
                let pair = format!("{}:{}", render(username, fields), render(password, fields));
                header(format!("Basic {}", STANDARD.encode(pair)));
            }
            Auth::Bearer { token } => header(format!("Bearer {}", render(token, fields))),
            Auth::ApiKey { name, value, in_query: true } => query.push((name.clone(), render(value, fields))),
            Auth::ApiKey { name, value, in_query: false } => {
                headers.push((name.clone(), request::one_line(&render(value, fields))));
            }
            Auth::OAuth2 { token_url, client_id, client_secret, scope } => {
                return Ok(Some(ClientCredentials {
                    url: request::rendered_url(token_url, fields)?.to_string(),
                    client_id: render(client_id, fields),
                    client_secret: render(client_secret, fields),
                    scope: scope.as_ref().map(|scope| render(scope, fields)),
                }));
            }
        }
        Ok(None)
    }

    fn rendered_body(&self, body: &Body, fields: &Value) -> Result<String, String> {
        match (body, self.content_type) {
            (Body::Raw(template), ContentType::Json) => {
                let text = render_for(Place::JsonString, template, fields);
                match serde_json::from_str::<Value>(&text) {
                    Ok(_) => Ok(text),
                    Err(why) => Err(format!("The body is no JSON ({why}), so nothing was sent.")),
                }
            }
            (Body::Raw(template), ContentType::Form) => Ok(render_for(Place::UrlComponent, template, fields)),
            (Body::Pairs(pairs), ContentType::Json) => {
                let value = |template: &String| {
                    let whole = merge_field::sole_field(template);
                    let found = whole.and_then(|path| merge_field::find(fields, &path)).cloned();
                    found.unwrap_or_else(|| Value::String(render(template, fields)))
                };
                let object: Map<String, Value> =
                    pairs.iter().map(|(name, template)| (name.clone(), value(template))).collect();
                Ok(Value::Object(object).to_string())
            }
            (Body::Pairs(pairs), ContentType::Form) => {
                let rendered = pairs.iter().map(|(name, template)| (name, render(template, fields)));
                Ok(form_urlencoded::Serializer::new(String::new()).extend_pairs(rendered).finish())
            }
        }
    }

    fn header_names(&self) -> Vec<String> {
        self.headers.iter().map(|(name, _)| name.clone()).collect()
    }
}

#[derive(Debug)]
struct Call {
    request: Request,
    headers: Vec<String>,
}

impl Effect for Call {
    /// Bodies and values of headers may hold secrets, and so may the query.
    fn shown(&self) -> Value {
        json!({"effect": "customWebhook", "method": self.request.method, "url": self.request.shown_url,
            "headers": self.headers})
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        call::make(tx, at, &self.request)?;
        Ok(Done { then: Then::Answer { until: None }, ..Done::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflows::definition::reader::Faults;
    use crate::workflows::engine::RunState;
    use crate::workflows::facts::examples;

    fn made(attributes: &Value) -> String {
        let faults = Faults::default();
        let action = Fields::of(attributes, "attributes".to_owned(), &faults, parse);
        assert!(faults.is_empty(), "{faults:?}");
        let (facts, run) = (examples::facts(), RunState::new(None));
        let visit = Visit { facts: &facts, fields: &facts.fields(), run: &run, step: "call" };
        match action.expect("no faults").arrive(&visit) {
            Turn::Perform(effect) => format!("{effect:#?}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn values_are_escaped_for_where_they_land() {
        let request = made(&json!({"method": "POST", "url": "https://example.com/{{location.name}}",
            "auth": {"type": "basic", "username": "u", "password": "p:{{contact.id}}"},
            "query": {"q": "a b&{{contact.email}}"}, "body": "{\"name\": \"{{contact.name}}\\n\"}"}));
        insta::assert_snapshot!(request, @r#"
        Call {
            request: Request {
                method: "POST",
                url: "https://example.com/Downtown",
                ..
            },
            headers: [],
        }
        "#);
    }

    #[test]
    fn a_field_alone_keeps_its_type_in_pairs() {
        let request = made(&json!({"method": "PUT", "url": "https://example.com/",
            "auth": {"type": "api_key", "name": "key", "value": "s3cret", "in": "query"},
            "body": {"interests": "{{inboundWebhookRequest.interests}}", "text": "{{inboundWebhookRequest.score}}!"}}));
        insta::assert_snapshot!(request, @r#"
        Call {
            request: Request {
                method: "PUT",
                url: "https://example.com/",
                ..
            },
            headers: [],
        }
        "#);
    }

    #[test]
    fn a_body_that_is_no_json_is_not_sent() {
        let skipped = made(
            &json!({"method": "POST", "url": "https://example.com/", "body": "{\"a\": {{contact.name}}}"}),
        );
        insta::assert_snapshot!(skipped, @r#"Skip("The body is no JSON (expected value at line 1 column 7), so nothing was sent.")"#);
    }
}

//! Who asks the token endpoint: parameters from a form or from JSON, in either version's spelling, and the client's proof.
//!
//! A client proves itself with its secret in the body or in an `Authorization: Basic` header (RFC 6749, section 2.3.1). A
//! public client has none; it proves itself with each code's verifier.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leadhold_kernel::{Cx, Error};
use leadhold_store::Tx;
use serde_json::Value;

use super::apps::{self, App};
use super::refusal::{Code, Refusal, Verdict, spelled};
use crate::http::{ApiVersion, Query, Request};

/// The most parameters that a request may have; those that mean something are ten.
const MOST: usize = 50;

/// The parameters of a request to the token or revocation endpoint. Blank ones count as left out (RFC 6749, section 3.2).
pub(super) struct Parameters {
    given: Vec<(String, String)>,
    version: ApiVersion,
    /// Whether the client used the `Authorization` header.
    pub(super) by_header: bool,
}

/// What a client says of itself.
#[derive(Clone, Debug)]
pub(super) struct Credentials {
    pub(super) client_id: String,
    pub(super) secret: Option<String>,
}

impl Parameters {
    /// Reads them.
    pub(super) fn read(request: &Request) -> Result<Result<Self, Refusal>, Error> {
        let given = if request.is_form() {
            Query::parse(&request.body)
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        } else {
            let body = request.json()?;
            let text = |value: &Value| value.as_str().map(str::to_owned);
            match body.iter().map(|(name, value)| Some((name.clone(), text(value)?))).collect() {
                Some(given) => given,
                None => return Ok(Err(Refusal::request("Invalid parameter: each has to be a string"))),
            }
        };
        let header = request.headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let basic = header.and_then(|header| header.strip_prefix("Basic "));
        let mut all = Self { given, version: request.version, by_header: basic.is_some() };
        if let Some(basic) = basic
            && let Err(refusal) = all.add_basic(basic)
        {
            return Ok(Err(refusal));
        }
        if all.given.len() > MOST || all.given.iter().any(|(_, value)| value.contains('\0')) {
            return Ok(Err(Refusal::request("Invalid parameter: there are too many, or one holds U+0000")));
        }
        if let Some((name, _)) = all.given.iter().find(|(name, _)| all.repeated(name)) {
            return Ok(Err(Refusal::request(format!("Invalid parameter: {name} is there more than once"))));
        }
        all.given.retain(|(_, value)| !value.is_empty());
        Ok(Ok(all))
    }

    fn repeated(&self, name: &str) -> bool {
        self.given.iter().filter(|(other, _)| other == name).count() > 1
    }

    /// The pair from the header; both halves are form-encoded before they are joined.
    fn add_basic(&mut self, basic: &str) -> Result<(), Refusal> {
        let decoded = STANDARD.decode(basic.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
        let Some((id, secret)) = pair else { return Err(Refusal::client()) };
        let plain = |text: &str| {
            let first = form_urlencoded::parse(text.as_bytes()).next();
            first.map_or_else(String::new, |(text, _)| text.into_owned())
        };
        let (id, secret) = (plain(id), plain(secret));
        let differs = self.get("client_id").is_some_and(|other| other != id);
        if differs || self.get("client_secret").is_some() {
            return Err(Refusal::request("The client is named in the header and in the body"));
        }
        if self.get("client_id").is_none() {
            self.given.push(("client_id".into(), id));
        }
        self.given.push(("client_secret".into(), secret));
        Ok(())
    }

    /// A parameter in either spelling.
    pub(super) fn get(&self, name: &'static str) -> Option<&str> {
        let camel = spelled(name, ApiVersion::V3);
        let found = self.given.iter().find(|(given, _)| given == name || given == camel);
        found.map(|(_, value)| value.as_str())
    }

    /// A parameter that has to be there.
    pub(super) fn need(&self, name: &'static str) -> Result<String, Refusal> {
        let missing = || Refusal::request(format!("Missing parameter: {}", spelled(name, self.version)));
        self.get(name).map(str::to_owned).ok_or_else(missing)
    }

    /// The refusal of a parameter's value.
    pub(super) fn invalid(&self, name: &'static str, code: Code) -> Refusal {
        Refusal::new(code, format!("Invalid parameter: {}", spelled(name, self.version)))
    }

    /// What the client says of itself.
    pub(super) fn credentials(&self) -> Result<Credentials, Refusal> {
        let secret = self.get("client_secret").map(str::to_owned);
        Ok(Credentials { client_id: self.need("client_id")?, secret })
    }
}

impl Credentials {
    /// The app, when the client has proven to be it.
    pub(super) fn prove(&self, tx: &mut Tx<'_>, cx: &Cx) -> Verdict<App> {
        let Some(app) = apps::find_by_client_id(tx, &self.client_id)? else {
            return Ok(Err(Refusal::client()));
        };
        let proven = match &self.secret {
            Some(secret) => apps::secret_matches(tx, &app, secret)?,
            None => app.public_client,
        };
        if let (true, Some(secret)) = (proven, &self.secret) {
            apps::note_secret_use(tx, cx, &app.id, secret)?;
        }
        Ok(if proven { Ok(app) } else { Err(Refusal::client()) })
    }
}

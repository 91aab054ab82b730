//! A running server, here or elsewhere, that a command talks to as any client does.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use leadhold_outbound::{Client, Limits, Opened, Outgoing, Policy, Received, SendError, SystemResolver};
use serde_json::{Value, json};

use crate::fault::Fault;

/// Bytes that are read of an answer: a page of a list is long.
const ANSWER: usize = 32 * 1024 * 1024;
/// How long a request may take: a file goes over the wire in it.
const WAIT: Duration = Duration::from_secs(120);

/// A server that the person at the terminal named.
pub struct Server {
    base: String,
    client: Client,
    /// What every request has.
    headers: HeaderMap,
}

/// Why there is no success.
pub enum Silence {
    /// It could not be reached, or told to come back later: trying again may help.
    Away(Fault),
    /// It said no.
    Refused(Fault),
}

impl From<Silence> for Fault {
    fn from(silence: Silence) -> Self {
        let (Silence::Away(fault) | Silence::Refused(fault)) = silence;
        fault
    }
}

/// A person who is signed in there.
pub struct Session {
    cookie: String,
    csrf: String,
    pub company_id: String,
}

impl Session {
    /// The headers that show it.
    pub fn proof(&self) -> [(&str, &str); 2] {
        [("cookie", &self.cookie), ("x-csrf-token", &self.csrf)]
    }
}

impl Server {
    pub fn at(url: &str) -> Self {
        let limits = Limits { total: WAIT, head_of_body: ANSWER, ..Limits::default() };
        let client = Client::new(Policy::allow_loopback(), Arc::new(SystemResolver), limits);
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        Self { base: url.trim_end_matches('/').to_owned(), client, headers }
    }

    /// Sends this token with every request.
    pub fn with_token(mut self, token: &str) -> Result<Self, Fault> {
        let value = HeaderValue::from_str(&format!("Bearer {}", token.trim()));
        let value = value.map_err(|_| Fault::usage("the token has characters that no token has"))?;
        self.headers.insert(AUTHORIZATION, value);
        Ok(self)
    }

    /// Signs a person in.
    pub async fn sign_in(&self, email: &str, password: &str, totp: Option<&str>) -> Result<Session, Fault> {
        let credentials = json!({ "email": email, "password": password, "code": totp });
        let signed_in = self.post("/leadhold/v1/sessions", &credentials, &[]).await?;
        let cookie = signed_in.headers.get("set-cookie").and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|line| line.split(';').next()).unwrap_or_default().to_owned();
        let answer = body(&signed_in);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Session { cookie, csrf: text(&answer["csrf"]), company_id: text(&answer["user"]["companyId"]) })
    }

    /// Ends a session. One that cannot be ended ends by itself.
    pub async fn sign_out(&self, session: &Session) {
        let (path, proof) = ("/leadhold/v1/sessions/current", session.proof());
        let _ended = self.send(Method::DELETE, path, String::new(), &proof).await.is_ok();
    }

    /// Asks for something.
    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Received, Fault> {
        self.send(Method::GET, path, String::new(), headers).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Result<Received, Fault> {
        self.send(Method::POST, path, body.to_string(), headers).await
    }

    /// Sends a request whose body is JSON, and fails with the server's words unless the answer is a 2xx.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        text: String,
        headers: &[(&str, &str)],
    ) -> Result<Received, Fault> {
        Ok(self.exchange(method, path, text.into(), headers).await?)
    }

    /// As [`Server::send`], whatever the body is; tells a server that is away from one that says no.
    pub async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
        headers: &[(&str, &str)],
    ) -> Result<Received, Silence> {
        let received = self.client.send(self.outgoing(method, path, body, headers)).await;
        let received = received.map_err(|why| self.unreachable(&why))?;
        if received.status.is_success() {
            return Ok(received);
        }
        Err(self.refusal(received.status, &self::body(&received)))
    }

    /// Asks for something that is read piece by piece.
    pub async fn open(&self, path: &str) -> Result<Opened, Silence> {
        let opened = self.client.open(self.outgoing(Method::GET, path, Bytes::new(), &[])).await;
        let mut opened = opened.map_err(|why| self.unreachable(&why))?;
        if opened.status.is_success() {
            return Ok(opened);
        }
        let mut text = Vec::new();
        while let Ok(Some(piece)) = opened.next().await {
            text.extend_from_slice(&piece);
            if text.len() > ANSWER {
                break;
            }
        }
        Err(self.refusal(opened.status, &serde_json::from_slice(&text).unwrap_or_default()))
    }

    fn outgoing(&self, method: Method, path: &str, body: Bytes, headers: &[(&str, &str)]) -> Outgoing {
        let mut all = self.headers.clone();
        for (name, value) in headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                all.insert(name, value);
            }
        }
        Outgoing { method, url: format!("{}{path}", self.base), headers: all, body }
    }

    fn unreachable(&self, why: &SendError) -> Silence {
        let advice = "start it with `leadhold serve`, or name another with --url";
        Silence::Away(Fault::failed(format!("cannot reach {}: {why}; {advice}", self.base)))
    }

    /// In the server's words.
    fn refusal(&self, status: StatusCode, answer: &Value) -> Silence {
        let message = match &answer["message"] {
            Value::String(message) => message.clone(),
            Value::Array(faults) => faults.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            _ => format!("it answered {status}"),
        };
        let fault = Fault::failed(format!("{} refused: {message}", self.base));
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Silence::Away(fault),
            _ => Silence::Refused(fault),
        }
    }
}

/// What was answered, as JSON; null when it is none.
pub fn body(received: &Received) -> Value {
    serde_json::from_slice(&received.head_of_body).unwrap_or_default()
}

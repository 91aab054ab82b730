//! A running server, here or elsewhere, that a command talks to as any client does.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use leadhold_outbound::{Client, Limits, Outgoing, Policy, Received, SystemResolver};
use serde_json::{Value, json};

use crate::fault::Fault;

/// Bytes that are read of an answer: a page of a list is long.
const ANSWER: usize = 32 * 1024 * 1024;

/// A server that the person at the terminal named.
pub struct Server {
    base: String,
    client: Client,
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
        let limits = Limits { head_of_body: ANSWER, ..Limits::default() };
        let client = Client::new(Policy::allow_loopback(), Arc::new(SystemResolver), limits);
        Self { base: url.trim_end_matches('/').to_owned(), client }
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
        let mut all = HeaderMap::new();
        all.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                all.insert(name, value);
            }
        }
        let url = format!("{}{path}", self.base);
        let outgoing = Outgoing { method, url, headers: all, body: text.into() };
        let received = self.client.send(outgoing).await;
        let received = received.map_err(|why| Fault::failed(format!("cannot reach {}: {why}", self.base)))?;
        if received.status.is_success() {
            return Ok(received);
        }
        let answer = body(&received);
        let message = match &answer["message"] {
            Value::String(message) => message.clone(),
            Value::Array(faults) => faults.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            _ => format!("it answered {}", received.status),
        };
        Err(Fault::failed(format!("{} refused: {message}", self.base)))
    }
}

/// What was answered, as JSON; null when it is none.
pub fn body(received: &Received) -> Value {
    serde_json::from_slice(&received.head_of_body).unwrap_or_default()
}

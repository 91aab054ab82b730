//! Requests whose answer a run waits for.
//!
//! A step's effect makes the job in the transaction that lets the run wait; the job sends the request outside any
//! transaction, and its end and the answer to the run are one transaction again. A crash in between sends the request
//! once more, under the same `Idempotency-Key`; the run gets one answer.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_outbound::Outgoing;
use leadhold_queue::{Claim, Job, JobError, JobFuture, NewJob, Outcome, enqueue};
use leadhold_store::Tx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::action::At;
use super::runner::Errand;
use crate::tenant::LocationScope;
use crate::world::World;

const KIND: &str = "workflows.call";
/// Apart from the runs themselves: somebody's slow server must not keep them waiting.
const QUEUE: &str = "calls";
/// The largest answer that a run keeps, in bytes.
const LARGEST_ANSWER: usize = 256 * 1024;
/// The pause after a failure of the store, in milliseconds.
const STORE_PAUSE: i64 = 5_000;

/// A request that is ready to leave.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Its method.
    pub method: String,
    /// Where to.
    pub url: String,
    /// The same without what may be secret.
    pub shown_url: String,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Option<String>,
    /// Where to get a token first.
    pub token: Option<ClientCredentials>,
}

/// Client credentials (RFC 6749, section 4.4).
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientCredentials {
    /// The token endpoint.
    pub url: String,
    /// The client's id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// What is asked for.
    pub scope: Option<String>,
}

impl ClientCredentials {
    fn form(&self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.client_id)
            .append_pair("client_secret", &self.client_secret);
        if let Some(scope) = &self.scope {
            form.append_pair("scope", scope);
        }
        form.finish()
    }
}

/// Without secrets.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.shown_url)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Errands {
    company_id: Id<id::Company>,
    location_id: Id<id::Location>,
    run_id: Id<id::Run>,
    visit: u32,
    /// The first visit of the step of those that tried in a row: one key for all of them.
    key: String,
    request: Request,
}

/// Makes the job that sends `request` and brings the run the answer.
///
/// # Errors
/// When the store fails.
pub fn make(tx: &mut Tx<'_>, at: &At<'_>, request: &Request) -> Result<(), Error> {
    let (run, first) = (&at.run.id, at.run.state.visits.saturating_sub(at.run.state.tries));
    let errand = Errands {
        company_id: at.here.company_id().clone(),
        location_id: at.here.location_id().clone(),
        run_id: run.clone(),
        visit: at.run.state.visits,
        key: format!("{run}-{first}"),
        request: request.clone(),
    };
    let payload = serde_json::to_value(errand).map_err(Error::internal)?;
    enqueue(tx, at.cx, &NewJob { queue: QUEUE, kind: KIND, payload, run_at: at.cx.now })?;
    Ok(())
}

/// The job.
pub struct Call {
    world: World,
}

impl Call {
    /// The job over the way out of `world`.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self { world }
    }

    async fn take(&self, claim: &Claim) -> Result<Outcome, JobError> {
        let errand: Errands =
            serde_json::from_value(claim.payload.clone()).map_err(|why| JobError::Fail(why.to_string()))?;
        let answer = self.answer(&errand).await;
        let (cx, claim) = (self.world.cx(), claim.clone());
        let settled = self.world.write(move |tx| {
            claim.finish(tx)?;
            let here = LocationScope::proven(errand.company_id.clone(), errand.location_id.clone());
            Errand::answer(&here, &errand.run_id, errand.visit, answer.clone()).at(tx, &cx, cx.now)
        });
        let failed = |why: Error| JobError::Retry {
            at: self.world.clock.now().plus_millis(STORE_PAUSE),
            reason: format!("{why:?}"),
        };
        settled.await.map(|()| Outcome::Settled).map_err(failed)
    }

    async fn answer(&self, errand: &Errands) -> Result<Value, String> {
        let mut headers = errand.request.headers.clone();
        if let Some(credentials) = &errand.request.token {
            headers.push(("Authorization".to_owned(), format!("Bearer {}", self.token(credentials).await?)));
        }
        headers.push(("Idempotency-Key".to_owned(), errand.key.clone()));
        let Request { method, url, shown_url, body, .. } = &errand.request;
        let body = Bytes::from(body.clone().unwrap_or_default());
        let (status, body) = self.send(method, url, &headers, body).await?;
        if (200..300).contains(&status) {
            Ok(json!({"status": status, "body": body}))
        } else {
            Err(format!("{shown_url} answered {status}."))
        }
    }

    async fn token(&self, credentials: &ClientCredentials) -> Result<String, String> {
        let form = Bytes::from(credentials.form());
        let headers = [("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
        let (status, body) = self.send("POST", &credentials.url, &headers, form).await?;
        let token = body.get("access_token").and_then(Value::as_str);
        token
            .map(str::to_owned)
            .ok_or_else(|| format!("The token endpoint answered {status} and no access_token."))
    }

    /// Sends; answers the status and the body, which is a text where it is no JSON.
    async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(String, String)],
        body: Bytes,
    ) -> Result<(u16, Value), String> {
        let header = |(name, value): &(String, String)| {
            Some((HeaderName::try_from(name.as_str()).ok()?, HeaderValue::try_from(value.as_str()).ok()?))
        };
        let mut all = HeaderMap::from_iter([
            (http::header::ACCEPT, HeaderValue::from_static("application/json, text/plain, */*")),
            (
                http::header::USER_AGENT,
                HeaderValue::from_static(concat!("leadhold/", env!("CARGO_PKG_VERSION"))),
            ),
        ]);
        for (name, value) in headers.iter().filter_map(header) {
            all.insert(name, value);
        }
        let method = method.parse().unwrap_or(Method::POST);
        let request = Outgoing { method, url: url.to_owned(), headers: all, body };
        let mut opened = self.world.outbound.open(request).await.map_err(|why| why.to_string())?;
        let mut body = Vec::new();
        while let Some(bytes) = opened.next().await.map_err(|why| why.to_string())? {
            body.extend_from_slice(&bytes);
            if body.len() > LARGEST_ANSWER {
                return Err(format!("The answer is larger than {LARGEST_ANSWER} bytes."));
            }
        }
        let json = serde_json::from_slice(&body);
        let body = json.unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).replace('\0', "")));
        Ok((opened.status.as_u16(), body))
    }
}

impl Job for Call {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn queue(&self) -> &'static str {
        QUEUE
    }

    fn run<'a>(&'a self, claim: &'a Claim) -> JobFuture<'a> {
        Box::pin(self.take(claim))
    }
}

//! The job that sends one delivery once and writes down what came of it.

use std::fmt::Display;
use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use leadhold_kernel::{Error, Timestamp};
use leadhold_outbound::{Forbidden, Outgoing, Received, SendError, Signatures};
use leadhold_queue::{Claim, Job, JobError, JobFuture, Outcome};
use leadhold_store::{DbError, Json, Tx, params};
use url::Url;

use super::endpoints::Endpoints;
use super::log::{State, heads};
use super::standard::Message;
use super::{Errand, QUEUE, backoff, order, sql};
use crate::oauth::apps::subscriptions::{self, Endpoint, Mode, Secret};
use crate::sandbox::{Faults, Wished};
use crate::webhook_keys::KeyRing;
use crate::world::World;

/// The kind of the job. Its meaning never changes.
pub(super) const KIND: &str = "webhooks.deliver";

/// How soon a job is tried again when the store failed it, in milliseconds.
const STORE_PAUSE: i64 = 5000;
/// How much of an answer's body is kept with the attempt, in bytes: enough for an error message.
const KEPT_ANSWER: usize = 4096;

const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("Leadhold/", env!("CARGO_PKG_VERSION"), " (webhooks)"));
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const GHL_SIGNATURE: HeaderName = HeaderName::from_static("x-ghl-signature");
const WH_SIGNATURE: HeaderName = HeaderName::from_static("x-wh-signature");

/// Sends deliveries.
pub struct Deliver {
    world: World,
    endpoints: Endpoints,
    /// What is to go wrong; only where a developer turns the clock, and attempts are made to the second when the schedule
    /// says.
    faults: Option<Arc<Faults>>,
}

/// A delivery that waits to be sent.
struct ToSend {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    failed: i64,
    /// What Standard Webhooks call the message: every attempt has the same.
    message_id: String,
    /// What its subscription says now; `None` for a workflow's.
    endpoint: Option<Endpoint>,
    turn: Option<order::Turn>,
    waits: bool,
}

/// What one attempt came to.
struct Attempt {
    /// How many attempts on the schedule this is the last of.
    number: i64,
    /// As sent, without secrets.
    request_headers: String,
    started_at: Timestamp,
    took_millis: i64,
    result: Result<Received, SendError>,
}

impl Attempt {
    fn status(&self) -> Option<i64> {
        self.result.as_ref().ok().map(|received| i64::from(received.status.as_u16()))
    }

    /// The kind of what went wrong, when no answer came.
    fn error(&self) -> Option<&'static str> {
        self.result.as_ref().err().map(SendError::kind)
    }
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Delivered,
    Again(Timestamp),
    Dead,
}

impl Deliver {
    /// The job, over the way out and the keys of `world`; with `faults` where a developer turns the clock.
    #[must_use]
    pub fn new(world: World, faults: Option<Arc<Faults>>) -> Self {
        Self { world, endpoints: Endpoints::default(), faults }
    }

    async fn deliver(&self, claim: &Claim) -> Result<Outcome, JobError> {
        let errand: Errand =
            serde_json::from_value(claim.payload.clone()).map_err(|why| JobError::Fail(why.to_string()))?;
        let Some(delivery) = self.find(&errand).await? else {
            return Ok(Outcome::Finish); // sent already, by a run whose lease ran out
        };
        if let Some(endpoint) = delivery.endpoint.as_ref().filter(|one| one.disabled_at.is_some()) {
            return self.hold(claim, errand, endpoint.clone()).await;
        }
        if let Some(turn) = delivery.turn.as_ref().filter(|_| delivery.waits) {
            return self.wait(claim, errand, turn.clone()).await;
        }
        let wished = self.wished(&errand).await?;
        if let Some(due) = wished.not_before {
            return self.put_off(claim, due).await;
        }
        let now = self.world.clock.now();
        let slot = match origin(&delivery.url) {
            Some(endpoint) => match self.endpoints.enter(&endpoint, now).await {
                Ok(slot) => Some(slot),
                Err(turn) => return self.put_off(claim, turn).await,
            },
            None => None, // no URL: it will fail without a request
        };
        let request = self.outgoing(&delivery, now, wished.forge).await;
        let request_headers = heads::sent(&request.headers);
        let started = self.world.clock.stopwatch_micros();
        let result = self.send(request, wished).await;
        let took = self.world.clock.stopwatch_micros().saturating_sub(started);
        if let Some(slot) = slot {
            slot.answered(took);
        }
        let number = delivery.failed + 1;
        let took_millis = i64::try_from(took / 1000).unwrap_or(i64::MAX);
        let attempt = Attempt { number, request_headers, started_at: now, took_millis, result };
        self.settle(claim, errand, delivery, attempt).await
    }

    /// What is to go wrong with it.
    async fn wished(&self, errand: &Errand) -> Result<Wished, JobError> {
        let Some(faults) = &self.faults else { return Ok(Wished::default()) };
        let asked = async {
            if !faults.concern_deliveries().await? {
                return Ok(Wished::default());
            }
            let Errand { delivery_id, company_id, .. } = errand.clone();
            let of = self.world.store.read_by_key(move |tx| {
                tx.query_one(sql::KIND, params![&delivery_id, &company_id], |row| {
                    Ok((row.get::<String>(0)?, row.get::<Option<String>>(1)?))
                })
            });
            let (kind, location) = of.await.map_err(|why: DbError| Error::from(why))?;
            faults.of_delivery(&kind, location.as_deref(), &errand.delivery_id).await
        };
        asked.await.map_err(|why: Error| self.store_failed(&why))
    }

    async fn send(&self, request: Outgoing, wished: Wished) -> Result<Received, SendError> {
        if wished.drop {
            return Err(SendError::Protocol("the sandbox was told to drop it".to_owned()));
        }
        if wished.duplicate {
            let _first = self.world.outbound.send(request.clone()).await.is_ok();
        }
        self.world.outbound.send(request).await
    }

    /// The request: the stored bytes, signed now; `forge`: as if they were others.
    async fn outgoing(&self, delivery: &ToSend, now: Timestamp, forge: bool) -> Outgoing {
        let (world, body) = (&self.world, Bytes::from(delivery.body.clone()));
        let signed_body = if forge { Bytes::from([&body[..], b" "].concat()) } else { body.clone() };
        let endpoint = delivery.endpoint.as_ref();
        let secrets = endpoint.map(|one| one.secrets(&world.seal, now)).unwrap_or_default();
        let message = Message { id: &delivery.message_id, seconds: now.millis() / 1000, body: &signed_body };
        let headers = signed(&world.keys, &delivery.headers, &message, &secrets).await;
        let method = delivery.method.parse().unwrap_or(Method::POST);
        Outgoing { method, url: delivery.url.clone(), headers, body }
    }

    async fn find(&self, errand: &Errand) -> Result<Option<ToSend>, JobError> {
        let errand = errand.clone();
        let found = self.world.store.read_by_key(move |tx| find(tx, &errand));
        found.await.map_err(|why: DbError| self.store_failed(&why))
    }

    /// Keeps a delivery whose subscription is off, unless it was switched on meanwhile.
    async fn hold(&self, claim: &Claim, errand: Errand, to: Endpoint) -> Result<Outcome, JobError> {
        let (claim, now) = (claim.clone(), self.world.clock.now());
        let held = self.world.store.write(move |tx| {
            if !subscriptions::is_disabled(tx, &to.app_id, &to.id)? {
                return claim.put_off(tx, now);
            }
            let Errand { delivery_id, company_id, round } = &errand;
            tx.exec(sql::HOLD, params![delivery_id, company_id, *round, State::Held.name()])?;
            claim.finish(tx)
        });
        held.await.map(|()| Outcome::Settled).map_err(|why: DbError| self.store_failed(&why))
    }

    /// Lets a delivery wait for what is before it.
    async fn wait(&self, claim: &Claim, errand: Errand, turn: order::Turn) -> Result<Outcome, JobError> {
        let (claim, now) = (claim.clone(), self.world.clock.now());
        let waits = self.world.store.write(move |tx| order::wait(tx, &claim, &errand, &turn, now));
        waits.await.map(|()| Outcome::Settled).map_err(|why: DbError| self.store_failed(&why))
    }

    async fn put_off(&self, claim: &Claim, turn: Timestamp) -> Result<Outcome, JobError> {
        let claim = claim.clone();
        let put_off = self.world.store.write(move |tx| claim.put_off(tx, turn)).await;
        put_off.map(|()| Outcome::Settled).map_err(|why: DbError| self.store_failed(&why))
    }

    /// Writes the attempt and what follows from it, and ends or puts off the job, in one transaction.
    async fn settle(
        &self,
        claim: &Claim,
        errand: Errand,
        delivery: ToSend,
        attempt: Attempt,
    ) -> Result<Outcome, JobError> {
        let cx = self.world.cx();
        let now = cx.now;
        let jitter = if self.faults.is_some() { 0 } else { self.world.random.below(backoff::JITTER) };
        let mode = delivery.endpoint.as_ref().map_or(Mode::Durable, |endpoint| endpoint.mode);
        let verdict = verdict(&attempt, mode, now, jitter);
        report(&errand, &attempt, verdict);
        let (claim, attempt, sent) = (claim.clone(), Arc::new(attempt), Arc::new(delivery));
        let settled = self.world.store.write(move |tx| {
            let (state, next_at, settled_at) = match verdict {
                Verdict::Delivered => (State::Delivered, None, Some(now)),
                Verdict::Again(at) => (State::Pending, Some(at), None),
                Verdict::Dead => (State::Dead, None, Some(now)),
            };
            let Errand { delivery_id: delivery, company_id: company, round } = &errand;
            let took = attempt.took_millis;
            let row = params![
                delivery,
                company,
                *round,
                state.name(),
                next_at,
                settled_at,
                attempt.status(),
                attempt.error(),
                took,
                &sent.url
            ];
            let Some(number) = tx.query_opt(sql::SETTLE, row, |row| row.get(0))? else {
                let late = tx.query_opt(sql::COUNT_ATTEMPT, params![delivery, company], |row| row.get(0))?;
                late.map_or(Ok(()), |number| record(tx, &errand, number, &attempt))?;
                claim.finish(tx)?; // it was replayed meanwhile, and has another job
                return Ok(());
            };
            record(tx, &errand, number, &attempt)?;
            if let Some(to) = &sent.endpoint {
                match verdict {
                    Verdict::Delivered => subscriptions::note_success(tx, to)?,
                    Verdict::Again(_) | Verdict::Dead => {
                        subscriptions::note_failure(tx, &cx, to, attempt.started_at)?;
                    }
                }
            }
            if let (None, Some(turn)) = (next_at, &sent.turn) {
                order::next(tx, &cx, turn)?;
            }
            match next_at {
                Some(at) => claim.put_off(tx, at)?,
                None => claim.finish(tx)?,
            }
            Ok::<(), Error>(())
        });
        settled.await.map(|()| Outcome::Settled).map_err(|why: Error| self.store_failed(&why))
    }

    fn store_failed(&self, why: &impl Display) -> JobError {
        JobError::Retry { at: self.world.clock.now().plus_millis(STORE_PAUSE), reason: why.to_string() }
    }
}

impl Job for Deliver {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn queue(&self) -> &'static str {
        QUEUE
    }

    fn run<'a>(&'a self, claim: &'a Claim) -> JobFuture<'a> {
        Box::pin(self.deliver(claim))
    }
}

/// Scheme, host and port: what is slow or not.
fn origin(url: &str) -> Option<String> {
    Url::parse(url).ok().map(|url| url.origin().ascii_serialization())
}

/// The headers of an attempt: ours, the user's own, and the signatures that hold for it.
pub(super) async fn signed(
    keys: &KeyRing,
    own: &[(String, String)],
    message: &Message<'_>,
    secrets: &[Secret],
) -> HeaderMap {
    let mut headers = headers(own, keys.sign(message.body).await);
    let by_keys = keys.sign_standard(message.id, message.seconds, message.body).await;
    message.sign(&mut headers, secrets, by_keys);
    headers
}

fn headers(own: &[(String, String)], signatures: Signatures) -> HeaderMap {
    let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, JSON), (USER_AGENT, AGENT)]);
    for (name, value) in own {
        if let (Ok(name), Some(value)) = (HeaderName::from_bytes(name.as_bytes()), header_value(value)) {
            headers.insert(name, value);
        }
    }
    headers.remove(&WH_SIGNATURE); // a user's own could pass for ours where the server signs with one key only
    for (name, signature) in [(GHL_SIGNATURE, Some(signatures.ghl)), (WH_SIGNATURE, signatures.wh)] {
        if let Some(value) = signature.and_then(|text| HeaderValue::try_from(text).ok()) {
            headers.insert(name, value);
        }
    }
    headers
}

/// A value with merge fields filled in may hold a line break, which would end the header.
fn header_value(text: &str) -> Option<HeaderValue> {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    HeaderValue::from_bytes(line.trim().as_bytes()).ok()
}

fn verdict(attempt: &Attempt, mode: Mode, now: Timestamp, jitter: u64) -> Verdict {
    let wish = match &attempt.result {
        Ok(received) if received.status.is_success() => return Verdict::Delivered,
        Ok(received) => backoff::retry_after(&received.headers, now),
        // What is no URL will never be one; an address may be another one tomorrow.
        Err(SendError::Forbidden(Forbidden::Address { .. })) => None,
        Err(SendError::Forbidden(_)) => return Verdict::Dead,
        Err(_) => None,
    };
    let failed = usize::try_from(attempt.number).unwrap_or(usize::MAX);
    match backoff::pause(mode, failed, jitter, wish) {
        Some(pause) => Verdict::Again(now.plus_millis(pause)),
        None => Verdict::Dead,
    }
}

/// What is pending, with its subscription as it is now: a URL that was changed holds for what is on its way, too.
fn find(tx: &mut Tx<'_>, errand: &Errand) -> Result<Option<ToSend>, DbError> {
    let asked = params![&errand.delivery_id, &errand.company_id, errand.round];
    let found = tx.query_opt(sql::TO_SEND, asked, |row| {
        let Json(headers) = row.get(2)?;
        let (method, url, body, failed) = (row.get(0)?, row.get(1)?, row.get(3)?, row.get(4)?);
        let (subscription, event): (Option<String>, Option<String>) = (row.get(5)?, row.get(6)?);
        let turn = order::Turn::read(row, &errand.company_id, subscription.as_deref(), 7)?;
        let message_id = event.unwrap_or_else(|| errand.delivery_id.to_string());
        let (endpoint, waits) = (None, false);
        Ok((ToSend { method, url, headers, body, failed, message_id, endpoint, turn, waits }, subscription))
    })?;
    let Some((mut delivery, subscription)) = found else { return Ok(None) };
    if let Some(subscription) = subscription {
        delivery.endpoint = subscriptions::endpoint(tx, &subscription)?;
    }
    if let Some(url) = delivery.endpoint.as_ref().and_then(|endpoint| endpoint.url.as_ref()) {
        delivery.url.clone_from(url);
    }
    if let Some(turn) = &delivery.turn {
        delivery.waits = order::waits(tx, turn)?.is_some();
    }
    Ok(Some(delivery))
}

/// Writes the attempt down, as the delivery's `number`-th.
fn record(tx: &mut Tx<'_>, errand: &Errand, number: i64, attempt: &Attempt) -> Result<(), DbError> {
    let answered = attempt.result.as_ref().ok();
    let failed = attempt.result.as_ref().err();
    tx.exec(
        sql::INSERT_ATTEMPT,
        params![
            &errand.delivery_id,
            number,
            &errand.company_id,
            errand.round,
            attempt.started_at,
            attempt.took_millis,
            attempt.status(),
            answered.map(|received| kept(&received.head_of_body)),
            attempt.error(),
            failed.map(ToString::to_string),
            &attempt.request_headers,
            answered.map(|received| heads::received(&received.headers))
        ],
    )?;
    Ok(())
}

/// The beginning of an answer's body as text that both engines can keep: PostgreSQL has no U+0000.
fn kept(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(KEPT_ANSWER)]).replace('\0', "\u{fffd}")
}

fn report(errand: &Errand, attempt: &Attempt, verdict: Verdict) {
    let (delivery, number) = (&errand.delivery_id, attempt.number);
    let outcome = match &attempt.result {
        Ok(received) => received.status.as_u16().to_string(),
        Err(why) => why.kind().to_owned(),
    };
    match verdict {
        Verdict::Delivered => tracing::debug!(%delivery, attempt = number, outcome, "webhook delivered"),
        Verdict::Again(at) => {
            tracing::info!(%delivery, attempt = number, outcome, %at, "webhook failed; next attempt set")
        }
        Verdict::Dead => tracing::warn!(%delivery, attempt = number, outcome, "webhook given up"),
    }
}

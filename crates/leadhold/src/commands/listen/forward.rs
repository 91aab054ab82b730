//! Handing one delivery to the receiver.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use leadhold_kernel::Clock;
use leadhold_outbound::{Client, Limits, Outgoing, Policy, SystemResolver};
use serde_json::{Value, json};

use crate::compose::Machine;
use crate::fault::Fault;

/// Hands deliveries over as the server would: the same limits, the same bytes.
pub struct Forwarder {
    url: String,
    no_retry: bool,
    client: Client,
    clock: Arc<dyn Clock>,
}

/// What the receiver did.
#[derive(Debug)]
pub struct Outcome {
    delivery: String,
    kind: String,
    webhook_id: String,
    number: i64,
    answer: Result<u16, String>,
    took_millis: u64,
    at: String,
    give_up: bool,
}

impl Forwarder {
    pub fn new(url: &str, no_retry: bool) -> Self {
        let client = Client::new(Policy::allow_loopback(), Arc::new(SystemResolver), Limits::default());
        Self { url: url.to_owned(), no_retry, client, clock: Machine::real().clock }
    }

    /// Sends a delivery that the server has handed out.
    pub async fn forward(&self, delivery: &Value) -> Result<Outcome, Fault> {
        let text = |name: &str| delivery[name].as_str().unwrap_or_default().to_owned();
        let body = STANDARD.decode(text("bodyBase64"));
        let body = body.map_err(|why| Fault::failed(format!("the server handed out no base64: {why}")))?;
        let mut headers = HeaderMap::new();
        for (name, value) in delivery["headers"].as_object().into_iter().flatten() {
            let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
            if let (Ok(name), Some(value)) = (name.parse::<HeaderName>(), value) {
                headers.insert(name, value);
            }
        }
        let outgoing = Outgoing { method: Method::POST, url: self.url.clone(), headers, body: body.into() };
        let began = self.clock.stopwatch_micros();
        let answer = self.client.send(outgoing).await;
        Ok(Outcome {
            delivery: text("id"),
            kind: text("type"),
            webhook_id: text("webhookId"),
            number: delivery["number"].as_i64().unwrap_or(1),
            answer: answer.map(|received| received.status.as_u16()).map_err(|why| why.to_string()),
            took_millis: self.clock.stopwatch_micros().saturating_sub(began) / 1000,
            at: self.clock.now().iso(),
            give_up: self.no_retry,
        })
    }
}

impl Outcome {
    /// For the server.
    pub fn report(&self) -> Value {
        let error = self.answer.as_ref().err().map(|why| why.chars().take(1000).collect::<String>());
        json!({
            "deliveryId": self.delivery, "number": self.number, "status": self.answer.as_ref().ok(), "error": error,
            "tookMillis": self.took_millis, "giveUp": self.give_up,
        })
    }

    /// For a program.
    pub fn json(&self) -> Value {
        json!({
            "at": self.at, "type": self.kind, "webhookId": self.webhook_id, "attempt": self.number,
            "status": self.answer.as_ref().ok(), "error": self.answer.as_ref().err(), "tookMillis": self.took_millis,
        })
    }

    /// For a person.
    pub fn line(&self) -> String {
        let Self { at, kind, webhook_id, took_millis, number, .. } = self;
        let answer = self.answer.as_ref().map_or_else(Clone::clone, u16::to_string);
        let again = if *number > 1 { format!("  attempt {number}") } else { String::new() };
        format!("{at}  {kind:<24} {answer}  {took_millis:>4} ms  {webhook_id}{again}")
    }
}

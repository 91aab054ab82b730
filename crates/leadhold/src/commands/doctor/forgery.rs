//! Deliveries to try a receiver with: one as it should be, and others that somebody else could have sent.

use std::sync::Arc;

use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use leadhold_app::webhook_keys::KeyRing;
use leadhold_kernel::{Id, Random, Timestamp, id};
use leadhold_outbound::SigningKeys;
use serde_json::json;

use super::webhook::long_ago;
use crate::compose::Machine;
use crate::fault::Fault;

const GHL: HeaderName = HeaderName::from_static("x-ghl-signature");
const WH: HeaderName = HeaderName::from_static("x-wh-signature");
const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const STANDARD: HeaderName = HeaderName::from_static("webhook-signature");

/// What a careful receiver does with a delivery, and what to tell of one that does not.
#[derive(Clone, Copy, Debug)]
pub enum Wanted {
    Accept(&'static str),
    Refuse(&'static str),
    /// Refusing is better.
    Careful(&'static str),
    /// Both is right: what to say of one that accepts, and of one that refuses.
    Either(&'static str, &'static str),
}

/// One delivery.
pub struct Case {
    pub name: &'static str,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub wanted: Wanted,
}

/// Makes deliveries.
pub struct Forger {
    keys: KeyRing,
    app: String,
    random: Arc<dyn Random>,
}

impl Forger {
    /// Signs with `keys`, as deliveries to `app`.
    pub fn new(keys: KeyRing, machine: &Machine, app: Option<&str>) -> Self {
        let random = Arc::clone(&machine.random);
        let app = app.map(|id| id.split('-').next().unwrap_or(id).to_owned());
        let app = app.unwrap_or_else(|| Id::<id::App>::generate(random.as_ref()).to_string());
        Self { keys, app, random }
    }

    /// The deliveries in the order in which they are tried.
    pub async fn cases(&self, now: Timestamp) -> Result<Vec<Case>, Fault> {
        let unsigned = self.unsigned(now);
        let good = self.signed(&unsigned, now).await;
        let mut flipped = good.clone();
        flip_a_bit(&mut flipped.body);
        let yesterday = long_ago(now);
        let old = self.signed(&self.unsigned(yesterday), yesterday).await;
        let mut cases = vec![
            good.case("good", Wanted::Accept("it refuses what is signed as it should be")),
            flipped.case("tampered", Wanted::Refuse("one letter of the body is another: it does not verify")),
            unsigned.case("unsigned", Wanted::Refuse("it takes what anybody sends")),
            unsigned.with(GHL, "N/A").case("signature N/A", Wanted::Refuse("`N/A` is no signature")),
            self.foreign(&unsigned)?.case("foreign key", Wanted::Refuse("another server's key signed it")),
            good.case(
                "sent again",
                Wanted::Either(
                    "right, since retries look so: see to it that the second one of a webhookId does nothing",
                    "a retry whose first answer was lost looks so: answer 2xx to a webhookId that you know",
                ),
            ),
            old.case(
                "a day old",
                Wanted::Careful(
                    "webhook-timestamp is a day old: who recorded a delivery can send it for ever; refuse after 5 minutes",
                ),
            ),
        ];
        if let Some(signature) = self.keys.sign(&good.body.clone().into()).await.wh {
            let mut older = unsigned.with(WH, &signature);
            cases.push(older.case(
                "older header",
                Wanted::Either(
                    "it verifies x-wh-signature, too, which the real service is giving up",
                    "it does not know x-wh-signature, which the real service is giving up",
                ),
            ));
            flip_a_bit(&mut older.body);
            let forged = Wanted::Refuse("it looks at x-wh-signature, and does not verify it");
            cases.push(older.case("older, tampered", forged));
        }
        Ok(cases)
    }

    fn unsigned(&self, at: Timestamp) -> Delivery {
        let webhook_id = Id::<id::Event>::generate(self.random.as_ref()).to_string();
        let body = json!({
            "type": "ContactCreate", "locationId": "LeadholdDoctor000001", "companyId": "LeadholdDoctor000002",
            "appId": self.app, "versionId": self.app, "timestamp": at.iso(), "webhookId": webhook_id,
            "id": "LeadholdDoctor000003", "firstName": "Doctor", "lastName": "Leadhold",
            "email": "doctor@example.com", "tags": ["leadhold doctor"], "dateAdded": at.iso(),
        });
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static("Leadhold (doctor)"));
        let delivery = Delivery { headers, body: body.to_string().into_bytes(), webhook_id, at };
        delivery.with(ID, &delivery.webhook_id).with(TIMESTAMP, &delivery.seconds().to_string())
    }

    /// As we sign it at `at`.
    async fn signed(&self, unsigned: &Delivery, at: Timestamp) -> Delivery {
        let signatures = self.keys.sign(&unsigned.body.clone().into()).await;
        let seconds = at.millis() / 1000;
        let standard = self.keys.sign_standard(&unsigned.webhook_id, seconds, &unsigned.body).await;
        let signed = unsigned.with(GHL, &signatures.ghl).with(STANDARD, &standard.join(" "));
        signatures.wh.map_or_else(|| signed.clone(), |wh| signed.with(WH, &wh))
    }

    /// As somebody else would sign it.
    fn foreign(&self, unsigned: &Delivery) -> Result<Delivery, Fault> {
        let mut seed = [0; 32];
        self.random.fill(&mut seed);
        let keys = SigningKeys::from_seed(&seed).map_err(|why| Fault::failed(why.to_string()))?;
        let standard = keys.sign_standard(&unsigned.webhook_id, unsigned.seconds(), &unsigned.body);
        Ok(unsigned.with(GHL, &keys.sign_ed25519(&unsigned.body)).with(STANDARD, &standard))
    }
}

/// A delivery in the making.
#[derive(Clone)]
struct Delivery {
    headers: HeaderMap,
    body: Vec<u8>,
    webhook_id: String,
    at: Timestamp,
}

impl Delivery {
    fn seconds(&self) -> i64 {
        self.at.millis() / 1000
    }

    fn with(&self, name: HeaderName, value: &str) -> Self {
        let mut delivery = self.clone();
        if let Ok(value) = HeaderValue::from_str(value) {
            delivery.headers.insert(name, value);
        }
        delivery
    }

    fn case(&self, name: &'static str, wanted: Wanted) -> Case {
        Case { name, headers: self.headers.clone(), body: self.body.clone(), wanted }
    }
}

/// Changes one bit, and leaves the body JSON, so that only who verifies notices.
fn flip_a_bit(body: &mut [u8]) {
    if let Some(at) = body.windows(6).position(|part| part == b"Doctor") {
        body[at] ^= 1;
    }
}

//! Deliveries to try a receiver with: one as it should be, and others that somebody else could have sent.

use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use leadhold_kernel::{Id, Random, Timestamp, id};
use leadhold_outbound::{KeyError, SigningKeys};
use serde_json::json;

use super::webhook::long_ago;
use crate::compose::Machine;
use crate::fault::Fault;

const GHL: HeaderName = HeaderName::from_static("x-ghl-signature");
const WH: HeaderName = HeaderName::from_static("x-wh-signature");
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
    keys: SigningKeys,
    others: SigningKeys,
    app: String,
    ids: [String; 2],
}

impl Forger {
    pub fn new(
        keys: SigningKeys,
        machine: &Machine,
        app: Option<&str>,
        _secret: Option<&str>,
    ) -> Result<Self, Fault> {
        let random: &dyn Random = machine.random.as_ref();
        let mut seed = [0; 32];
        random.fill(&mut seed);
        let broken = |why: KeyError| Fault::failed(why.to_string());
        let app = app.map(|id| id.split('-').next().unwrap_or(id).to_owned());
        let fresh = || Id::<id::Event>::generate(random).to_string();
        Ok(Self {
            keys,
            others: SigningKeys::from_seed(&seed).map_err(broken)?,
            app: app.unwrap_or_else(|| Id::<id::App>::generate(random).to_string()),
            ids: [fresh(), fresh()],
        })
    }

    /// The deliveries in the order in which they are tried.
    pub fn cases(&self, now: Timestamp) -> Vec<Case> {
        let [id, old] = &self.ids;
        let (good, body) = self.good(&self.keys, id, now);
        let with = |name: HeaderName, value: &'static str| {
            let mut headers = unsigned(&good);
            headers.insert(name, HeaderValue::from_static(value));
            headers
        };
        let mut flipped = body.clone();
        flip_a_bit(&mut flipped);
        let (foreign, _) = self.good(&self.others, id, now);
        let (replayed, old_body) = self.good(&self.keys, old, long_ago(now));
        let case = |name, headers: &HeaderMap, body: &[u8], wanted| Case {
            name,
            headers: headers.clone(),
            body: body.to_vec(),
            wanted,
        };
        let mut cases = vec![
            case("good", &good, &body, Wanted::Accept("it refuses what is signed as it should be")),
            case(
                "tampered",
                &good,
                &flipped,
                Wanted::Refuse("one letter of the body is another: it does not verify"),
            ),
            case("unsigned", &unsigned(&good), &body, Wanted::Refuse("it takes what anybody sends")),
            case("signature N/A", &with(GHL, "N/A"), &body, Wanted::Refuse("`N/A` is no signature")),
            case("foreign key", &foreign, &body, Wanted::Refuse("another server's key signed it")),
            case(
                "sent again",
                &good,
                &body,
                Wanted::Either(
                    "right, since retries look so: see to it that the second one of a webhookId does nothing",
                    "a retry whose first answer was lost looks so: answer 2xx to a webhookId that you know",
                ),
            ),
            case(
                "a day old",
                &replayed,
                &old_body,
                Wanted::Careful(
                    "webhook-timestamp is a day old: who recorded a delivery can send it for ever; refuse after 5 minutes",
                ),
            ),
        ];
        if let Some(signature) = self.keys.sign(&body).wh {
            let mut old_only = unsigned(&good);
            put(&mut old_only, WH, &signature);
            cases.push(case(
                "older header",
                &old_only,
                &body,
                Wanted::Either(
                    "it verifies x-wh-signature, too, which the real service is giving up",
                    "it does not know x-wh-signature, which the real service is giving up",
                ),
            ));
            let forged = Wanted::Refuse("it looks at x-wh-signature, and does not verify it");
            cases.push(case("older, tampered", &old_only, &flipped, forged));
        }
        cases
    }

    /// A delivery as `keys`' owner would send it at `at`.
    fn good(&self, keys: &SigningKeys, webhook_id: &str, at: Timestamp) -> (HeaderMap, Vec<u8>) {
        let body = json!({
            "type": "ContactCreate", "locationId": "LeadholdDoctor000001", "companyId": "LeadholdDoctor000002",
            "appId": self.app, "versionId": self.app, "timestamp": at.iso(), "webhookId": webhook_id,
            "id": "LeadholdDoctor000003", "firstName": "Doctor", "lastName": "Leadhold",
            "email": "doctor@example.com", "tags": ["leadhold doctor"], "dateAdded": at.iso(),
        });
        let body = body.to_string().into_bytes();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static("Leadhold (doctor)"));
        let signatures = keys.sign(&body);
        put(&mut headers, GHL, &signatures.ghl);
        if let Some(wh) = &signatures.wh {
            put(&mut headers, WH, wh);
        }
        let seconds = at.millis() / 1000;
        put(&mut headers, HeaderName::from_static("webhook-id"), webhook_id);
        put(&mut headers, HeaderName::from_static("webhook-timestamp"), &seconds.to_string());
        let signed = [format!("{webhook_id}.{seconds}.").as_bytes(), &body].concat();
        put(&mut headers, STANDARD, &format!("v1a,{}", keys.sign(&signed).ghl));
        (headers, body)
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn unsigned(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in [GHL, WH, STANDARD] {
        headers.remove(name);
    }
    headers
}

/// Changes one bit, and leaves the body JSON, so that only who verifies notices.
fn flip_a_bit(body: &mut [u8]) {
    if let Some(at) = body.windows(6).position(|part| part == b"Doctor") {
        body[at] ^= 1;
    }
}

#[cfg(test)]
mod tests {
    use leadhold_outbound::verify;

    use super::*;

    #[test]
    fn only_what_should_verify_does() {
        let keys = SigningKeys::from_seed(&[7; 32]).unwrap();
        let key = keys.public().ed25519.pem();
        let forger =
            Forger::new(keys, &Machine::real(), Some("66a0419a0dffa47fb5f8b22f-lx4w7r9s"), None).unwrap();
        let verifies = |case: &Case| {
            let text =
                |name: &str| case.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            let head = format!("{}.{}.", text("webhook-id"), text("webhook-timestamp"));
            let standard = text("webhook-signature").trim_start_matches("v1a,");
            let signed = [head.as_bytes(), &case.body].concat();
            let ghl = verify(&key, &case.body, text("x-ghl-signature"));
            assert_eq!(ghl, verify(&key, &signed, standard), "{}", case.name);
            ghl
        };
        let cases = forger.cases(Timestamp(1_768_471_200_000));
        let found: Vec<_> = cases.iter().map(|case| (case.name, verifies(case))).collect();
        let expected = [
            ("good", true),
            ("tampered", false),
            ("unsigned", false),
            ("signature N/A", false),
            ("foreign key", false),
            ("sent again", true),
            ("a day old", true),
        ];
        assert_eq!(found, expected);
        let body: serde_json::Value = serde_json::from_slice(&cases[0].body).unwrap();
        assert_eq!(body["appId"], "66a0419a0dffa47fb5f8b22f");
        assert!(serde_json::from_slice::<serde_json::Value>(&cases[1].body).is_ok(), "still JSON");
    }
}

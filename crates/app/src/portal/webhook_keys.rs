//! `/developer/webhook-keys`: what receivers verify webhooks with, to be copied.

use http::StatusCode;
use leadhold_kernel::Error;
use leadhold_outbound::PublicKey;
use serde_json::{Value, json};

use super::{admin, moment};
use crate::http::{Reply, Request, Route, get, page};
use crate::webhook_keys::{self, Pair, State};

/// The route.
pub(super) fn routes() -> Vec<Route> {
    vec![get("/developer/webhook-keys", show)]
}

async fn show(request: Request) -> Result<Reply, Error> {
    if let Err(elsewhere) = admin(&request)? {
        return Ok(elsewhere);
    }
    let pairs = request.app.world.store.read(webhook_keys::published).await?;
    let shown: Vec<Value> = pairs.iter().map(pair).collect();
    let given = json!({
        "pairs": shown, "rotating": pairs.len() > 1, "rsa": request.app.world.keys.signs_with_rsa(),
        "base_url": request.app.config.base_url,
    });
    page(&request, StatusCode::OK, "developer_webhook_keys.html", given)
}

fn pair(pair: &Pair) -> Value {
    let meaning = match pair.state {
        State::Announced => "is announced: it signs nothing yet. Let your receiver accept it now.",
        State::Active => "signs.",
        State::Previous => "signed before, and will be retired.",
        State::Retired => "is retired.",
    };
    let mut keys = vec![key("Ed25519", "x-ghl-signature", &pair.public.ed25519)];
    keys.extend(pair.public.rsa.as_ref().map(|rsa| key("RSA", "x-wh-signature", rsa)));
    json!({
        "id": pair.id, "state": pair.state.name(), "meaning": meaning, "since": moment(pair.since()),
        "keys": keys,
    })
}

fn key(kind: &str, header: &str, key: &PublicKey) -> Value {
    json!({
        "kind": kind, "header": header, "pem": key.pem(), "spki": key.spki_base64(),
        "standard": key.standard_webhooks(),
    })
}

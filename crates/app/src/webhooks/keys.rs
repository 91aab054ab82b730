//! `GET /.well-known/leadhold/webhook-keys`: what receivers verify with.

use leadhold_kernel::Error;
use leadhold_outbound::PublicKey;
use serde_json::{Value, json};

use crate::http::{Reply, Request, Route, get};
use crate::webhook_keys::{self, Pair};

/// The route of the keys.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![get("/.well-known/leadhold/webhook-keys", keys)]
}

/// Public: whoever receives webhooks needs them, and they are no secret. As the database has them, whatever this process
/// last signed with.
async fn keys(request: Request) -> Result<Reply, Error> {
    let pairs = request.app.world.store.read(webhook_keys::published).await?;
    let keys: Vec<Value> = pairs.iter().flat_map(of_pair).collect();
    Ok(Reply::ok(&json!({ "keys": keys })))
}

fn of_pair(pair: &Pair) -> Vec<Value> {
    let mut keys = vec![key(pair, "x-ghl-signature", "Ed25519", &pair.public.ed25519)];
    if let Some(rsa) = &pair.public.rsa {
        keys.push(key(pair, "x-wh-signature", "RSA-SHA256", rsa));
    }
    keys
}

fn key(pair: &Pair, header: &str, algorithm: &str, key: &PublicKey) -> Value {
    let mut shown = json!({
        "id": pair.id, "state": pair.state.name(), "since": pair.since().iso(),
        "header": header, "algorithm": algorithm, "pem": key.pem(), "spki": key.spki_base64(),
    });
    if let Some(standard) = key.standard_webhooks() {
        shown["standardWebhooks"] = Value::from(standard);
    }
    shown
}

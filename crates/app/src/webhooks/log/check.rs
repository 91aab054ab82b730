//! Whether the signatures of an attempt are those of its body, by the keys that this server has or had.

use leadhold_outbound::{PublicKey, verify};
use serde::Serialize;

use super::heads::Heads;
use crate::webhook_keys::Pair;

/// What became of one signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::webhooks) struct Check {
    /// The header that has it.
    header: &'static str,
    /// Whether one of the keys says that the body is what was signed.
    valid: bool,
}

/// Checks the signatures of the body, and those of Standard Webhooks that the server's keys made: over the id, the seconds
/// and the body. What a subscription's secret signed only its receiver checks.
pub(in crate::webhooks) fn checks(keys: &[Pair], sent: &Heads, body: &[u8]) -> Vec<Check> {
    let text = |header: &str| sent.get(header)?.as_str();
    let made_by = |signature: &str, signed: &[u8], of: fn(&Pair) -> Option<&PublicKey>| {
        keys.iter().filter_map(of).any(|key| verify(&key.spki_base64(), signed, signature))
    };
    let ghl = text("x-ghl-signature").map(|signature| made_by(signature, body, ed25519));
    let wh =
        text("x-wh-signature").map(|signature| made_by(signature, body, |pair| pair.public.rsa.as_ref()));
    let standard = text("webhook-signature").and_then(|signatures| {
        let (id, seconds) = (text("webhook-id")?, text("webhook-timestamp")?);
        let signed = [format!("{id}.{seconds}.").as_bytes(), body].concat();
        let mut ours = signatures.split(' ').filter_map(|one| one.strip_prefix("v1a,")).peekable();
        ours.peek()?;
        Some(ours.any(|signature| made_by(signature, &signed, ed25519)))
    });
    let found = [("x-ghl-signature", ghl), ("x-wh-signature", wh), ("webhook-signature", standard)];
    found.into_iter().filter_map(|(header, valid)| Some(Check { header, valid: valid? })).collect()
}

fn ed25519(pair: &Pair) -> Option<&PublicKey> {
    Some(&pair.public.ed25519)
}

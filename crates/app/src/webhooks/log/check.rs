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

/// Checks what is signed over the body alone.
pub(in crate::webhooks) fn checks(keys: &[Pair], sent: &Heads, body: &[u8]) -> Vec<Check> {
    let check = |header: &'static str, of: fn(&Pair) -> Option<&PublicKey>| {
        let signature = sent.get(header)?.as_str()?;
        let valid = keys.iter().filter_map(of).any(|key| verify(&key.spki_base64(), body, signature));
        Some(Check { header, valid })
    };
    let ghl = check("x-ghl-signature", |pair| Some(&pair.public.ed25519));
    let wh = check("x-wh-signature", |pair| pair.public.rsa.as_ref());
    ghl.into_iter().chain(wh).collect()
}

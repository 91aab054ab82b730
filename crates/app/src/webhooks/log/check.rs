//! Whether the signatures of an attempt are those of its body, by the keys that this server publishes now.

use leadhold_outbound::{PublicKeys, verify};
use serde::Serialize;

use super::heads::Heads;

/// What became of one signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::webhooks) struct Check {
    /// The header that has it.
    header: &'static str,
    /// Whether one of the keys says that the body is what was signed. A key that was retired since says nothing.
    valid: bool,
}

/// Checks what is signed over the body alone.
pub(in crate::webhooks) fn checks(keys: &PublicKeys, sent: &Heads, body: &[u8]) -> Vec<Check> {
    let pairs = [("x-ghl-signature", Some(&keys.ed25519)), ("x-wh-signature", keys.rsa.as_ref())];
    let check = |(header, key): (&'static str, Option<&leadhold_outbound::PublicKey>)| {
        let signature = sent.get(header)?.as_str()?;
        Some(Check { header, valid: key.is_some_and(|key| verify(&key.spki_base64(), body, signature)) })
    };
    pairs.into_iter().filter_map(check).collect()
}

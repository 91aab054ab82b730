//! `[webhooks]`: how deliveries are signed, and how long they are kept.

use serde::Deserialize;

/// The section's settings; what each means stands in `default.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    pub rsa_signature: bool,
    pub keep_days: u32,
}

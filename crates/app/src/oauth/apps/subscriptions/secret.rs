//! The secret with which a receiver checks what came, as Standard Webhooks have it: `whsec_` and 32 bytes in base64.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leadhold_kernel::{Id, Random, id};

use crate::seal::Seal;

const PURPOSE: &str = "webhook secret";

/// A subscription's secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// The key itself.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As receivers are given it.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The secret of a subscription for a salt of its.
#[must_use]
pub fn secret_of(seal: &Seal, subscription: &Id<id::Subscription>, salt: &str) -> Secret {
    Secret(seal.derived(PURPOSE, &format!("{subscription}.{salt}")))
}

/// A fresh salt.
pub(super) fn salt(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    hex::encode(bytes)
}

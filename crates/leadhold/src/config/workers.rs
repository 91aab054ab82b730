//! `[workers]`: how much is done at once.

use serde::Deserialize;

use crate::fault::Fault;

/// The section's settings; what each means stands in `default.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workers {
    pub concurrency: usize,
}

impl Workers {
    pub(super) fn check(&self) -> Result<(), Fault> {
        if (1..=1024).contains(&self.concurrency) {
            return Ok(());
        }
        Err(Fault::failed(format!(
            "workers.concurrency is {}; it must be between 1 and 1024",
            self.concurrency
        )))
    }
}

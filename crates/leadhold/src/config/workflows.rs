//! `[workflows]`: how long runs are kept.

use serde::Deserialize;

/// The section's settings; what each means stands in `default.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workflows {
    pub keep_days: u32,
}

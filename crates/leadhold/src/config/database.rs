//! `[database]`: the embedded store, or PostgreSQL.

use std::path::Path;

use leadhold_store::Backend;
use serde::Deserialize;

/// The section's settings; what each means stands in `default.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    url: String,
}

impl Database {
    /// The PostgreSQL database; `None`: the embedded store.
    pub fn url(&self) -> Option<&str> {
        (!self.url.is_empty()).then_some(self.url.as_str())
    }

    /// Where the data lives, given the data directory.
    pub fn backend(&self, data: &Path) -> Backend {
        match self.url() {
            Some(url) => Backend::Postgres(url.to_owned()),
            None => Backend::Embedded(data.to_owned()),
        }
    }
}

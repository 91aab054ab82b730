//! `[log]`: how much is said on standard error, and in which form.

use serde::Deserialize;
use tracing_subscriber::EnvFilter;

use crate::fault::Fault;

/// For whom lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Text,
    Json,
}

/// The section's settings; what each means stands in `default.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub level: String,
    pub format: Format,
}

impl Log {
    pub(super) fn check(&self) -> Result<(), Fault> {
        self.filter().map(drop)
    }

    fn filter(&self) -> Result<EnvFilter, Fault> {
        EnvFilter::try_new(&self.level).map_err(|error| {
            Fault::failed(format!(
                "log.level is `{}`: {error}; say for example `info` or `info,leadhold_queue=debug`",
                self.level
            ))
        })
    }

    /// Starts logging to standard error. Data goes to standard output, so the two never mix.
    pub fn start(&self) -> Result<(), Fault> {
        let lines = tracing_subscriber::fmt().with_env_filter(self.filter()?).with_writer(std::io::stderr);
        let started = match self.format {
            Format::Text => lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
            Format::Json => lines.json().try_init(),
        };
        started.map_err(|error| Fault::failed(format!("cannot start logging: {error}")))
    }
}

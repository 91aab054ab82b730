//! Where a store lies: the flags that most commands share.

use std::path::PathBuf;

use leadhold_store::Backend;

use crate::config::{Config, Overrides};
use crate::fault::Fault;

/// Where the data is.
#[derive(clap::Args, Debug)]
pub struct Place {
    /// The data directory: the embedded store, settings and the secret
    #[arg(long, value_name = "DIR", env = "LEADHOLD_DATA", default_value = "leadhold-data")]
    pub data: PathBuf,

    /// A PostgreSQL database instead of the embedded store: postgres://USER:PASSWORD@HOST/NAME
    #[arg(long, value_name = "URL", env = "LEADHOLD_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// The settings file [default: leadhold.toml in the data directory]
    #[arg(long, value_name = "FILE", env = "LEADHOLD_CONFIG")]
    pub config: Option<PathBuf>,

    /// What the signing keys are sealed with, for several machines on one database [default: the content of secret.key
    /// in the data directory]
    #[arg(long, value_name = "HEX", env = "LEADHOLD_SECRET_KEY", hide_env_values = true)]
    pub secret_key: Option<String>,
}

impl Place {
    /// The settings that hold here, those of the flags on top.
    pub fn settings(&self, mut overrides: Overrides) -> Result<Config, Fault> {
        overrides.set("database", "url", self.database_url.as_deref());
        Config::load(&self.data, self.config.as_deref(), overrides)
    }

    /// The embedded store's file.
    pub fn database_file(&self) -> PathBuf {
        self.data.join("leadhold.db")
    }

    /// The place in a sentence.
    pub fn describe(&self, backend: &Backend) -> String {
        match backend {
            Backend::Embedded(data) => data.display().to_string(),
            Backend::Postgres(_) => "the PostgreSQL database".to_owned(),
        }
    }
}

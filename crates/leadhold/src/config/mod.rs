//! Settings: one file per section, and `default.toml`, which says what each means and is itself read as the defaults.
//!
//! Order, the first wins: flag, environment (clap reads both), `leadhold.toml`, `default.toml`. Values that are wrong
//! are refused before anything starts, with the section, the key and what would be right.

mod database;
mod files;
mod log;
mod mail;
mod server;
mod webhooks;
mod workers;
mod workflows;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Table, Value};

pub use self::database::Database;
pub use self::files::{Files, FilesFlags};
pub use self::log::Log;
pub use self::mail::Mail;
pub use self::server::{Server, Switch};
pub use self::webhooks::Webhooks;
pub use self::workers::Workers;
pub use self::workflows::Workflows;
use crate::fault::Fault;

/// The commented defaults; `init` puts a copy into the data directory, every setting commented out.
const DEFAULT: &str = include_str!("default.toml");

/// The file's name in the data directory.
pub const FILE: &str = "leadhold.toml";

/// All settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub database: Database,
    pub files: Files,
    pub webhooks: Webhooks,
    pub workflows: Workflows,
    pub mail: Mail,
    pub workers: Workers,
    pub log: Log,
}

/// What the flags and the environment say about settings; they win over the file.
#[derive(Default)]
pub struct Overrides(Table);

impl Overrides {
    /// `key` in `section` is `value`, if there is one.
    pub fn set(&mut self, section: &str, key: &str, value: Option<impl Into<Value>>) -> &mut Self {
        if let Some(value) = value {
            let section = self.0.entry(section).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(section) = section {
                section.insert(key.to_owned(), value.into());
            }
        }
        self
    }
}

/// Where the settings file is looked for: where `--config` says, or in the data directory if there is one.
pub fn file_in(data: &Path, named: Option<&Path>) -> PathBuf {
    named.map_or_else(|| data.join(FILE), Path::to_owned)
}

impl Config {
    /// The settings for this data directory.
    pub fn load(data: &Path, named: Option<&Path>, overrides: Overrides) -> Result<Self, Fault> {
        let path = file_in(data, named);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => String::new(),
            Err(error) => return Err(Fault::failed(format!("cannot read {}: {error}", path.display()))),
        };
        Self::from_text(&text, &path.display().to_string(), overrides)
    }

    fn from_text(text: &str, name: &str, overrides: Overrides) -> Result<Self, Fault> {
        let fault =
            |error: toml::de::Error| Fault::failed(format!("{name}: {}", error.to_string().trim_end()));
        let mut merged: Table = toml::from_str(DEFAULT).map_err(fault)?;
        merge(&mut merged, toml::from_str(text).map_err(fault)?);
        merge(&mut merged, overrides.0);
        let config: Self = merged.try_into().map_err(fault)?;
        config.server.check()?;
        config.files.check()?;
        config.mail.check()?;
        config.workers.check()?;
        config.log.check()?;
        Ok(config)
    }
}

fn merge(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => merge(below, above),
            (_, value) => drop(below.insert(key, value)),
        }
    }
}

/// The defaults with every setting commented out, and the database's URL where it was named: a file to edit.
pub fn file_to_edit(database_url: Option<&str>) -> String {
    let setting = |line: &str| !line.is_empty() && !line.starts_with(['#', '[']);
    let lines = DEFAULT.lines().map(|line| match database_url {
        Some(url) if line == "url = \"\"" => format!("url = {}", Value::from(url)),
        _ if setting(line) => format!("# {line}"),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::log::Format;
    use super::*;

    fn config(text: &str) -> Result<Config, String> {
        Config::from_text(text, "leadhold.toml", Overrides::default()).map_err(|fault| fault.to_string())
    }

    #[test]
    fn the_defaults_are_what_default_toml_says() {
        let config = config("").unwrap();
        assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.server.rate_limit, Switch::On);
        assert!(!config.server.sandbox && !config.server.strict_version && !config.webhooks.rsa_signature);
        assert_eq!((config.webhooks.keep_days, config.workflows.keep_days), (30, 90));
        assert_eq!(config.database.url(), None);
        assert_eq!(config.log.format, Format::Text);
    }

    #[test]
    fn a_file_changes_what_it_names_and_a_flag_wins_over_it() {
        let text = "[server]\nsandbox = true\nlisten = '0.0.0.0:1'\n[database]\nurl = 'postgres://x'";
        let mut flags = Overrides::default();
        flags.set("server", "listen", Some("127.0.0.1:0")).set("log", "level", None::<&str>);
        let config = Config::from_text(text, "f", flags).unwrap();
        assert!(config.server.sandbox);
        assert_eq!(config.server.listen.to_string(), "127.0.0.1:0");
        assert_eq!(config.database.url(), Some("postgres://x"));
        assert_eq!(config.log.level, "info");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let wrong = |text| config(text).unwrap_err();
        assert!(
            wrong("[server]\nlisten = 'here'").contains("listen"),
            "{}",
            wrong("[server]\nlisten = 'here'")
        );
        assert!(wrong("[server]\nlisen = 'x'").contains("unknown field `lisen`"));
        assert!(wrong("[sever]").contains("unknown field `sever`"));
        assert!(wrong("[server]\nrate_limit = 'off'").contains("only in the sandbox"));
        assert!(wrong("[server]\nlog_bodies = true").contains("only in the sandbox"));
        assert!(config("[server]\nlog_bodies = true\nsandbox = true").is_ok());
        assert!(
            wrong("[server]\ntrusted_proxies = ['proxy']").contains("server.trusted_proxies has `proxy`")
        );
        assert!(wrong("[log]\nlevel = 'loud=very=much'").contains("log.level"));
        assert!(wrong("[workers]\nconcurrency = 0").contains("workers.concurrency"));
        assert!(wrong("[files]\ns3_access_key_id = 'id'").contains("LEADHOLD_S3_SECRET_ACCESS_KEY"));
        assert!(wrong("[files]\ns3_endpoint = 'minio:9000'").contains("files.s3_endpoint"));
        assert!(wrong("not toml").starts_with("leadhold.toml: TOML parse error at line 1"));
    }

    #[test]
    fn the_file_to_edit_changes_nothing_but_the_database() {
        assert_eq!(config(&file_to_edit(None)).unwrap(), config("").unwrap());
        let edited = config(&file_to_edit(Some("postgres://a:\"b\"@c/d"))).unwrap();
        assert_eq!(edited.database.url(), Some("postgres://a:\"b\"@c/d"));
        assert_eq!(Config { database: config("").unwrap().database, ..edited }, config("").unwrap());
    }
}

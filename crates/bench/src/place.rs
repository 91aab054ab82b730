//! Data directories (and databases) with a demo agency, made by the product's own `init`.

use std::path::{Path, PathBuf};
use std::process::Command;

use leadhold_app::LocationScope;
use leadhold_kernel::{Cause, Event, EventKind, Id};
use leadhold_store::{Backend, Store};
use serde::Deserialize;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::clock;
use crate::exchange::Target;
use crate::outcome::{During, Outcome};
use crate::plan::Plan;
use crate::process::Server;

/// What everything of one engine's measurements shares.
pub struct Lab {
    pub plan: Plan,
    /// `None`: SQLite. Else the server on which databases may be made.
    pub server: Option<String>,
    /// For work on the store in this process.
    pub runtime: Runtime,
    folder: tempfile::TempDir,
}

impl Lab {
    /// A lab on SQLite, or on the PostgreSQL server.
    pub fn new(plan: &Plan, server: Option<String>) -> Outcome<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        // Not under /tmp: that may be memory, where a disk's promise costs nothing.
        let beside = plan.leadhold.parent().unwrap_or(Path::new("."));
        let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(beside);
        Ok(Self {
            plan: plan.clone(),
            server,
            runtime: runtime.during("cannot start")?,
            folder: folder.during("cannot make a folder beside the binary")?,
        })
    }

    /// The database's name.
    pub fn engine(&self) -> &'static str {
        if self.server.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    /// Where a file of this run lies.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a place with a demo agency. `webhook`: where the demo's app wants its events.
    pub fn place(&self, name: &str, webhook: Option<&str>) -> Outcome<Place<'_>> {
        let database = match &self.server {
            None => None,
            Some(server) => Some(Database::make(server, &format!("bench_{}_{name}", std::process::id()))?),
        };
        let data = self.file(name);
        let mut init = Command::new(&self.plan.leadhold);
        init.args(["init", "--demo", "--json", "--data"]).arg(&data);
        if let Some(database) = &database {
            init.args(["--database-url", &database.url()]);
        }
        if let Some(url) = webhook {
            init.args(["--webhook-url", url]);
        }
        let made = init.output().during("cannot run `leadhold init`")?;
        if !made.status.success() {
            return Err(format!("`leadhold init` failed: {}", String::from_utf8_lossy(&made.stderr)));
        }
        let demo = serde_json::from_slice(&made.stdout).during("`leadhold init` printed something else")?;
        Ok(Place { lab: self, data, database, demo })
    }
}

/// What we read of the demo.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Demo {
    pub company_id: String,
    pub location_id: String,
    pub location_token: String,
    #[serde(default)]
    pub inbound_hook_path_v2: String,
    #[serde(default)]
    pub app: Value,
}

/// A store with a demo agency.
pub struct Place<'a> {
    pub lab: &'a Lab,
    pub demo: Demo,
    data: PathBuf,
    database: Option<Database>,
}

impl Place<'_> {
    /// Serves it as a user would, but for the rate limit.
    pub fn serve(&self) -> Outcome<Server> {
        Server::start(self.serve_command("127.0.0.1:0"), &self.log())
    }

    /// The command that serves it on `address`.
    pub fn serve_command(&self, address: &str) -> Command {
        let mut serve = Command::new(&self.lab.plan.leadhold);
        serve
            .args(["serve", "--sandbox", "--rate-limit", "off", "--listen", address, "--data"])
            .arg(&self.data);
        if let Some(database) = &self.database {
            serve.args(["--database-url", &database.url()]);
        }
        serve
    }

    /// Where its server's own log goes.
    pub fn log(&self) -> PathBuf {
        self.data.with_extension("log")
    }

    /// Its store, in this process.
    pub fn store(&self) -> Outcome<Store> {
        let backend = match &self.database {
            None => Backend::Embedded(self.data.clone()),
            Some(database) => Backend::Postgres(database.url()),
        };
        Store::open(&backend).during("cannot open the store")
    }

    /// Reads everything that it has on disk, as a server has after a while whose memory holds its data. Else a large place
    /// is measured by the disk: what was written minutes ago may be in memory no longer.
    pub fn warm(&self) -> Outcome<()> {
        match &self.database {
            None => read_files(&self.data),
            Some(database) => psql(&database.url(), READ_DATABASE),
        }
    }

    /// How to talk to its server.
    pub fn target(&self, server: &Server) -> Target {
        Target { address: server.address, token: self.demo.location_token.clone() }
    }

    /// Access to the demo's first location, as anything that happens in it has.
    pub fn here(&self) -> Outcome<LocationScope> {
        let event = Event {
            id: Id::parse("bench").ok_or("`bench` is an id")?,
            kind: EventKind::ContactCreate,
            company_id: Id::parse(&self.demo.company_id).ok_or("the demo's companyId is no id")?,
            location_id: Id::parse(&self.demo.location_id),
            record_id: String::new(),
            payload: Value::Null,
            cause: Cause::default(),
            aside: Value::Null,
            at: clock::timestamp(),
        };
        LocationScope::of_event(&event).ok_or_else(|| "the demo's locationId is no id".to_owned())
    }
}

/// Needs the extension that Debian's `postgresql` brings.
const READ_DATABASE: &str = "create extension if not exists pg_prewarm;
    select sum(pg_prewarm(oid::regclass, 'read')) from pg_class where relkind in ('r', 'i', 't')";

fn read_files(folder: &Path) -> Outcome<()> {
    for entry in folder.read_dir().during("cannot look into the data directory")? {
        let file = entry.during("cannot look into the data directory")?.path();
        if file.is_file() {
            let mut opened = std::fs::File::open(&file).during("cannot open a data file")?;
            std::io::copy(&mut opened, &mut std::io::sink()).during("cannot read a data file")?;
        }
    }
    Ok(())
}

/// A database of our own on the throw-away server; gone when dropped.
struct Database {
    server: String,
    name: String,
}

impl Database {
    fn make(server: &str, name: &str) -> Outcome<Self> {
        psql(server, &format!("create database {name}"))?;
        Ok(Self { server: server.to_owned(), name: name.to_owned() })
    }

    fn url(&self) -> String {
        let (base, query) = self.server.split_once('?').unwrap_or((&self.server, ""));
        let root = base.rsplit_once('/').map_or(base, |(root, _)| root);
        format!("{root}/{}{}{query}", self.name, if query.is_empty() { "" } else { "?" })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Err(why) = psql(&self.server, &format!("drop database if exists {} with (force)", self.name)) {
            eprintln!("leadhold-bench: {why}");
        }
    }
}

fn psql(server: &str, statement: &str) -> Outcome<()> {
    let ran = Command::new("psql").args(["--no-psqlrc", "--quiet", "--command", statement, server]).output();
    let ran = ran.during("cannot run `psql` (Debian: postgresql-client)")?;
    if ran.status.success() {
        return Ok(());
    }
    Err(format!("`{statement}` failed: {}", String::from_utf8_lossy(&ran.stderr)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_s_address_is_the_server_s_with_another_name() {
        let url = |server: &str| {
            let database = std::mem::ManuallyDrop::new(Database { server: server.into(), name: "b".into() });
            database.url()
        };
        assert_eq!(url("postgres://u:p@h:1/postgres"), "postgres://u:p@h:1/b");
        assert_eq!(
            url("postgres://u:p@h:1/postgres?sslmode=disable"),
            "postgres://u:p@h:1/b?sslmode=disable"
        );
    }
}

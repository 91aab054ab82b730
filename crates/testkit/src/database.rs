//! A database for one test: a SQLite file, or a database of its own on the PostgreSQL server under test.

use std::collections::BTreeMap;

use leadhold_kernel::{Id, Random, id};
use leadhold_store::{Backend, LOGS, MAIN, Store, migrate};
use postgres::{Client, NoTls};

use crate::content;

/// A fresh database; gone when dropped.
pub struct Database {
    backend: Backend,
    /// Where files of this test may lie.
    pub dir: tempfile::TempDir,
    server: Option<(String, String)>,
}

impl Database {
    /// A migrated database on the engine under test.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn fresh(random: &dyn Random) -> Self {
        Self::make(random, true).await
    }

    /// A database without any table, for tests of migrations.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn empty(random: &dyn Random) -> Self {
        Self::make(random, false).await
    }

    async fn make(random: &dyn Random, migrated: bool) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let Some(server) = server_url() else {
            let backend = Backend::Embedded(dir.path().to_owned());
            return Self { backend, dir, server: None };
        };
        let name = format!("t_{}", Id::<id::App>::generate(random));
        let template = if migrated { template(&server).await } else { "template0".to_owned() };
        let (admin, created) = (server.clone(), name.clone());
        blocking(move || {
            // The template must have no visitor while it is copied: one copy at a time.
            let mut admin = locked(&admin);
            run(&mut admin, &format!("create database {created} template {template}"));
        })
        .await;
        let backend = Backend::Postgres(with_database(&server, &name));
        Self { backend, dir, server: Some((server, name)) }
    }

    /// How to open it.
    #[must_use]
    pub fn backend(&self) -> &Backend {
        &self.backend
    }

    /// Every table with all of its rows, as text: equal before and after what must change nothing.
    ///
    /// # Panics
    /// When the database cannot be read.
    pub async fn content(&self) -> BTreeMap<String, Vec<String>> {
        let tables = self.rows().await.into_iter();
        tables.map(|(table, rows)| (table, content::lines(rows))).collect()
    }

    /// Every table with all of its rows, each column with its name.
    ///
    /// # Panics
    /// When the database cannot be read.
    pub async fn rows(&self) -> BTreeMap<String, Vec<Vec<(String, String)>>> {
        let backend = self.backend.clone();
        blocking(move || match backend {
            Backend::Embedded(dir) => content::of_sqlite(&dir.join("leadhold.db")),
            Backend::Postgres(url) => content::of_postgres(&url, "public"),
        })
        .await
    }

    /// As [`Database::content`], of the request log.
    ///
    /// # Panics
    /// When the database cannot be read.
    pub async fn log_content(&self) -> Vec<String> {
        let backend = self.backend.clone();
        let mut tables = blocking(move || match backend {
            Backend::Embedded(dir) => content::of_sqlite(&dir.join("logs.db")),
            Backend::Postgres(url) => content::of_postgres(&url, "logs"),
        })
        .await;
        content::lines(tables.remove("request_log").expect("the request log's table"))
    }

    /// Whether this is PostgreSQL.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.server.is_some()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((server, name)) = self.server.take() else { return };
        // The synchronous client must not run inside a tokio thread.
        let dropped = std::thread::spawn(move || {
            let mut admin = Client::connect(&server, NoTls)?;
            admin.batch_execute(&format!("drop database if exists {name} with (force)"))
        });
        if !std::thread::panicking() {
            dropped.join().expect("a thread").expect("the test's database is dropped");
        }
    }
}

/// The PostgreSQL server under test, if any.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told their engine by the environment; they have no config"
)]
fn server_url() -> Option<String> {
    std::env::var("LEADHOLD_TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

fn with_database(server: &str, name: &str) -> String {
    let (base, query) = server.split_once('?').map_or((server, String::new()), |(b, q)| (b, format!("?{q}")));
    let root = base.rsplit_once('/').map_or(base, |(root, _)| root);
    format!("{root}/{name}{query}")
}

/// The migrated database that others are copied from, made once per state of the migrations.
async fn template(server: &str) -> String {
    let texts = MAIN.iter().chain(LOGS).map(|m| m.common.len() + m.postgres.len());
    let name = format!("template_{}_{}", MAIN.len() + LOGS.len(), texts.sum::<usize>());
    let (admin, wanted) = (server.to_owned(), name.clone());
    let missing = blocking(move || {
        let mut admin = Client::connect(&admin, NoTls).expect("the PostgreSQL server under test answers");
        admin
            .query_opt("select 1 from pg_database where datname = $1", &[&wanted])
            .expect("a query")
            .is_none()
    })
    .await;
    if missing {
        make_template(server, &name).await;
    }
    name
}

/// Migrates under another name and renames at the end, so that nobody copies half a template.
async fn make_template(server: &str, name: &str) {
    let draft = format!("{name}_draft_{}", std::process::id());
    let (admin, made) = (server.to_owned(), draft.clone());
    blocking(move || run(&mut locked(&admin), &format!("create database {made}"))).await;
    let backend = Backend::Postgres(with_database(server, &draft));
    let store = Store::open(&backend).expect("the template opens");
    migrate(&store, MAIN).await.expect("the template migrates");
    let logs = Store::open_logs(&backend).expect("the template's request log opens");
    migrate(&logs, LOGS).await.expect("the template's request log migrates");
    blocking(move || drop((store, logs))).await;
    let (admin, name) = (server.to_owned(), name.to_owned());
    blocking(move || {
        let mut admin = locked(&admin);
        let there =
            admin.query_opt("select 1 from pg_database where datname = $1", &[&name]).expect("a query");
        if there.is_none() {
            run(&mut admin, &format!("alter database {draft} rename to {name}"));
        } else {
            run(&mut admin, &format!("drop database {draft} with (force)"));
        }
    })
    .await;
}

fn locked(server: &str) -> Client {
    let mut admin = Client::connect(server, NoTls).expect("the PostgreSQL server under test answers");
    run(&mut admin, "select pg_advisory_lock(4711)"); // ends with the connection
    admin
}

fn run(admin: &mut Client, sql: &str) {
    admin.batch_execute(sql).unwrap_or_else(|e| panic!("{sql}: {e:?}"));
}

/// The synchronous client must not run inside a tokio thread.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (reply, answer) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || drop(reply.send(work())));
    answer.await.expect("the thread answered")
}

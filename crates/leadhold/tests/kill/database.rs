//! The database as it lies on the disk, read past the server: the judge believes no answer.

use std::path::Path;
use std::time::Duration;

use postgres::{Client, NoTls};
use rusqlite::{Connection, OpenFlags};

/// A reader of one engine.
pub enum Database {
    Sqlite(Connection),
    Postgres(Box<Client>),
}

impl Database {
    /// Opens the embedded store for reading only.
    pub fn sqlite(data: &Path) -> Self {
        Self::file(&data.join("leadhold.db"))
    }

    fn file(path: &Path) -> Self {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).expect("the store opens");
        connection.busy_timeout(Duration::from_secs(10)).expect("a timeout");
        Self::Sqlite(connection)
    }

    /// Opens the database behind a URL.
    pub fn postgres(url: &str) -> Self {
        let mut config: postgres::Config = url.parse().expect("a URL");
        Self::Postgres(Box::new(
            config.application_name("the judge").connect(NoTls).expect("the database answers"),
        ))
    }

    /// All rows of a query, every column as text and null as an empty one. `{hex NAME}` is a column of bytes in hex.
    pub fn rows<const N: usize>(&mut self, sql: &str) -> Vec<[String; N]> {
        match self {
            Self::Sqlite(connection) => {
                let sql = sql.replace("{hex ", "lower(hex(").replace('}', "))");
                let mut query = connection.prepare(&sql).unwrap_or_else(|why| panic!("{sql}: {why}"));
                let rows = query.query_map([], |row| {
                    let mut texts = [const { String::new() }; N];
                    for (at, text) in texts.iter_mut().enumerate() {
                        *text = shown(row.get(at)?);
                    }
                    Ok(texts)
                });
                rows.and_then(Iterator::collect).unwrap_or_else(|why| panic!("{sql}: {why}"))
            }
            Self::Postgres(client) => {
                let sql = sql.replace("{hex ", "encode(").replace('}', ", 'hex')");
                // The simple protocol answers every type as text.
                let messages = client.simple_query(&sql).unwrap_or_else(|why| panic!("{sql}: {why:?}"));
                let row = |message| match message {
                    postgres::SimpleQueryMessage::Row(row) => {
                        Some(std::array::from_fn(|at| row.get(at).unwrap_or_default().to_owned()))
                    }
                    _ => None,
                };
                messages.into_iter().filter_map(row).collect()
            }
        }
    }

    /// The first column of a query's only row, as a number.
    pub fn number(&mut self, sql: &str) -> usize {
        let [[text]] = self.rows(sql).try_into().unwrap_or_else(|rows| panic!("{sql}: {rows:?}"));
        text.parse().unwrap_or_else(|why| panic!("{sql}: `{text}`: {why}"))
    }

    /// What the engine itself says of the file; nothing when it is sound, or when the engine has no file for us.
    pub fn damage(&mut self) -> Vec<String> {
        let Self::Sqlite(connection) = self else { return Vec::new() };
        // By a connection of its own: one that has checked a full-text table before keeps in mind how its segments lay, and
        // calls it corrupt once they were merged.
        let mut fresh = Self::file(Path::new(connection.path().expect("a file")));
        let checks =
            ["pragma integrity_check", "select 'orphan in ' || \"table\" from pragma_foreign_key_check"];
        let said = checks.into_iter().flat_map(|check| fresh.rows(check)).map(|[line]| line);
        said.filter(|line| line != "ok").collect()
    }

    /// The server's sessions by process id. A killed client's session may still be committing; none on SQLite.
    pub fn sessions(&mut self) -> Vec<String> {
        match self {
            Self::Sqlite(_) => Vec::new(),
            Self::Postgres(_) => {
                let ours = "select pid from pg_stat_activity where datname = current_database() and application_name = 'leadhold'";
                self.rows(ours).into_iter().map(|[pid]| pid).collect()
            }
        }
    }
}

fn shown(value: rusqlite::types::Value) -> String {
    use rusqlite::types::Value;
    match value {
        Value::Null => String::new(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Blob(bytes) => format!("{} bytes", bytes.len()),
    }
}

//! A transaction: the same five verbs on both engines.

use std::collections::HashMap;

use leadhold_kernel::{Id, id};

use crate::error::DbError;
use crate::sql::{Dynamic, Sql};
use crate::tally::{Amount, Part, Tallies};
use crate::value::{Inner, Row, Value};

/// How many built statements a connection keeps prepared. A client's filters are few in shape; beyond this the cache
/// starts anew rather than grow.
const DYNAMIC_CACHE: usize = 256;
/// Rows that one statement inserts at most.
const INSERTED_AT_ONCE: usize = 100;

/// A running transaction. Nothing in it can wait for the network: its methods are synchronous and it cannot be sent on.
pub struct Tx<'c> {
    engine: Engine<'c>,
    /// Whether a statement lost a race (deadlock, lock timeout), so that the whole work is worth running again.
    pub(crate) busy: bool,
    tallies: Tallies,
}

pub(crate) enum Engine<'c> {
    Sqlite { conn: &'c rusqlite::Connection, texts: &'c mut Texts },
    Postgres { client: &'c mut postgres::Client, prepared: &'c mut Prepared, lane: i64 },
}

/// The SQLite spelling of each fixed statement, by the address of its text.
#[derive(Default)]
pub(crate) struct Texts(HashMap<usize, String>);

impl Texts {
    fn of(&mut self, sql: Sql) -> &str {
        self.0.entry(sql.text().as_ptr() as usize).or_insert_with(|| sqlite_text(sql.text()))
    }
}

/// The statements that a PostgreSQL session has prepared.
#[derive(Default)]
pub(crate) struct Prepared {
    fixed: HashMap<usize, postgres::Statement>,
    built: HashMap<String, postgres::Statement>,
}

impl Prepared {
    fn fixed(&mut self, client: &mut postgres::Client, sql: Sql) -> Result<postgres::Statement, DbError> {
        let key = sql.text().as_ptr() as usize;
        if let Some(statement) = self.fixed.get(&key) {
            return Ok(statement.clone());
        }
        let statement = client.prepare(&postgres_text(sql.text()))?;
        self.fixed.insert(key, statement.clone());
        Ok(statement)
    }

    fn built(&mut self, client: &mut postgres::Client, text: &str) -> Result<postgres::Statement, DbError> {
        if let Some(statement) = self.built.get(text) {
            return Ok(statement.clone());
        }
        if self.built.len() >= DYNAMIC_CACHE {
            self.built.clear();
        }
        let statement = client.prepare(&postgres_text(text))?;
        self.built.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// `$n` numbers by first appearance on SQLite, `?n` by its number: the rule of the standard that we want.
pub(crate) fn sqlite_text(text: &str) -> String {
    let text = with_words(text, |table, alias, asked| {
        format!("{alias}.{table} match 'location_id:\"' || $1 || '\" AND body:(' || {asked} || ')'")
    });
    text.replace("{skip_locked}", "").replace('$', "?")
}

pub(crate) fn postgres_text(text: &str) -> String {
    let text = with_words(text, |_, alias, asked| {
        format!(
            "array_to_tsvector(string_to_array({alias}.body, ' ') || ('@' || {alias}.location_id)) @@ \
             ('''@' || $1 || ''' & ' || replace(replace({asked}, '*', ':*'), ' ', ' & '))::tsquery"
        )
    });
    text.replace("{skip_locked}", " for update skip locked")
}

/// Puts an engine's spelling in the place of every `{words TABLE ALIAS $n}`: the row of a full-text table is of the
/// location `$1` and has the words `$n` (`leadhold_kernel::words::asked`).
fn with_words(text: &str, spelled: impl Fn(&str, &str, &str) -> String) -> String {
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{words ") {
        let (inside, after) = after.split_once('}').unwrap_or((after, ""));
        let mut parts = inside.split(' ');
        let mut part = || parts.next().unwrap_or_default();
        done.push_str(before);
        done.push_str(&spelled(part(), part(), part()));
        rest = after;
    }
    done + rest
}

impl<'c> Tx<'c> {
    pub(crate) fn new(engine: Engine<'c>) -> Self {
        Self { engine, busy: false, tallies: Tallies::default() }
    }

    fn note<T>(&mut self, result: Result<T, DbError>) -> Result<T, DbError> {
        self.busy |= matches!(result, Err(DbError::Busy(_)));
        result
    }

    /// Runs a statement; answers how many rows it changed.
    ///
    /// # Errors
    /// What the database says.
    pub fn exec(&mut self, sql: Sql, params: &[Value<'_>]) -> Result<u64, DbError> {
        let result = match &mut self.engine {
            Engine::Sqlite { conn, texts } => sqlite_exec(conn, texts.of(sql), params),
            Engine::Postgres { client, prepared, .. } => prepared
                .fixed(client, sql)
                .and_then(|statement| Ok(client.execute(&statement, &as_postgres(params))?)),
        };
        self.note(result)
    }

    /// All rows of a statement, each read by `read`.
    ///
    /// # Errors
    /// What the database or `read` says.
    pub fn query<T>(
        &mut self,
        sql: Sql,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        let result = match &mut self.engine {
            Engine::Sqlite { conn, texts } => sqlite_rows(conn, texts.of(sql), params, read),
            Engine::Postgres { client, prepared, .. } => prepared
                .fixed(client, sql)
                .and_then(|statement| postgres_rows(client, &statement, params, read)),
        };
        self.note(result.map_err(|e| name_place(e, sql.name())))
    }

    /// The first row, where there is one.
    ///
    /// # Errors
    /// What the database or `read` says.
    pub fn query_opt<T>(
        &mut self,
        sql: Sql,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError> {
        Ok(self.query(sql, params, read)?.into_iter().next())
    }

    /// The one row that must be there: counts, and `returning` of an insert.
    ///
    /// # Errors
    /// [`DbError::Inconsistent`] when there is none.
    pub fn query_one<T>(
        &mut self,
        sql: Sql,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.query_opt(sql, params, read)?
            .ok_or_else(|| DbError::Inconsistent { place: sql.name().to_owned(), fault: "no row".to_owned() })
    }

    /// All rows of a built statement.
    ///
    /// # Errors
    /// What the database or `read` says.
    pub fn query_dynamic<T>(
        &mut self,
        sql: &Dynamic,
        read: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        let result = match &mut self.engine {
            Engine::Sqlite { conn, .. } => sqlite_rows(conn, &sqlite_text(sql.text()), sql.params(), read),
            Engine::Postgres { client, prepared, .. } => prepared
                .built(client, sql.text())
                .and_then(|statement| postgres_rows(client, &statement, sql.params(), read)),
        };
        self.note(result)
    }

    /// Inserts rows that all begin with the location and `common`, many with one statement. `into` is the table with its
    /// columns.
    ///
    /// # Errors
    /// What the database says.
    pub fn insert_rows(
        &mut self,
        into: &str,
        location: &Id<id::Location>,
        common: &[Value<'static>],
        rows: &[Vec<Value<'static>>],
    ) -> Result<(), DbError> {
        let beginning: Vec<String> = (1..=common.len() + 1).map(|number| format!("${number}")).collect();
        let next = format!("), ({}, ", beginning.join(", "));
        for batch in rows.chunks(INSERTED_AT_ONCE) {
            let mut sql = Dynamic::in_location(&format!("insert into {into} values ("), location);
            for value in common {
                sql.push(", ").bind(value.clone());
            }
            for (at, row) in batch.iter().enumerate() {
                sql.push(if at == 0 { ", " } else { &next }).list(row.iter().cloned());
            }
            sql.push(")");
            self.query_dynamic(&sql, |_| Ok(()))?;
        }
        Ok(())
    }

    /// Runs `work` in a savepoint: when it fails, what it did is undone, and the transaction goes on without it. For
    /// steps whose failure is an answer and not the end, such as an automation's.
    ///
    /// # Errors
    /// What `work` says, or the database against the savepoint.
    pub fn attempt<T, E: From<DbError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.batch("savepoint attempt")?;
        let tallied = self.tallies.mark();
        let result = work(self);
        if result.is_err() {
            self.batch("rollback to savepoint attempt")?;
            self.tallies.back_to(tallied);
        }
        self.batch("release savepoint attempt")?;
        result
    }

    /// Runs `work` and takes back what it did, however it ends: answers what would have happened.
    ///
    /// # Errors
    /// As [`Tx::attempt`].
    pub fn rehearse<T, E: From<DbError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.batch("savepoint rehearsal")?;
        let tallied = self.tallies.mark();
        let result = work(self);
        self.batch("rollback to savepoint rehearsal")?;
        self.tallies.back_to(tallied);
        self.batch("release savepoint rehearsal")?;
        result
    }

    /// Adds `amounts` to a counter when the transaction ends (`tally.rs` says why). The parameters of `sql` are the parts of
    /// `key`, a number of the lane, and the amounts; it makes the row of the lane or adds to it.
    pub fn tally<A: Into<Amount>>(
        &mut self,
        sql: Sql,
        key: impl IntoIterator<Item = Part>,
        amounts: impl IntoIterator<Item = A>,
    ) {
        let amounts = amounts.into_iter().map(Into::into).collect();
        self.tallies.note(sql, key.into_iter().collect(), amounts);
    }

    /// Writes what was tallied. Whoever reads a counter in the transaction that may have added to it calls this first; the end
    /// of the transaction does.
    ///
    /// # Errors
    /// What the database says.
    pub fn settle(&mut self) -> Result<(), DbError> {
        let lane = match &self.engine {
            Engine::Sqlite { .. } => 0,
            Engine::Postgres { lane, .. } => *lane,
        };
        for total in self.tallies.take() {
            self.exec(total.sql, &total.params(lane))?;
        }
        Ok(())
    }

    fn batch(&mut self, sql: &str) -> Result<(), DbError> {
        let result = match &mut self.engine {
            Engine::Sqlite { conn, .. } => conn.execute_batch(sql).map_err(DbError::from),
            Engine::Postgres { client, .. } => client.batch_execute(sql).map_err(DbError::from),
        };
        self.note(result)
    }

    /// PostgreSQL's own client, within this transaction; `None` on SQLite.
    pub(crate) fn postgres(&mut self) -> Option<&mut postgres::Client> {
        match &mut self.engine {
            Engine::Sqlite { .. } => None,
            Engine::Postgres { client, .. } => Some(client),
        }
    }

    /// Holds others off `what` until the transaction ends, so that "look, then write" cannot interleave. Callers that
    /// need several take them in sorted order. SQLite has one writer: there is nobody to hold off.
    ///
    /// # Errors
    /// What the database says.
    pub fn lock(&mut self, what: &str) -> Result<(), DbError> {
        self.advise("select pg_advisory_xact_lock(hashtextextended($1, 0))", what)
    }

    /// Holds those off who [`Tx::lock`] the same, and not those who share it: "it must stay as it is while we come to it".
    ///
    /// # Errors
    /// What the database says.
    pub fn share(&mut self, what: &str) -> Result<(), DbError> {
        self.advise("select pg_advisory_xact_lock_shared(hashtextextended($1, 0))", what)
    }

    fn advise(&mut self, statement: &str, what: &str) -> Result<(), DbError> {
        let result = match &mut self.engine {
            Engine::Sqlite { .. } => Ok(()),
            Engine::Postgres { client, .. } => {
                client.execute(statement, &[&what]).map(drop).map_err(DbError::from)
            }
        };
        self.note(result)
    }

    /// Runs the texts of a migration, with the tokens for the types that differ put in.
    pub(crate) fn run_script(&mut self, common: &str, sqlite: &str, postgres: &str) -> Result<(), DbError> {
        match &mut self.engine {
            Engine::Sqlite { conn, .. } => {
                let types = |text: &str| {
                    text.replace("{serial}", "integer primary key autoincrement").replace("{bytes}", "blob")
                };
                conn.execute_batch(&types(common))?;
                Ok(conn.execute_batch(&types(sqlite))?)
            }
            Engine::Postgres { client, .. } => {
                let types = |text: &str| {
                    text.replace("{serial}", "bigint generated always as identity primary key")
                        .replace("{bytes}", "bytea")
                };
                client.batch_execute(&types(common))?;
                Ok(client.batch_execute(&types(postgres))?)
            }
        }
    }

    /// Prepares `sql` without running it: what the statement test does with every one.
    ///
    /// # Errors
    /// What the engine says against the text.
    pub fn prepare(&mut self, sql: Sql) -> Result<(), DbError> {
        match &mut self.engine {
            Engine::Sqlite { conn, texts } => {
                conn.prepare_cached(texts.of(sql)).map(drop).map_err(Into::into)
            }
            Engine::Postgres { client, prepared, .. } => prepared.fixed(client, sql).map(drop),
        }
    }
}

fn name_place(error: DbError, statement: &str) -> DbError {
    match error {
        DbError::Inconsistent { place, fault } => {
            DbError::Inconsistent { place: format!("{statement}, {place}"), fault }
        }
        other => other,
    }
}

fn sqlite_exec(conn: &rusqlite::Connection, text: &str, params: &[Value<'_>]) -> Result<u64, DbError> {
    let mut statement = conn.prepare_cached(text)?;
    Ok(statement.execute(rusqlite::params_from_iter(params))? as u64)
}

fn sqlite_rows<T>(
    conn: &rusqlite::Connection,
    text: &str,
    params: &[Value<'_>],
    mut read: impl FnMut(&Row<'_>) -> Result<T, DbError>,
) -> Result<Vec<T>, DbError> {
    let mut statement = conn.prepare_cached(text)?;
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(read(&Row(Inner::Sqlite(row)))?);
    }
    Ok(out)
}

fn postgres_rows<T>(
    client: &mut postgres::Client,
    statement: &postgres::Statement,
    params: &[Value<'_>],
    mut read: impl FnMut(&Row<'_>) -> Result<T, DbError>,
) -> Result<Vec<T>, DbError> {
    let rows = client.query(statement, &as_postgres(params))?;
    rows.iter().map(|row| read(&Row(Inner::Postgres(row)))).collect()
}

fn as_postgres<'a>(params: &'a [Value<'_>]) -> Vec<&'a (dyn postgres::types::ToSql + Sync)> {
    params.iter().map(|p| p as &(dyn postgres::types::ToSql + Sync)).collect()
}

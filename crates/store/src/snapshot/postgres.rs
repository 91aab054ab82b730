//! Copies on PostgreSQL: a schema with the tables that have rows, and where the counters were.

use std::collections::{BTreeSet, HashMap};

use postgres::Client;

use super::Snapshot;
use crate::Tx;
use crate::error::DbError;

/// What no copy has: the schema stays as it is.
const MIGRATIONS: &str = "schema_migrations";
/// Where a copy keeps the counters. No table of ours has a space in its name.
const COUNTERS: &str = "the counters";

pub(super) fn all(tx: &mut Tx<'_>) -> Result<Vec<Snapshot>, DbError> {
    let rows = client(tx)?.query(
        "select substr(n.nspname, 10), coalesce(obj_description(n.oid, 'pg_namespace'), ''),
            coalesce((select sum(pg_total_relation_size(c.oid))::bigint from pg_class c
                where c.relnamespace = n.oid and c.relkind = 'r'), 0)
         from pg_namespace n where n.nspname like 'snapshot\\_%' order by n.nspname",
        &[],
    )?;
    rows.iter()
        .map(|row| {
            let bytes: i64 = row.try_get(2)?;
            Ok(Snapshot { name: row.try_get(0)?, note: row.try_get(1)?, bytes: bytes.unsigned_abs() })
        })
        .collect()
}

pub(super) fn take(tx: &mut Tx<'_>, name: &str, note: &str) -> Result<(), DbError> {
    let client = client(tx)?;
    if exists(client, name)? {
        return Err(DbError::Unique("snapshots.name".to_owned()));
    }
    let mut script = format!("create schema \"snapshot_{name}\"; ");
    let note = note.replace('\'', "''");
    script.push_str(&format!("comment on schema \"snapshot_{name}\" is '{note}'; "));
    let tables = tables(client, "public")?;
    for table in with_rows(client, &tables)? {
        script
            .push_str(&format!("create table \"snapshot_{name}\".\"{table}\" as table public.\"{table}\"; "));
    }
    script.push_str(&format!(
        "create table \"snapshot_{name}\".\"{COUNTERS}\" as
            select sequencename::text as counter, last_value as value from pg_sequences where schemaname = 'public'; "
    ));
    Ok(client.batch_execute(&script)?)
}

pub(super) fn restore(tx: &mut Tx<'_>, name: &str) -> Result<bool, DbError> {
    let client = client(tx)?;
    if !exists(client, name)? {
        return Ok(false);
    }
    let here = tables(client, "public")?;
    let kept: BTreeSet<_> = tables(client, &format!("snapshot_{name}"))?.into_iter().collect();
    let columns = columns(client)?;
    // All locks at once, so that nobody sees one table new and the next one old.
    let all: Vec<_> = here.iter().map(|table| format!("public.\"{table}\"")).collect();
    let mut script = format!("lock table {} in access exclusive mode; ", all.join(", "));
    let full = with_rows(client, &here)?;
    if !full.is_empty() {
        let full: Vec<_> = full.iter().map(|table| format!("public.\"{table}\"")).collect();
        script.push_str(&format!("truncate {} cascade; ", full.join(", ")));
    }
    for table in in_order(client, here)?.iter().filter(|table| kept.contains(*table)) {
        let columns = columns.get(table).map(String::as_str).unwrap_or_default();
        script.push_str(&format!(
            "insert into public.\"{table}\" ({columns}) overriding system value
                select {columns} from \"snapshot_{name}\".\"{table}\"; "
        ));
    }
    script.push_str(&format!(
        "select setval(format('public.%I', counter)::regclass, coalesce(value, 1), value is not null)
            from \"snapshot_{name}\".\"{COUNTERS}\"; "
    ));
    client.batch_execute(&script)?;
    Ok(true)
}

pub(super) fn remove(tx: &mut Tx<'_>, name: &str) -> Result<bool, DbError> {
    let client = client(tx)?;
    if !exists(client, name)? {
        return Ok(false);
    }
    client.batch_execute(&format!("drop schema \"snapshot_{name}\" cascade"))?;
    Ok(true)
}

fn client<'t>(tx: &'t mut Tx<'_>) -> Result<&'t mut Client, DbError> {
    tx.postgres().ok_or_else(|| DbError::Failed("this store is not PostgreSQL's".to_owned()))
}

fn exists(client: &mut Client, name: &str) -> Result<bool, DbError> {
    let schema = format!("snapshot_{name}");
    Ok(client.query_opt("select 1 from pg_namespace where nspname = $1", &[&schema])?.is_some())
}

fn tables(client: &mut Client, schema: &str) -> Result<Vec<String>, DbError> {
    let rows =
        client.query("select tablename::text from pg_tables where schemaname = $1 order by 1", &[&schema])?;
    let names = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
    Ok(names.into_iter().filter(|name| name != MIGRATIONS && name != COUNTERS).collect())
}

/// Those that are not empty: most are, and each costs files.
fn with_rows(client: &mut Client, tables: &[String]) -> Result<Vec<String>, DbError> {
    let asked: Vec<_> = tables
        .iter()
        .map(|table| format!("select '{table}'::text where exists (select 1 from public.\"{table}\")"))
        .collect();
    let rows = client.query(&asked.join(" union all "), &[])?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

/// The columns of each table that can be written, as a list for a statement.
fn columns(client: &mut Client) -> Result<HashMap<String, String>, DbError> {
    let rows = client.query(
        "select c.relname::text, string_agg(quote_ident(a.attname), ', ' order by a.attnum)
         from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
            and a.attgenerated = ''
         group by 1",
        &[],
    )?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Tables behind those that they refer to. A table may refer to itself: its rows come with one statement.
fn in_order(client: &mut Client, tables: Vec<String>) -> Result<Vec<String>, DbError> {
    let rows = client.query(
        "select distinct f.relname::text, t.relname::text
         from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
         where k.contype = 'f' and k.connamespace = 'public'::regnamespace and f.oid <> t.oid",
        &[],
    )?;
    let refers: Vec<(String, String)> =
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, DbError>>()?;
    let (mut waiting, mut ordered) = (tables, Vec::new());
    while !waiting.is_empty() {
        let free = |table: &String| !refers.iter().any(|(from, to)| from == table && waiting.contains(to));
        let (next, rest): (Vec<_>, Vec<_>) = waiting.iter().cloned().partition(free);
        if next.is_empty() {
            return Err(DbError::Failed(format!("these tables refer to each other in a circle: {rest:?}")));
        }
        ordered.extend(next);
        waiting = rest;
    }
    Ok(ordered)
}

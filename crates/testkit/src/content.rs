//! The whole content of a database as text, read past the store: the judge must not share the defendant's code.

use std::collections::BTreeMap;
use std::path::Path;

use postgres::{Client, NoTls, SimpleQueryMessage};
use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// A row: each column's name and its value as text.
pub(crate) type Named = Vec<(String, String)>;

/// Rows as lines, in order.
pub(crate) fn lines(rows: Vec<Named>) -> Vec<String> {
    let line = |row: Named| row.into_iter().map(|(_, value)| value).collect::<Vec<_>>().join("|");
    let mut lines: Vec<String> = rows.into_iter().map(line).collect();
    lines.sort();
    lines
}

pub(crate) fn of_sqlite(file: &Path) -> BTreeMap<String, Vec<Named>> {
    let db = Connection::open(file).expect("the test's database opens");
    let mut tables = db
        .prepare(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' \
             and name not like '%\\_search\\__%' escape '\\'", // the parts of a text index; the index itself is read
        )
        .expect("the list of tables");
    let tables: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .expect("the list of tables")
        .map(|name| name.expect("a name"))
        .collect();
    tables.into_iter().map(|table| (table.clone(), sqlite_rows(&db, &table))).collect()
}

fn sqlite_rows(db: &Connection, table: &str) -> Vec<Named> {
    let mut statement = db.prepare(&format!("select * from \"{table}\"")).expect("a table");
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let rows = statement.query_map([], |row| {
        let value = |(i, name): (usize, &String)| Ok((name.clone(), shown(row.get_ref(i)?)));
        columns.iter().enumerate().map(value).collect::<Result<Named, _>>()
    });
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

/// Text as text, so that a test can look for a word.
fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        other => format!("{other:?}"),
    }
}

pub(crate) fn of_postgres(url: &str, schema: &str) -> BTreeMap<String, Vec<Named>> {
    let mut client = Client::connect(url, NoTls).expect("the test's database answers");
    let tables = client
        .query("select table_name::text from information_schema.tables where table_schema = $1", &[&schema])
        .expect("the list of tables");
    let tables: Vec<String> = tables.iter().map(|row| row.get(0)).collect();
    tables.into_iter().map(|table| (table.clone(), postgres_rows(&mut client, schema, &table))).collect()
}

fn postgres_rows(client: &mut Client, schema: &str, table: &str) -> Vec<Named> {
    let messages = client.simple_query(&format!("select * from \"{schema}\".\"{table}\"")).expect("a table");
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            let values = row.columns().iter().enumerate();
            Some(values.map(|(i, c)| (c.name().to_owned(), row.get(i).unwrap_or("∅").to_owned())).collect())
        }
        _ => None,
    });
    rows.collect()
}

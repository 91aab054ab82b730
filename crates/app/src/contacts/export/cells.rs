//! Cells of an exported file. The headers are those of the real service's own exports, so that either side imports them.

use leadhold_kernel::Error;
use leadhold_store::json_text;
use serde_json::Value;

use crate::contacts::service::lists;
use crate::contacts::stored::Stored;
use crate::custom_fields::CustomField;

/// A column that every file has.
struct Column {
    header: &'static str,
    cell: fn(&Stored) -> String,
}

const fn column(header: &'static str, cell: fn(&Stored) -> String) -> Column {
    Column { header, cell }
}

const COLUMNS: &[Column] = &[
    column("Contact Id", |row| row.id.clone()),
    column("First Name", |row| text(&row.first_name)),
    column("Last Name", |row| text(&row.last_name)),
    column("Phone", |row| text(&row.phone)),
    column("Email", |row| text(&row.email)),
    column("Business Name", |row| text(&row.company_name)),
    column("Street Address", |row| text(&row.address1)),
    column("City", |row| text(&row.city)),
    column("State", |row| text(&row.state)),
    column("Postal Code", |row| text(&row.postal_code)),
    column("Country", |row| text(&row.country)),
    column("Website", |row| text(&row.website)),
    column("Time Zone", |row| text(&row.timezone)),
    column("Date Of Birth", |row| text(&row.date_of_birth)),
    column("Gender", |row| text(&row.gender)),
    column("Contact Source", |row| text(&row.source)),
    column("Contact Type", |row| row.kind.clone()),
    column("Assigned User", |row| row.assigned_to.clone()),
    column("DND", |row| row.dnd.to_string()),
    column("Created", |row| row.date_added.iso()),
    column("Last Updated", |row| row.date_updated.iso()),
    column("Tags", |row| joined(&row.tags, "tag")),
    column("Additional Emails", |row| joined(&row.additional_emails, "email")),
    column("Additional Phones", |row| joined(&row.additional_phones, "phone")),
];

fn text(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}

/// A stored list of texts or of `{key: text}`.
fn joined(list: &str, key: &str) -> String {
    let list: Value = serde_json::from_str(list).unwrap_or_default();
    listed(&lists::texts(&list, key).collect::<Vec<_>>())
}

/// A list with commas between its texts; as JSON where they would not come apart again.
fn listed(texts: &[&str]) -> String {
    let apart =
        |text: &&str| !text.contains([',', ';', '\n']) && text.trim() == *text && !text.starts_with('[');
    if texts.iter().all(apart) { texts.join(", ") } else { json_text(texts) }
}

/// The header.
pub(super) fn head(custom: &[CustomField], bom: bool) -> Result<Vec<u8>, Error> {
    let begin: &[u8] = if bom { b"\xEF\xBB\xBF" } else { b"" };
    let mut names: Vec<&str> = COLUMNS.iter().map(|column| column.header).collect();
    for field in custom {
        // A name that is taken says nothing: then the key does.
        let taken = names.iter().any(|name| name.eq_ignore_ascii_case(&field.name));
        names.push(if taken { &field.field_key } else { &field.name });
    }
    let header = written(std::iter::once(names.into_iter().map(guarded)))?;
    Ok([begin, &header].concat())
}

/// Lines of contacts.
pub(super) fn rows(custom: &[CustomField], rows: &[Stored]) -> Result<Vec<u8>, Error> {
    written(rows.iter().map(|row| {
        let values: Vec<Value> = serde_json::from_str(&row.custom_fields).unwrap_or_default();
        let own = custom.iter().map(move |field| {
            let value = values.iter().find(|value| value["id"] == field.id.as_str());
            value.map(|value| custom_cell(&value["value"])).unwrap_or_default()
        });
        COLUMNS.iter().map(|column| guarded(&(column.cell)(row))).chain(own)
    }))
}

fn written<R, C>(rows: R) -> Result<Vec<u8>, Error>
where
    R: Iterator<Item = C>,
    C: Iterator<Item = String>,
{
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.map(String::into_bytes)).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(Error::internal)
}

/// A custom field's value: lists with commas, what has parts as JSON.
fn custom_cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Number(number) => number.to_string(), // never a formula, and a number to the spreadsheet
        Value::String(text) => guarded(text),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            guarded(&listed(&items.iter().filter_map(Value::as_str).collect::<Vec<_>>()))
        }
        other => guarded(&other.to_string()),
    }
}

/// A cell that no spreadsheet calculates. What looks as if it had been guarded already is guarded once more.
fn guarded(cell: &str) -> String {
    if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// A cell as it was before an export guarded it.
#[must_use]
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_cell_is_a_formula() {
        let texts =
            ["=1+1", "+18888888888", "-1", "@SUM(A1)", "\tx", "\rx", "a=b", "", "'=1", "''-", "'tis", "'"];
        let cells = texts.map(guarded);
        insta::assert_snapshot!(cells.join("|").escape_debug(), @r"\'=1+1|\'+18888888888|\'-1|\'@SUM(A1)|\'\tx|\'\rx|a=b||\'\'=1|\'\'\'-|\'tis|\'");
        assert_eq!(cells.each_ref().map(|cell| unguarded(cell)), texts);
    }

    #[test]
    fn values_of_every_shape_are_cells() {
        let values =
            [json!(-1.5), json!("=x"), json!(["a", "b"]), json!(["=a"]), json!({"a": "b"}), json!(null)];
        let cells: Vec<String> = values.iter().map(custom_cell).collect();
        assert_eq!(cells, ["-1.5", "'=x", "a, b", "'=a", r#"{"a":"b"}"#, ""]);
    }
}

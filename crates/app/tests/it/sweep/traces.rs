//! What a play left: every row of its location in every table, and what the outside was sent.

use std::collections::{BTreeMap, BTreeSet};

use leadhold_testkit::{Database, Received};
use serde_json::Value;

/// Columns that say how often something was tried, or in which order rows of all tenants were written.
const NO_EFFECT: &[(&str, &str)] = &[
    ("*", "seq"),
    ("*", "no"),
    ("*", "contact_no"),
    ("*", "opportunity_no"),
    ("*", "record_no"),
    ("event_order", "position"),
    ("webhook_deliveries", "sequence"),
    ("*", "rowid"),
    ("jobs", "attempts"),
    ("events", "relay_attempts"),
    ("webhook_deliveries", "attempts"),
    ("tokens", "hint"),
];
/// Counters in several rows, of which chance chooses one: the column of the choice, and those that are summed up.
const SUMMED: &[(&str, &str, &[&str])] = &[
    ("contact_counts", "shard", &["contacts"]),
    ("opportunity_sums", "shard", &["opportunities", "value", "own_value", "own_weighted"]),
    ("object_record_counts", "shard", &["records"]),
    ("workflow_step_counts", "slot", &["entered", "done", "failed", "waiting"]),
    ("workflow_run_counts", "slot", &["started", "finished", "stopped", "removed", "failed"]),
];
/// Tables of what was tried, which may be more than once.
const TRIES: &[&str] = &["webhook_attempts"];

/// What the outside was sent, by key: at least once, and each time the same.
#[derive(Debug, Default)]
pub struct Sent(BTreeMap<String, (String, usize)>);

impl Sent {
    pub fn of(requests: &[Received]) -> Self {
        let mut sent = BTreeMap::<String, (String, usize)>::new();
        for request in requests {
            let names = ["idempotency-key", "webhook-id", "x-ghl-webhook-id"];
            let key = names.iter().map(|name| request.header(name)).find(|key| !key.is_empty());
            let body = String::from_utf8_lossy(&request.body);
            let named = serde_json::from_slice::<Value>(&request.body).ok();
            let named = named.and_then(|body| body["webhookId"].as_str().map(str::to_owned));
            let key = named.or(key.map(str::to_owned)).expect("what leaves has a key");
            let said = format!("{} {} {body}", request.method, request.uri);
            let first = sent.entry(key).or_insert((said.clone(), 0));
            assert_eq!(first.0, said, "the same key says the same");
            first.1 += 1;
        }
        Self(sent)
    }

    fn told(&self) -> Vec<String> {
        let mut told: Vec<String> = self.0.values().map(|(said, _)| redacted(said)).collect();
        told.sort();
        told
    }
}

/// What a play left.
#[derive(Debug)]
pub struct Left {
    tables: BTreeMap<String, Vec<String>>,
    sent: Sent,
}

impl Left {
    pub async fn of(database: &Database, location: &str, sent: Sent) -> Self {
        let mut tables = BTreeMap::new();
        for (table, rows) in database.rows().await {
            let ours = rows.into_iter().filter(|row| row.iter().any(|(_, value)| value.contains(location)));
            let ours = summed(&table, ours.collect());
            let mut lines: Vec<String> = ours.iter().map(|row| line(&table, row)).collect();
            lines.sort();
            if TRIES.contains(&table.as_str()) {
                lines.dedup();
            }
            if !lines.is_empty() {
                tables.insert(table, lines);
            }
        }
        Self { tables, sent }
    }

    /// Whether the undisturbed play did what it is for: a play that fails in the same way each time would show nothing.
    pub fn check(&self, name: &str, is_action: bool) {
        let steps = self.tables.get("workflow_run_steps").map(Vec::as_slice).unwrap_or_default();
        let of_kind = format!(" type={name} ");
        let done = |line: &String| line.contains(&of_kind) && line.contains(" error=∅ ");
        assert!(!is_action || steps.iter().any(done), "no step did {name}: {steps:#?}");
        assert!(!self.tables.contains_key("dead_jobs"), "{:#?}", self.tables["dead_jobs"]);
        for needed in ["workflow_runs", "workflow_run_counts", "workflow_step_counts", "contacts", "events"] {
            assert!(self.tables.contains_key(needed), "{name} left nothing in {needed}");
        }
    }

    pub fn compare(&self, undisturbed: &Self, when: &str) {
        let tables: BTreeSet<&String> = self.tables.keys().chain(undisturbed.tables.keys()).collect();
        let of = |left: &Self, table: &str| left.tables.get(table).cloned().unwrap_or_default();
        let mut differences = String::new();
        for table in tables {
            let (ours, theirs) = (of(self, table), of(undisturbed, table));
            let one = |from: &[String], other: &[String], sign: &str| {
                let more = from.iter().filter(|line| count(from, line) > count(other, line));
                more.map(|line| format!("{table} {sign}{line}\n")).collect::<String>()
            };
            differences += &(one(&ours, &theirs, "+") + &one(&theirs, &ours, "-"));
        }
        assert!(
            differences.is_empty(),
            "{when}. + only it left, - only an undisturbed play leaves\n{differences}"
        );
        assert_eq!(self.sent.told(), undisturbed.sent.told(), "{when}: what was sent");
        assert!(
            undisturbed.sent.0.values().all(|(_, times)| *times == 1),
            "undisturbed, nothing is sent twice"
        );
    }
}

fn count(lines: &[String], line: &str) -> usize {
    lines.iter().filter(|other| *other == line).count()
}

type Row = Vec<(String, String)>;

/// One row in the place of those that count the same.
fn summed(table: &str, rows: Vec<Row>) -> Vec<Row> {
    let Some((_, choice, counts)) = SUMMED.iter().find(|(of, _, _)| *of == table) else { return rows };
    let mut sums = BTreeMap::<Row, Vec<f64>>::new();
    for row in rows {
        let counted = |column: &String| counts.contains(&column.as_str());
        let value =
            |name: &&str| row.iter().find(|(column, _)| column == name).map(|(_, value)| plain(value));
        let values: Vec<f64> =
            counts.iter().map(|name| value(name).and_then(|v| v.parse().ok()).expect("a count")).collect();
        let rest = row.iter().filter(|(column, _)| column != choice && !counted(column)).cloned().collect();
        let sum = sums.entry(rest).or_insert_with(|| vec![0.0; counts.len()]);
        sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
    }
    let whole = |(mut row, sum): (Row, Vec<f64>)| {
        row.extend(counts.iter().zip(sum).map(|(name, sum)| ((*name).to_owned(), sum.to_string())));
        row
    };
    sums.into_iter().map(whole).collect()
}

/// A row as `column=value` for each column that is an effect.
fn line(table: &str, row: &[(String, String)]) -> String {
    let shown = row.iter().filter(|(column, _)| {
        !NO_EFFECT.iter().any(|(of, name)| name == column && (*of == "*" || *of == table))
    });
    shown.map(|(column, value)| format!(" {column}={} ", redacted(&plain(value)))).collect()
}

/// A value without the engines' words for its type; bytes are the text that they spell.
fn plain(value: &str) -> String {
    let inside = |kind: &str, end: &str| value.strip_prefix(kind).and_then(|rest| rest.strip_suffix(end));
    if value == "Null" {
        return "∅".to_owned();
    }
    let sqlite = inside("Blob([", "])").map(|list| list.split(", ").map(|byte| byte.parse().ok()).collect());
    let postgres = value.strip_prefix("\\x").map(|hex| {
        let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
        pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
    });
    if let Some(bytes) = sqlite.or(postgres) {
        let bytes: Option<Vec<u8>> = bytes;
        return bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| "[bytes]".to_owned());
    }
    inside("Integer(", ")").or(inside("Real(", ")")).unwrap_or(value).to_owned()
}

/// A text with `[id]` for ids, `[time]` for moments and `[key]` for digests and the like.
fn redacted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        // The place of an event in the order of all tenants'.
        let numbered = out.ends_with("\"sequence\":");
        let (shown, length) = word(rest);
        let shown = if numbered { Some("[place]") } else { shown };
        match shown {
            Some(shown) => out.push_str(shown),
            None => out.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    out + rest
}

/// The word at the beginning of a text: what stands for it, if anything does, and its length.
fn word(text: &str) -> (Option<&'static str>, usize) {
    let end = |more: fn(char) -> bool| text.find(|c: char| !more(c)).unwrap_or(text.len());
    // 2026-01-15T10:00:00.000Z
    let moment = end(|c| c.is_ascii_digit() || "-:.TZ".contains(c));
    if moment >= 20 && text.as_bytes().get(4) == Some(&b'-') && text[..moment].contains('T') {
        return (Some("[time]"), moment);
    }
    let dashed = end(|c| c.is_ascii_hexdigit() || c == '-');
    if dashed == 36 && text[..dashed].matches('-').count() == 4 {
        return (Some("[id]"), dashed);
    }
    let length = end(|c| c.is_ascii_alphanumeric());
    let whole = &text[..length];
    let digits = whole.bytes().all(|b| b.is_ascii_digit());
    let shown = match length {
        13 if digits => Some("[time]"),
        10 if digits && whole.starts_with("17") => Some("[time]"), // in seconds
        20 => Some("[id]"),
        24 if whole.bytes().all(|b| b.is_ascii_hexdigit()) => Some("[id]"),
        _ if length > 24 => Some("[key]"),
        _ if whole.starts_with("person") => Some("[person]"),
        _ => None,
    };
    (shown, length)
}

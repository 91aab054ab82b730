//! `leadhold contacts import`: uploads a file, watches what becomes of it, and prints each row's outcome.
//!
//! The server does the work and goes on without anybody who watches. The same command again, within a day, finds the import
//! that it began (its `Idempotency-Key` is made of the file and of what was said with it) and goes on watching; so does
//! `--resume`.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use http::Method;
use leadhold_kernel::{Id, id};
use serde_json::{Map, Value, json};

use super::super::server::{Server, Silence, body};
use super::super::{print_on, runtime};
use super::Remote;
use crate::compose::Machine;
use crate::fault::Fault;

const IMPORTS: &str = "/leadhold/v1/contacts/imports";
/// Rows that one answer has.
const PAGE: usize = 500;
/// Between two looks at an import.
const PAUSE: Duration = Duration::from_millis(400);
/// Looks in a row at a server that is away.
const PATIENCE: usize = 100;

#[derive(clap::Args)]
pub struct Import {
    #[command(flatten)]
    remote: Remote,

    /// The file, or - for standard input
    #[arg(required_unless_present_any = ["resume", "undo"])]
    file: Option<PathBuf>,

    /// Which column is which field, where its heading does not say it; `COLUMN=` leaves it out
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = column)]
    map: Vec<(String, Option<String>)>,

    /// What becomes of a row whose contact is there already [default: update]
    #[arg(long, value_parser = ["update", "skip", "create"])]
    duplicates: Option<String>,

    /// A tag for every row
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,

    /// Say what would become of each row, and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Import the same file once more, instead of going on with the import that it began
    #[arg(long)]
    again: bool,

    /// Go on watching an import
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "undo"])]
    resume: Option<String>,

    /// Take an import back: delete what it made, and give back what it changed
    #[arg(long, value_name = "ID", conflicts_with = "file")]
    undo: Option<String>,

    /// Only print rows behind this one
    #[arg(long, value_name = "ROW", default_value_t = 0)]
    after: i64,
}

/// `Mail=email`; the last `=` divides, since a heading may have one.
fn column(said: &str) -> Result<(String, Option<String>), String> {
    let (column, field) = said.rsplit_once('=').ok_or("say COLUMN=FIELD, such as Mail=email")?;
    Ok((column.to_owned(), Some(field.to_owned()).filter(|field| !field.is_empty())))
}

impl Import {
    pub fn run(self) -> Result<(), Fault> {
        let watch = Watch { server: self.remote.server()?, remote: &self.remote };
        runtime()?.block_on(async {
            if let Some(id) = &self.undo {
                return watch.undo(id, self.after).await;
            }
            let id = match (&self.resume, &self.file) {
                (Some(id), _) => id.clone(),
                (None, Some(file)) => self.begin(&watch.server, read(file)?).await?,
                (None, None) => return Err(Fault::usage("name a file")),
            };
            eprintln!("import {id}; should this end early, `--resume {id}` goes on");
            match watch.to_the_end(&id, self.after, Rows::AsTheyCome).await? {
                Some(import) => done(&import),
                None => Ok(()), // nobody reads any more, and the server goes on
            }
        })
    }

    /// Uploads the file; the id of its import.
    async fn begin(&self, server: &Server, file: Vec<u8>) -> Result<String, Fault> {
        let path = self.remote.path(IMPORTS, &self.said());
        let mut hash = Context::new(&SHA256);
        hash.update(path.as_bytes());
        hash.update(&file);
        if self.again {
            let chance = Machine::real().cx().random;
            hash.update(Id::<id::Object>::generate(chance.as_ref()).as_str().as_bytes());
        }
        let key = format!("cli-{}", hex::encode(hash.finish()));
        let headers = [("content-type", "text/csv"), ("idempotency-key", key.as_str())];
        let begun = server.exchange(Method::POST, &path, file.into(), &headers).await?;
        let id = body(&begun)["import"]["id"].as_str().map(str::to_owned);
        id.ok_or_else(|| Fault::failed("the server answered without the import's id"))
    }

    /// What is said with the file.
    fn said(&self) -> Vec<(&'static str, String)> {
        let mut said: Vec<(&'static str, String)> = Vec::new();
        said.extend(self.duplicates.clone().map(|word| ("duplicates", word)));
        said.extend(self.dry_run.then(|| ("dryRun", "true".to_owned())));
        said.extend(self.tags.iter().map(|tag| ("tags", tag.clone())));
        if !self.map.is_empty() {
            let mapping: Map<String, Value> =
                self.map.iter().map(|(column, field)| (column.clone(), json!(field))).collect();
            said.push(("mapping", Value::Object(mapping).to_string()));
        }
        let name = self.file.as_deref().filter(|file| *file != Path::new("-")).and_then(Path::file_name);
        said.extend(name.map(|name| ("fileName", name.to_string_lossy().into_owned())));
        said
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Fault> {
    let cannot = |error: std::io::Error| Fault::failed(format!("cannot read {}: {error}", file.display()));
    if file != Path::new("-") {
        return std::fs::read(file).map_err(cannot);
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(cannot)?;
    Ok(bytes)
}

/// When rows are printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// Each chunk when it is done.
    AsTheyCome,
    /// Those that were taken back, or kept, once all are: the last go first.
    Undone,
}

struct Watch<'a> {
    server: Server,
    remote: &'a Remote,
}

impl Watch<'_> {
    async fn undo(&self, id: &str, after: i64) -> Result<(), Fault> {
        let import = self.look(id).await?;
        if !matches!(state(&import), "undoing" | "undone") {
            let path = self.remote.path(&format!("{IMPORTS}/{id}/undo"), &[] as &[(&str, &str)]);
            self.server.exchange(Method::POST, &path, Bytes::new(), &[]).await?;
        }
        let Some(import) = self.to_the_end(id, after, Rows::Undone).await? else { return Ok(()) };
        eprintln!("undone {}, kept {}", import["undone"], import["kept"]);
        match import["kept"].as_i64() {
            Some(0) => Ok(()),
            _ => Err(Fault::failed(
                "some contacts were changed or deleted since: their rows say `kept`, and why",
            )),
        }
    }

    /// Prints rows until the import is over; the import as it is then, `None` when nobody reads any more.
    async fn to_the_end(&self, id: &str, mut after: i64, rows: Rows) -> Result<Option<Value>, Fault> {
        let mut told = String::new();
        loop {
            let import = self.look(id).await?;
            let over = matches!(state(&import), "done" | "cancelled" | "undone");
            if over || rows == Rows::AsTheyCome {
                match self.print_rows(id, after, rows).await? {
                    Some(last) => after = last,
                    None => return Ok(None),
                }
            }
            tell(&import, rows, over, &mut told);
            if over {
                return Ok(Some(import));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Prints the rows behind one that are done; the last of them, `None` when nobody reads any more.
    async fn print_rows(&self, id: &str, mut after: i64, rows: Rows) -> Result<Option<i64>, Fault> {
        loop {
            let asked = [("after", after.to_string()), ("limit", PAGE.to_string())];
            let answer = self.get(&self.remote.path(&format!("{IMPORTS}/{id}/rows"), &asked)).await?;
            let page = answer["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
            for row in page {
                after = row["row"].as_i64().unwrap_or(after);
                let wanted = rows == Rows::AsTheyCome || row.get("undo").is_some();
                if wanted && !print_on(&row.to_string())? {
                    return Ok(None);
                }
            }
            if page.len() < PAGE {
                return Ok(Some(after));
            }
        }
    }

    async fn look(&self, id: &str) -> Result<Value, Fault> {
        let path = self.remote.path(&format!("{IMPORTS}/{id}"), &[] as &[(&str, &str)]);
        Ok(self.get(&path).await?["import"].take())
    }

    /// Reads patiently: a server that is away for a moment has lost nothing.
    async fn get(&self, path: &str) -> Result<Value, Fault> {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.server.exchange(Method::GET, path, Bytes::new(), &[]).await {
                Ok(answer) => return Ok(body(&answer)),
                Err(Silence::Away(_)) if tried < PATIENCE => tokio::time::sleep(PAUSE).await,
                Err(silence) => return Err(silence.into()),
            }
        }
    }
}

fn state(import: &Value) -> &str {
    import["state"].as_str().unwrap_or_default()
}

/// Says how far it is: on a terminal in one line, else a line for every ten percent.
fn tell(import: &Value, rows: Rows, over: bool, told: &mut String) {
    let number = |name: &str| import[name].as_i64().unwrap_or_default();
    let (now, ends) = match rows {
        Rows::AsTheyCome => (format!("{} of {} rows", number("processed"), number("total")), "done"),
        Rows::Undone => (format!("{} rows taken back", number("undone")), "undone"),
    };
    if std::io::stderr().is_terminal() {
        eprint!("\r{now}{}", if over { "\n" } else { "" });
        return;
    }
    let step = format!("{ends} {}", number("percentage") / 10);
    if *told != step || over {
        eprintln!("{now}");
        *told = step;
    }
}

/// How it ended: a sentence, and a fault when rows are at fault.
fn done(import: &Value) -> Result<(), Fault> {
    let count = |name: &str| import[name].as_i64().unwrap_or_default();
    let words = ["created", "updated", "unchanged", "skipped", "failed"];
    let counts: Vec<String> = words.iter().map(|word| format!("{word} {}", count(word))).collect();
    eprintln!("{}{}", if import["dryRun"] == json!(true) { "would be: " } else { "" }, counts.join(", "));
    if state(import) == "cancelled" {
        let told =
            format!("the import was cancelled after {} of {} rows", count("processed"), count("total"));
        return Err(Fault::failed(told));
    }
    match count("failed") {
        0 => Ok(()),
        failed => Err(Fault::failed(format!(
            "{failed} of {} rows are at fault: their lines say why",
            count("total")
        ))),
    }
}

//! `leadhold workflows apply`.

use std::path::PathBuf;

use http::Method;
use serde_json::{Map, Value, json};

use super::super::{print, runtime};
use super::diff::wanted;
use super::file::{self, File};
use super::{Asked, WORKFLOWS, folder, meant, refused, segment, text};
use crate::fault::Fault;

/// Nothing is changed unless every file can be: the server reads all of them first, and each fault is said with its line.
#[derive(clap::Args)]
pub struct Apply {
    #[command(flatten)]
    asked: Asked,

    /// The folder
    folder: PathBuf,

    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,

    /// Let workflows that no file describes listen no more; their runs go on
    #[arg(long)]
    prune: bool,
}

/// What is to be done with one workflow.
struct Change {
    verb: &'static str,
    method: Method,
    path: String,
    body: Map<String, Value>,
    what: String,
}

impl Apply {
    pub fn run(self) -> Result<(), Fault> {
        let files = folder(&self.folder)?;
        runtime()?.block_on(async {
            let faults = self.faults(&files).await?;
            if !faults.is_empty() {
                return Err(refused(&faults));
            }
            let changes = self.changes(&files).await?;
            for change in &changes {
                if !self.dry_run {
                    self.asked.send(change.method.clone(), &change.path, change.body.clone()).await?;
                }
                print(&format!("{:<11} {}", change.verb, change.what))?;
            }
            if changes.is_empty() {
                eprintln!("nothing to do: the server has what the files say");
            }
            Ok(())
        })
    }

    /// What the server would refuse, file by file.
    async fn faults(&self, files: &[File]) -> Result<Vec<String>, Fault> {
        let mut faults = Vec::new();
        for file in files {
            let status = file.said.get("status");
            let known = ["draft", "published"];
            if status.is_some_and(|status| !status.as_str().is_some_and(|status| known.contains(&status))) {
                faults.push(file.fault("status", "must be draft or published"));
            }
            if file.said.get("id").is_some_and(|id| !id.is_string()) {
                faults.push(file.fault("id", "must be a text"));
            }
            let mut definition = file.said.clone();
            for key in ["id", "status"] {
                definition.shift_remove(key);
            }
            let sent = Map::from_iter([("definition".to_owned(), Value::Object(definition))]);
            let answer = self.asked.send(Method::POST, &format!("{WORKFLOWS}/check"), sent).await?;
            let publishes = file.text("status") == "published";
            for fault in answer["faults"].as_array().into_iter().flatten() {
                if publishes || fault["mayStayInDraft"] == false {
                    faults.push(file.fault(text(fault, "at"), text(fault, "message")));
                }
            }
        }
        Ok(faults)
    }

    async fn changes(&self, files: &[File]) -> Result<Vec<Change>, Fault> {
        let all = self.asked.all().await?;
        let mut changes = Vec::new();
        for file in files {
            let what = format!("{} ({})", file.text("name"), file.path.display());
            let Some(one) = meant(file, &all) else {
                let verb = if file.text("status") == "published" { "publish" } else { "create" };
                let mut body = wanted(file, &Map::new());
                body.shift_remove("id");
                let path = WORKFLOWS.to_owned();
                changes.push(Change { verb, method: Method::POST, path, body, what });
                continue;
            };
            let whole = self.asked.one(text(one, "id")).await?;
            let there = file::of_workflow(&whole);
            let mut body = wanted(file, &there);
            let unpublished = whole["publishedVersion"] != whole["version"];
            let publishes = body["status"] == "published";
            if body == there && !(publishes && unpublished) {
                continue;
            }
            let verb = match (publishes, there["status"] == "published") {
                (true, _) => "publish",
                (false, true) => "unpublish",
                (false, false) => "change",
            };
            body.shift_remove("id");
            // Somebody else's change in between is not written over.
            body.insert("version".to_owned(), whole["version"].clone());
            let path = format!("{WORKFLOWS}/{}", segment(text(one, "id"))?);
            changes.push(Change { verb, method: Method::PUT, path, body, what });
        }
        if self.prune {
            let strange = |one: &&Value| !files.iter().any(|file| meant(file, &all) == Some(*one));
            for one in all.iter().filter(strange).filter(|one| one["status"] == "published") {
                changes.push(self.unpublish(one).await?);
            }
        }
        Ok(changes)
    }

    async fn unpublish(&self, one: &Value) -> Result<Change, Fault> {
        let whole = self.asked.one(text(one, "id")).await?;
        let mut body = file::of_workflow(&whole);
        body.shift_remove("id");
        body.insert("status".to_owned(), json!("draft"));
        body.insert("version".to_owned(), whole["version"].clone());
        let path = format!("{WORKFLOWS}/{}", segment(text(one, "id"))?);
        let what = format!("{} ({})", text(one, "name"), text(one, "id"));
        Ok(Change { verb: "unpublish", method: Method::PUT, path, body, what })
    }
}

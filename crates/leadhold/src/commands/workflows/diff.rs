//! `leadhold workflows diff`.

use std::path::PathBuf;

use serde_json::{Map, Value};
use similar::TextDiff;

use super::super::{print, runtime};
use super::file::{self, File, Format};
use super::{Asked, folder, meant, text};
use crate::fault::Fault;

#[derive(clap::Args)]
pub struct Diff {
    #[command(flatten)]
    asked: Asked,

    /// The folder
    folder: PathBuf,
}

impl Diff {
    pub fn run(self) -> Result<(), Fault> {
        let files = folder(&self.folder)?;
        let differs = runtime()?.block_on(async {
            let all = self.asked.all().await?;
            let mut differs = 0;
            for file in &files {
                let there = match meant(file, &all) {
                    Some(one) => file::of_workflow(&self.asked.one(text(one, "id")).await?),
                    None => Map::new(),
                };
                let here = wanted(file, &there);
                if here != there {
                    differs += 1;
                    print(&between(file, &there, &here))?;
                }
            }
            for one in all.iter().filter(|one| !files.iter().any(|file| meant(file, &all) == Some(*one))) {
                differs += 1;
                print(&format!("only on the server: {} ({})\n", text(one, "name"), text(one, "id")))?;
            }
            Ok::<_, Fault>(differs)
        })?;
        match differs {
            0 => Ok(()),
            1 => Err(Fault::failed("1 workflow differs")),
            more => Err(Fault::failed(format!("{more} workflows differ"))),
        }
    }
}

/// What the server would have once the file is applied: its id is not the file's to say, nor a status that it leaves out.
pub(super) fn wanted(file: &File, there: &Map<String, Value>) -> Map<String, Value> {
    let mut wanted = file.said.clone();
    match there.get("id") {
        Some(id) => drop(wanted.insert("id".to_owned(), id.clone())),
        None => drop(wanted.shift_remove("id")),
    }
    if !wanted.contains_key("status") {
        let status = there.get("status").cloned().unwrap_or_else(|| "draft".into());
        wanted.insert("status".to_owned(), status);
    }
    file::in_order(&wanted)
}

fn between(file: &File, there: &Map<String, Value>, here: &Map<String, Value>) -> String {
    let text = |said: &Map<String, Value>| match said.is_empty() {
        true => String::new(),
        false => file::written(said, Format::Yaml),
    };
    let (old, new) = (text(there), text(here));
    let diff = TextDiff::from_lines(&old, &new);
    let name = file.path.display().to_string();
    diff.unified_diff().context_radius(3).header("the server", &name).to_string()
}

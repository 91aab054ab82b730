//! Workflows as files of a folder: one each, in YAML or JSON.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::yaml::{self, Text};
use crate::fault::Fault;

/// What a file says, in this order.
const KEYS: [&str; 6] = ["id", "name", "status", "triggers", "steps", "settings"];
/// The longest name of a file, without its ending.
const LONGEST: usize = 80;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Yaml,
    /// For programs.
    Json,
}

/// A file that describes a workflow.
#[derive(Debug)]
pub struct File {
    pub path: PathBuf,
    text: Text,
    /// What it says, in the order in which all files say it.
    pub said: Map<String, Value>,
}

impl File {
    /// What is wrong at a place of it, with the line.
    pub fn fault(&self, place: &str, message: &str) -> String {
        format!("{}:{}: {place}: {message}", self.path.display(), self.text.line(place))
    }

    pub fn text(&self, key: &str) -> &str {
        self.said.get(key).and_then(Value::as_str).unwrap_or_default()
    }
}

/// The files of a folder by name, and what cannot be read.
pub fn all(folder: &Path) -> Result<(Vec<File>, Vec<String>), Fault> {
    let failed = |error: std::io::Error| Fault::failed(format!("cannot read {}: {error}", folder.display()));
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if matches!(ending, Some("yaml" | "yml" | "json")) && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        match read(&path) {
            Ok(file) => files.push(file),
            Err(fault) => faults.push(fault),
        }
    }
    for key in ["id", "name"] {
        for (at, file) in files.iter().enumerate() {
            let text = file.text(key);
            let first = files[..at].iter().find(|other| !text.is_empty() && other.text(key) == text);
            if let Some(first) = first {
                faults.push(file.fault(key, &format!("`{text}` is also that of {}", first.path.display())));
            }
        }
    }
    Ok((files, faults))
}

fn read(path: &Path) -> Result<File, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{shown}: cannot be read: {error}"))?;
    let text = Text::read(text.trim_start_matches('\u{feff}'))
        .map_err(|(line, fault)| format!("{shown}:{line}: {fault}"))?;
    let Value::Object(mut said) = text.value.clone() else {
        return Err(format!("{shown}:1: a workflow is an object with the keys {}", KEYS.join(", ")));
    };
    said.shift_remove("$schema");
    Ok(File { path: path.to_owned(), text, said: in_order(&said) })
}

/// The same, with the keys that a file has in their order and unknown ones behind, and without lists that are empty.
pub fn in_order(said: &Map<String, Value>) -> Map<String, Value> {
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    };
    let known = KEYS.iter().filter_map(|key| said.get_key_value(*key));
    let unknown = said.iter().filter(|(key, _)| !KEYS.contains(&key.as_str()));
    let kept = known.chain(unknown).filter(|(_, value)| !empty(value));
    kept.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// What a file says of a workflow that the server shows.
pub fn of_workflow(workflow: &Value) -> Map<String, Value> {
    let whole = workflow.as_object().cloned().unwrap_or_default();
    in_order(&whole.into_iter().filter(|(key, _)| KEYS.contains(&key.as_str())).collect())
}

/// The text of a file.
pub fn written(said: &Map<String, Value>, format: Format) -> String {
    match format {
        Format::Yaml => yaml::written(&json!(said)),
        Format::Json => serde_json::to_string_pretty(said).unwrap_or_default() + "\n",
    }
}

/// The name of a workflow's file; with a part of its id when another has the name already.
pub fn name(workflow: &Map<String, Value>, taken: &[String], format: Format) -> String {
    let text = |key: &str| workflow.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut name = String::new();
    for char in text("name").chars().flat_map(char::to_lowercase) {
        if char.is_alphanumeric() {
            name.push(char);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if name.len() >= LONGEST {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    let ending = match format {
        Format::Yaml => "yaml",
        Format::Json => "json",
    };
    let start: String = text("id").chars().take(8).collect();
    let plain = format!("{}.{ending}", if name.is_empty() { "workflow" } else { name });
    if taken.contains(&plain) { format!("{name}-{start}.{ending}") } else { plain }
}

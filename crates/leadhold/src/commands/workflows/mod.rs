//! `leadhold workflows`.

mod apply;
mod diff;
mod export;
mod file;
mod list;
mod run;
mod runs;
mod yaml;

use clap::Subcommand;
use http::Method;
use serde_json::{Map, Value, json};

use super::server::{Server, body};
use crate::fault::Fault;

/// Where workflows are.
const WORKFLOWS: &str = "/leadhold/v1/workflows";

/// See workflows and their runs, and keep workflows as files
///
/// Asks a running server, here or elsewhere, with a location's token.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  export LEADHOLD_TOKEN=pit-…
  leadhold workflows list
  leadhold workflows export workflows/
  leadhold workflows diff workflows/
  leadhold workflows apply workflows/ --dry-run
  leadhold workflows runs 'New leads' --status failed
  leadhold workflows run 8FhX2ZqJ0T3yWk5LmN7P")]
pub struct Workflows {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the workflows
    List(list::List),
    /// List runs of a workflow, newest first
    Runs(Box<runs::Runs>),
    /// Show a run: what each step did
    Run(run::Run),
    /// Write each workflow into a file of a folder
    Export(export::Export),
    /// Show how a folder differs from the server; the exit code is 1 when it does
    Diff(diff::Diff),
    /// Make the server's workflows what the files of a folder say
    Apply(apply::Apply),
}

impl Workflows {
    pub fn run(self) -> Result<(), Fault> {
        match self.action {
            Action::List(command) => command.run(),
            Action::Runs(command) => command.run(),
            Action::Run(command) => command.run(),
            Action::Export(command) => command.run(),
            Action::Diff(command) => command.run(),
            Action::Apply(command) => command.run(),
        }
    }
}

/// Who is asked, as whom, and about which location.
#[derive(clap::Args)]
struct Asked {
    /// The server
    #[arg(long, value_name = "URL", env = "LEADHOLD_URL", default_value = "http://127.0.0.1:8080")]
    url: String,

    /// A private integration token of the location or an app's access token
    #[arg(long, value_name = "TOKEN", env = "LEADHOLD_TOKEN", hide_env_values = true)]
    token: String,

    /// The location, where the token is good for several
    #[arg(long, value_name = "ID")]
    location: Option<String>,
}

impl Asked {
    fn server(&self) -> Result<Server, Fault> {
        Server::at(&self.url).with_token(&self.token)
    }

    /// Asks for `path` with these fields of the query.
    async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, Fault> {
        let length = path.len() + 1;
        let mut path = form_urlencoded::Serializer::for_suffix(format!("{path}?"), length);
        path.extend_pairs(query).extend_pairs(self.location.iter().map(|id| ("locationId", id)));
        Ok(body(&self.server()?.get(&path.finish(), &[]).await?))
    }

    async fn send(&self, method: Method, path: &str, mut sent: Map<String, Value>) -> Result<Value, Fault> {
        if let Some(location) = &self.location {
            sent.insert("locationId".to_owned(), json!(location));
        }
        let text = Value::Object(sent).to_string();
        Ok(body(&self.server()?.send(method, path, text, &[]).await?))
    }

    /// All workflows, without their definitions.
    async fn all(&self) -> Result<Vec<Value>, Fault> {
        let mut answer = self.get(WORKFLOWS, &[]).await?;
        Ok(answer["workflows"].as_array_mut().map(std::mem::take).unwrap_or_default())
    }

    /// A workflow with its newest definition.
    async fn one(&self, id: &str) -> Result<Value, Fault> {
        let mut answer = self.get(&format!("{WORKFLOWS}/{}", segment(id)?), &[]).await?;
        Ok(answer["workflow"].take())
    }

    /// The id of the workflow that is named by its id or its name.
    async fn named(&self, named: &str) -> Result<String, Fault> {
        let all = self.all().await?;
        let is = |key: &str| all.iter().filter(|one| text(one, key) == named).collect::<Vec<_>>();
        match (is("id").as_slice(), is("name").as_slice()) {
            ([one], _) | ([], [one]) => Ok(text(one, "id").to_owned()),
            ([], []) => {
                Err(Fault::failed(format!("there is no workflow `{named}`; see `leadhold workflows list`")))
            }
            _ => Err(Fault::failed(format!("several workflows are called `{named}`; name one by its id"))),
        }
    }
}

/// A field as text; empty when there is none.
fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// An id as a part of a path.
fn segment(id: &str) -> Result<&str, Fault> {
    let fits = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fits.then_some(id).ok_or_else(|| Fault::usage(format!("`{id}` is no id; see `leadhold workflows list`")))
}

/// Reads the folder; with faults nothing more is done.
fn folder(folder: &std::path::Path) -> Result<Vec<file::File>, Fault> {
    let (files, faults) = file::all(folder)?;
    if !faults.is_empty() {
        return Err(refused(&faults));
    }
    if files.is_empty() {
        let folder = folder.display();
        return Err(Fault::failed(format!("{folder} has no .yaml, .yml or .json file in it")));
    }
    Ok(files)
}

fn refused(faults: &[String]) -> Fault {
    Fault::failed(format!("nothing was changed\n{}", faults.join("\n")))
}

/// The workflow that a file means: by its id, else by its name.
fn meant<'w>(file: &file::File, all: &'w [Value]) -> Option<&'w Value> {
    let by = |key: &str| {
        let wanted = file.text(key);
        all.iter().find(|one| !wanted.is_empty() && text(one, key) == wanted)
    };
    by("id").or_else(|| by("name"))
}

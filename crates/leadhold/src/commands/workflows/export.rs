//! `leadhold workflows export`.

use std::path::PathBuf;

use serde_json::Value;

use super::super::{print, runtime};
use super::file::{self, Format};
use super::{Asked, text};
use crate::fault::Fault;

#[derive(clap::Args)]
pub struct Export {
    #[command(flatten)]
    asked: Asked,

    /// The folder; made if it is not there
    folder: PathBuf,

    /// How the files are written
    #[arg(long, value_enum, default_value = "yaml")]
    format: Format,
}

impl Export {
    pub fn run(self) -> Result<(), Fault> {
        let all = runtime()?.block_on(async {
            let mut all = Vec::new();
            for one in self.asked.all().await? {
                all.push(self.asked.one(text(&one, "id")).await?);
            }
            Ok::<_, Fault>(all)
        })?;
        self.write(&all)
    }

    /// A workflow that has a file keeps its name, however the file is called.
    fn write(&self, all: &[Value]) -> Result<(), Fault> {
        let failed = |path: &std::path::Path, error| {
            Fault::failed(format!("cannot write {}: {error}", path.display()))
        };
        std::fs::create_dir_all(&self.folder).map_err(|error| failed(&self.folder, error))?;
        let (known, _) = file::all(&self.folder)?;
        let mut taken: Vec<String> =
            known.iter().filter_map(|file| Some(file.path.file_name()?.to_str()?.to_owned())).collect();
        for workflow in all {
            let said = file::of_workflow(workflow);
            let own = known.iter().find(|file| file.text("id") == text(workflow, "id"));
            let path = match own {
                Some(file) => file.path.clone(),
                None => {
                    let name = file::name(&said, &taken, self.format);
                    taken.push(name.clone());
                    self.folder.join(name)
                }
            };
            let json = path.extension().is_some_and(|ending| ending == "json");
            let format = if json { Format::Json } else { Format::Yaml };
            std::fs::write(&path, file::written(&said, format)).map_err(|error| failed(&path, error))?;
            print(&path.display().to_string())?;
        }
        Ok(())
    }
}

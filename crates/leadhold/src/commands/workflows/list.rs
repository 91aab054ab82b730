//! `leadhold workflows list`.

use super::super::{print_json, print_on, runtime};
use super::{Asked, text};
use crate::commands::harmless;
use crate::fault::Fault;

#[derive(clap::Args)]
pub struct List {
    #[command(flatten)]
    asked: Asked,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl List {
    pub fn run(self) -> Result<(), Fault> {
        let all = runtime()?.block_on(self.asked.all())?;
        if self.json {
            return print_json(&all);
        }
        for one in &all {
            let (id, status, name) = (text(one, "id"), text(one, "status"), text(one, "name"));
            let line = format!("{id}  {status:<9}  v{:<4} {name}", one["version"].to_string());
            if !print_on(&harmless(&line))? {
                break;
            }
        }
        Ok(())
    }
}

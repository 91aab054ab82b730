//! `leadhold backup`.

use std::path::PathBuf;

use leadhold_store::{Backend, BackupReport, copy_to};

use super::print;
use crate::config::Overrides;
use crate::fault::Fault;
use crate::keys::{self, Secret};
use crate::place::Place;

/// Copy the embedded store into FILE while the server goes on
///
/// The copy is one moment's state. It is opened, checked and counted before this command says that it is good: each
/// table's rows go to standard output. The secret that the signing keys are sealed with is written to FILE.key; keep
/// both. The request log is not part of it. For PostgreSQL use pg_dump.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  leadhold backup /backups/leadhold-2026-01-15.db --data /var/lib/leadhold"
)]
pub struct Backup {
    #[command(flatten)]
    place: Place,

    /// The file to write; it must not exist
    file: PathBuf,
}

impl Backup {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let config = self.place.settings(overrides)?;
        config.log.start()?;
        if let Backend::Postgres(_) = config.database.backend(&self.place.data) {
            return Err(Fault::usage(
                "this is for the embedded store; copy a PostgreSQL database with pg_dump",
            ));
        }
        let secret = Secret::find(self.place.secret_key.as_deref(), &self.place.data)?;
        let report = copy_to(&self.place.database_file(), &self.file)?;
        secret.write(&keys::beside(&self.file))?;
        show(&report)?;
        let (file, key) = (self.file.display(), keys::beside(&self.file));
        eprintln!(
            "{file} ({} bytes) is sound; it needs {} beside it to be restored",
            report.bytes,
            key.display()
        );
        Ok(())
    }
}

/// `table rows`, one per line.
pub fn show(report: &BackupReport) -> Result<(), Fault> {
    report.rows.iter().try_for_each(|(table, rows)| print(&format!("{table:<24}{rows:>12}")))
}

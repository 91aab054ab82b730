//! `leadhold restore`.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use leadhold_store::{Backend, Store, verify};

use super::{backup, runtime};
use crate::compose;
use crate::config::{Config, Overrides};
use crate::fault::Fault;
use crate::keys::{self, Secret};
use crate::place::Place;

/// Make an embedded store from a backup
///
/// The backup is checked before, and the restored copy checked and counted after: each table's rows go to standard
/// output. Never overwrites a store.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  leadhold restore /backups/leadhold-2026-01-15.db --data /var/lib/leadhold
  leadhold restore found.db --new-keys        when found.db.key is lost; receivers need the new public key")]
pub struct Restore {
    #[command(flatten)]
    place: Place,

    /// The file that `leadhold backup` wrote, with FILE.key beside it
    file: PathBuf,

    /// Go on without FILE.key: the server makes new signing keys at its next start
    #[arg(long)]
    new_keys: bool,
}

impl Restore {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let config = self.place.settings(overrides)?;
        config.log.start()?;
        if let Backend::Postgres(_) = config.database.backend(&self.place.data) {
            return Err(Fault::usage(
                "this is for the embedded store; restore a PostgreSQL database with pg_restore",
            ));
        }
        let (data, target) = (&self.place.data, self.place.database_file());
        if target.exists() {
            let advice = "it is never overwritten: name another directory with --data, or move it away";
            return Err(Fault::failed(format!("there is a store in {}; {advice}", data.display())));
        }
        let before = verify(&self.file)?;
        let secret = self.secret()?;
        let has_secret = data.join(keys::FILE).exists();
        if has_secret && Secret::find(None, data)? != secret {
            let advice = "move it away, or restore into another directory";
            return Err(Fault::failed(format!(
                "{} holds the secret of another store; {advice}",
                data.display()
            )));
        }
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(data)
            .map_err(|error| cannot_write(data, &error))?;
        let draft = data.join("leadhold.db.restoring");
        copy(&self.file, &draft)?;
        let after = verify(&draft)?;
        if after.rows != before.rows {
            return Err(Fault::failed("the copy does not hold what the backup holds; is the disk sound?"));
        }
        if !has_secret {
            secret.write(&data.join(keys::FILE))?;
        }
        // Under its real name last: what is there by that name is whole.
        let renamed = fs::rename(&draft, &target).and_then(|()| fs::File::open(data)?.sync_all());
        renamed.map_err(|error| cannot_write(&target, &error))?;
        if self.new_keys {
            self.forget_keys(&config)?;
        }
        backup::show(&after)?;
        eprintln!("restored {}; serve it with `leadhold serve --data {0}`", data.display());
        Ok(())
    }

    /// The secret of the backup; with `--new-keys` a new one.
    fn secret(&self) -> Result<Secret, Fault> {
        let path = keys::beside(&self.file);
        if self.new_keys {
            return Ok(Secret::draw(&crate::machine::SystemRandom));
        }
        let missing = |error: std::io::Error| {
            let advice =
                "without it the signing keys cannot be opened; bring it, or make new ones with --new-keys";
            Fault::failed(format!("cannot read {}: {error}; {advice}", path.display()))
        };
        let text = fs::read_to_string(&path).map_err(missing)?;
        Secret::find(Some(&text), &self.place.data)
    }

    fn forget_keys(&self, config: &Config) -> Result<(), Fault> {
        let store: Store = compose::open(&self.place, &config.database.backend(&self.place.data))?;
        runtime()?.block_on(keys::forget(&store))
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), Fault> {
    let copied = fs::copy(from, to).and_then(|_| fs::File::open(to)?.sync_all());
    copied.map_err(|error| cannot_write(to, &error))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Fault {
    Fault::failed(format!("cannot write {}: {error}", path.display()))
}

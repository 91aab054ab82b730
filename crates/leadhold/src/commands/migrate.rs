//! `leadhold migrate`.

use leadhold_store::{MAIN, migrate};

use super::{print, runtime};
use crate::compose;
use crate::config::Overrides;
use crate::fault::Fault;
use crate::place::Place;

/// Bring the database up to this version's tables
///
/// `serve` does so by itself when it starts; this is for doing it beforehand. Prints each migration that was applied.
#[derive(clap::Args)]
pub struct Migrate {
    #[command(flatten)]
    place: Place,
}

impl Migrate {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let config = self.place.settings(overrides)?;
        config.log.start()?;
        let store = compose::open(&self.place, &config.database.backend(&self.place.data))?;
        let applied = runtime()?.block_on(async {
            compose::expect_initialised(&store).await?;
            Ok::<_, Fault>(migrate(&store, MAIN).await?)
        })?;
        for name in &applied.now {
            print(name)?;
        }
        eprintln!("{} applied now, {} before", applied.now.len(), applied.before);
        Ok(())
    }
}

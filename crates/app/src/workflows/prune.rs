//! Forgetting old runs: those that are over, with what their steps did. Each step is a transaction of bounded size; a run
//! that goes on stays, however old. Counters stay as they are.

use std::time::Duration;

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, Timestamp};
use leadhold_store::{Tx, params};
use tokio_util::sync::CancellationToken;

use super::{sql, trials};
use crate::companies;
use crate::tenant::CompanyScope;
use crate::world::World;

/// Runs that a step removes.
const STEP: i64 = 100;
const DAY: i64 = 86_400_000;
/// How often it is looked for what is old.
const EVERY: Duration = Duration::from_secs(3600);

/// Removes runs that ended more than `days` ago, and answers how many; with 0 nothing ever is old.
///
/// # Errors
/// When the store fails; what was removed until then stays removed.
pub async fn prune(world: &World, days: u32) -> Result<u64, Error> {
    if days == 0 {
        return Ok(0);
    }
    let before = world.clock.now().plus_millis(-i64::from(days) * DAY);
    let mut pruned = 0;
    for (agency, _) in world.store.read(companies::all).await? {
        loop {
            let of = agency.clone();
            match world.write(move |tx| forget(tx, &of, before)).await? {
                0 => break,
                removed => pruned += removed,
            }
        }
    }
    // What was tested is not remembered longer than what was run.
    while world.write(move |tx| trials::forget(tx, before)).await? > 0 {}
    Ok(pruned)
}

/// Prunes now and then until `stop` is cancelled.
pub async fn until(world: World, days: u32, stop: CancellationToken) {
    loop {
        match prune(&world, days).await {
            Ok(0) => {}
            Ok(runs) => tracing::info!(runs, "old runs were removed"),
            Err(error) => tracing::warn!(%error, "old runs were not removed"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}

fn forget(tx: &mut Tx<'_>, agency: &CompanyScope, before: Timestamp) -> Result<u64, Error> {
    let old = tx.query(sql::OLD_RUNS, params![agency.company_id(), before, STEP], |row| {
        Ok((row.get::<Id<id::Run>>(0)?, row.get::<Id<id::Location>>(1)?))
    })?;
    for (run, location) in &old {
        for table in [sql::FORGET_STEPS, sql::FORGET_WAITS, sql::FORGET_REPLAYS, sql::FORGET_RUN] {
            tx.exec(table, params![run, location])?;
        }
    }
    Ok(old.len() as u64)
}

//! Orphans: bytes that were stored for a transaction that failed, was refused or never came, and those of a file that was
//! still coming when the process was killed.
//!
//! The store's names begin with the day they were made on. A day's names are held against the table two days later, when
//! no request of that day can still be under way, and each day once.

use std::time::Duration;

use futures_util::TryStreamExt;
use leadhold_kernel::{Error, Timestamp};
use leadhold_store::params;
use tokio_util::sync::CancellationToken;

use super::sql;
use crate::installation;
use crate::world::World;

/// Where the last day that was swept is remembered.
const SWEPT: &str = "files_swept";
const DAY: i64 = 86_400_000;
/// How often it is looked whether there is a day to sweep.
const EVERY: Duration = Duration::from_secs(3600);
/// How far back the first sweep begins.
const FIRST: i64 = 7 * DAY;

/// Removes the orphans of every day that is due, and answers how many there were.
///
/// # Errors
/// When a store fails; the day is swept again next time.
pub async fn sweep(world: &World) -> Result<u64, Error> {
    let due = midnight(world.clock.now()) - 2 * DAY;
    let swept = world.store.read(|tx| installation::get(tx, SWEPT)).await?;
    let mut day = swept.and_then(|day| day.parse().ok()).map_or(due - FIRST, |day: i64| day + DAY);
    let mut removed = 0;
    while day <= due {
        removed += sweep_day(world, Timestamp(day)).await?;
        let done = day.to_string();
        world.write(move |tx| installation::put(tx, SWEPT, &done).map_err(Error::from)).await?;
        day += DAY;
    }
    Ok(removed)
}

/// Sweeps until `stop` is cancelled.
pub async fn sweep_until(world: World, stop: CancellationToken) {
    loop {
        match sweep(&world).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "files that no record names were removed"),
            Err(error) => tracing::warn!(%error, "the file store was not swept"),
        }
        tokio::select! {
            () = world.wake.turned_or(EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn sweep_day(world: &World, day: Timestamp) -> Result<u64, Error> {
    let mut blobs = world.files.made_on(day);
    let mut removed = world.files.remove_leftovers(day).await?;
    while let Some(blob) = blobs.try_next().await? {
        let asked = blob.clone();
        let named = world.store.read(move |tx| {
            tx.query_opt(sql::IS_NAMED, params![&asked], |row| row.get::<String>(0)).map_err(Error::from)
        });
        if named.await?.is_none() {
            world.files.delete(&blob).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn midnight(now: Timestamp) -> i64 {
    now.millis().div_euclid(DAY) * DAY
}

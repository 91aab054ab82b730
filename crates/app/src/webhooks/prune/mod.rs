//! Forgetting what is old: deliveries that are over with their attempts, events that all have been shown, replays that are
//! done. Each step is a transaction of bounded size; what is pending stays, however old.

mod sql;

use std::time::Duration;

use leadhold_kernel::{Error, Timestamp};
use leadhold_store::{DbError, Dynamic, Sql, Tx, params};
use tokio_util::sync::CancellationToken;

use crate::tenant::CompanyScope;
use crate::world::World;
use crate::{companies, installation};

/// Every statement of this folder.
pub(super) const STATEMENTS: &[Sql] = sql::ALL;

/// Where the place of the last event that was removed is remembered.
const REMOVED: &str = "events_removed_up_to";
/// Rows of one kind that a step removes.
const STEP: i64 = 200;
const DAY: i64 = 86_400_000;
/// How often it is looked for what is old.
const EVERY: Duration = Duration::from_secs(3600);

/// How much was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Deliveries, with their attempts.
    pub deliveries: u64,
    /// Events.
    pub events: u64,
}

/// The place in the order up to which events may have been removed; 0: none was.
pub(super) fn events_removed_up_to(tx: &mut Tx<'_>) -> Result<i64, DbError> {
    Ok(installation::get(tx, REMOVED)?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// Removes what is older than `days`; with 0 nothing ever is.
///
/// # Errors
/// When the store fails; what was removed until then stays removed.
pub async fn prune(world: &World, days: u32) -> Result<Pruned, Error> {
    let mut pruned = Pruned::default();
    if days == 0 {
        return Ok(pruned);
    }
    let before = world.clock.now().plus_millis(-i64::from(days) * DAY);
    for (agency, _) in world.store.read(companies::all).await? {
        loop {
            let of = agency.clone();
            let removed: u64 = world.write(move |tx| prune_deliveries(tx, &of, before)).await?;
            pruned.deliveries += removed;
            if removed == 0 {
                break;
            }
        }
    }
    loop {
        let removed: u64 = world.write(move |tx| prune_events(tx, before)).await?;
        pruned.events += removed;
        if removed == 0 {
            return Ok(pruned);
        }
    }
}

/// Prunes now and then until `stop` is cancelled.
pub async fn prune_until(world: World, days: u32, stop: CancellationToken) {
    loop {
        match prune(&world, days).await {
            Ok(Pruned { deliveries: 0, events: 0 }) => {}
            Ok(Pruned { deliveries, events }) => {
                tracing::info!(deliveries, events, "old deliveries and events were removed");
            }
            Err(error) => tracing::warn!(%error, "old deliveries and events were not removed"),
        }
        tokio::select! {
            () = world.wake.turned_or(EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}

fn prune_deliveries(tx: &mut Tx<'_>, agency: &CompanyScope, before: Timestamp) -> Result<u64, Error> {
    let company = agency.company_id();
    let ids: Vec<String> = tx.query(sql::OLD_DELIVERIES, params![company, before, STEP], |row| row.get(0))?;
    if ids.is_empty() {
        tx.exec(sql::FORGET_REPLAYS, params![company, before])?;
        return Ok(0);
    }
    for (table, key) in [("webhook_attempts", "delivery_id"), ("webhook_deliveries", "id")] {
        let mut sql = Dynamic::in_company(&format!("delete from {table} where company_id = "), company);
        sql.push(" and ").push(key).push(" in (").list(ids.iter().map(|id| id.clone().into())).push(")");
        tx.query_dynamic(&sql, |_| Ok(()))?;
    }
    Ok(ids.len() as u64)
}

/// Oldest first, up to the first one that is young or that not all have seen.
fn prune_events(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, Error> {
    let oldest = tx.query(sql::OLDEST_EVENTS, params![STEP], |row| {
        Ok((row.get::<i64>(0)?, row.get::<Timestamp>(1)?, row.get::<Option<i64>>(2)?, row.get::<i64>(3)?))
    })?;
    let old: Vec<_> = oldest.iter().take_while(|(_, at, due, _)| *at < before && due.is_none()).collect();
    let Some(last) = old.iter().map(|(.., position)| *position).max() else { return Ok(0) };
    for (seq, ..) in &old {
        tx.exec(sql::FORGET_PLACE, params![*seq])?;
        tx.exec(sql::FORGET_EVENT, params![*seq])?;
    }
    let last = last.max(events_removed_up_to(tx)?);
    installation::put(tx, REMOVED, &last.to_string())?;
    Ok(old.len() as u64)
}

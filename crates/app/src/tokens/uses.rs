//! When tokens were used last: gathered in memory, written every few seconds by a task of its own. No request waits for it,
//! a token costs one write a minute however busy it is, and a crash loses a few seconds of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use leadhold_kernel::{Id, Timestamp, id};
use leadhold_store::{DbError, Store, params};
use tokio_util::sync::CancellationToken;

use super::{Token, sql};

/// How exactly the last use is known, in milliseconds.
const EXACT_MILLIS: i64 = 60_000;

/// How long uses gather.
const GATHER: Duration = Duration::from_secs(10);

/// A token that was used: whose it is, and when.
type Used = (Id<id::Company>, Timestamp);

/// Uses that have not been written yet.
#[derive(Clone, Debug, Default)]
pub struct Uses(Arc<Mutex<HashMap<Id<id::Token>, Used>>>);

impl Uses {
    /// Notes that `token` is used now, unless that is known well enough.
    pub(super) fn note(&self, token: &Token, now: Timestamp) {
        if token.last_used_at.is_some_and(|last| now < last.plus_millis(EXACT_MILLIS)) {
            return;
        }
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.entry(token.id.clone()).or_insert_with(|| (token.company_id.clone(), now));
    }

    /// Forgets what has gathered.
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Writes what has gathered.
    ///
    /// # Errors
    /// When the store fails; these uses are forgotten, the next ones are noted again.
    pub async fn write(&self, store: &Store) -> Result<(), DbError> {
        let gathered = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if gathered.is_empty() {
            return Ok(());
        }
        let mut gathered: Vec<_> = gathered.into_iter().collect();
        gathered.sort(); // every node takes the rows in one order: no deadlock
        store
            .write(move |tx| {
                for (token, (company, at)) in &gathered {
                    tx.exec(sql::USED, params![token, company, *at])?;
                }
                Ok(())
            })
            .await
    }

    /// Writes every few seconds until `stop` is cancelled, and once more then.
    pub async fn write_until(&self, store: &Store, stop: CancellationToken) {
        loop {
            let stopped = tokio::select! {
                () = stop.cancelled() => true,
                () = tokio::time::sleep(GATHER) => false,
            };
            if let Err(error) = self.write(store).await {
                tracing::warn!(%error, "when tokens were used last was not written");
            }
            if stopped {
                return;
            }
        }
    }
}

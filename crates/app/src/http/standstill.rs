//! A moment without requests: in the sandbox, for whoever exchanges the data below them. Elsewhere there is none, and no
//! request asks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::time::{sleep, timeout};

/// Who is inside, and whether somebody wants everybody to be out.
#[derive(Default)]
pub struct Standstill {
    gate: RwLock<()>,
    wanting: AtomicUsize,
    wanted: Notify,
}

impl Standstill {
    /// Held while a request is between its credential and its answer. Waits while there is a standstill.
    pub async fn inside(&self) -> RwLockReadGuard<'_, ()> {
        self.gate.read().await
    }

    /// Lets nobody in any more, and waits until all are out; `None` when that takes longer than `patience`.
    pub async fn begin(&self, patience: Duration) -> Option<RwLockWriteGuard<'_, ()>> {
        self.wanting.fetch_add(1, Ordering::SeqCst);
        self.wanted.notify_waiters();
        let alone = timeout(patience, self.gate.write()).await;
        self.wanting.fetch_sub(1, Ordering::SeqCst);
        alone.ok()
    }

    /// Waits for `pause`; `true` when a standstill is wanted before it is over. Requests that wait for something to happen
    /// answer then.
    pub async fn wanted_within(standstill: Option<&Self>, pause: Duration) -> bool {
        let Some(standstill) = standstill else {
            sleep(pause).await;
            return false;
        };
        let wanted = standstill.wanted.notified();
        let mut wanted = std::pin::pin!(wanted);
        wanted.as_mut().enable(); // before it is looked, or a wish in between is missed
        standstill.wanting.load(Ordering::SeqCst) > 0 || timeout(pause, wanted).await.is_ok()
    }
}

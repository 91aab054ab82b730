//! The injected world: everything outside the rules that a slice may need, built once by the binary or by a test.

use std::sync::Arc;

use leadhold_kernel::{Clock, Cx, Random};
use leadhold_outbound::Client;
use leadhold_queue::wake::Wake;
use leadhold_store::{DbError, Store, Tx};

use crate::file_store::FileStore;
use crate::mail::Mailer;
use crate::seal::Seal;
use crate::token_keys::TokenKeys;
use crate::webhook_keys::KeyRing;

/// Store, time, chance and the way out. Cheap to clone.
#[derive(Clone)]
pub struct World {
    /// The main tables.
    pub store: Store,
    /// The request log.
    pub logs: Store,
    /// The time; in the sandbox it can be turned.
    pub clock: Arc<dyn Clock>,
    /// Where ids, secrets and jitter come from.
    pub random: Arc<dyn Random>,
    /// The only way out to a URL that a user typed.
    pub outbound: Arc<Client>,
    /// What outgoing webhooks are signed with.
    pub keys: KeyRing,
    /// What access and refresh tokens are signed with.
    pub token_keys: Arc<TokenKeys>,
    /// What secrets that must be read again are sealed with.
    pub seal: Arc<Seal>,
    /// What sends mail; `None` where notices are only kept.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Where the bytes of files lie.
    pub files: FileStore,
    /// Rung after each commit.
    pub wake: Wake,
}

impl World {
    /// As [`Store::write`], and tells the relay and the workers that there may be something to do.
    ///
    /// # Errors
    /// What `work` answers, or the store's failure.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let done = self.store.write(work).await;
        if done.is_ok() {
            self.wake.hint();
        }
        done
    }

    /// What surrounds a change that the system makes by itself, now.
    #[must_use]
    pub fn cx(&self) -> Cx {
        Cx::system(self.clock.now(), Arc::clone(&self.random))
    }
}

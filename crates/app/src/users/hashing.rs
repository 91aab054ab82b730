//! Password hashing beside the requests: a few at a time, each on a thread that may block. One takes 19 MiB and tens of
//! milliseconds, so any number at once would take all of the memory.

use std::sync::Arc;

use leadhold_kernel::{Error, Random};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::password;

/// How many passwords are hashed at once: 76 MiB.
const AT_ONCE: usize = 4;
/// How many may be hashed or wait for it: some seconds' worth. More are told to come back.
const ADMITTED: usize = 64;

static HASHING: Semaphore = Semaphore::const_new(AT_ONCE);
static WAITING: Semaphore = Semaphore::const_new(ADMITTED);

/// As [`password::hash`].
///
/// # Errors
/// 503 when too many wait; internal, should the library fail.
pub async fn hash(password: String, random: Arc<dyn Random>) -> Result<String, Error> {
    aside(move || password::hash(&password, random.as_ref())).await?
}

/// As [`password::matches`].
///
/// # Errors
/// 503 when too many wait.
pub async fn matches(password: String, hash: String) -> Result<bool, Error> {
    aside(move || password::matches(&password, &hash)).await
}

async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let busy = |_| Error::Unavailable("Too many people are signing in, please try again.".into());
    let _waiting = WAITING.try_acquire().map_err(busy)?;
    let permit = HASHING.acquire().await.map_err(Error::internal)?;
    // The permit goes along: a request that is given up leaves its hashing behind, which still takes the memory.
    let work = spawn_blocking(move || {
        let _permit = permit;
        work()
    });
    work.await.map_err(Error::internal)
}

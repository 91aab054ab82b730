//! Where the bytes of files lie: a folder, or a bucket that speaks S3. Rows that name them are the slice `files`.
//!
//! Cast: [`FileStore`] keeps bytes under names of its own; [`Incoming`] is a file that is still coming; a [`Draft`] lies in
//! the store and no row names it yet.
//!
//! What is guaranteed:
//! - A [`Draft`] is durable: whoever has one may name it in a transaction, and a 2xx never names a file that is not there.
//! - A name in the store is chance under the day it was made; nothing that a user typed becomes a path.
//! - What a file is, its first bytes say. What the client claims about it is not believed.
//! - A draft that no row came to name stays as an orphan until the sweep of its day (`files::sweep`).

mod incoming;
mod kind;

use std::ops::Range;
use std::sync::Arc;
use std::{fmt, io};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use leadhold_kernel::{Error, Random, Timestamp};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};

pub use self::incoming::{Draft, Incoming};
pub use self::kind::{Kind, is_shown, is_video};

/// The bytes of a file as they come.
pub type Content = BoxStream<'static, Result<Bytes, Error>>;

/// What a writer that was killed has left in a place, and its listing hides.
pub trait Leftovers: fmt::Debug + Send + Sync {
    /// Removes what was left of files whose names begin with `day`, and answers how many those were. May block.
    ///
    /// # Errors
    /// When the place cannot be read or written.
    fn remove(&self, day: &str) -> io::Result<u64>;
}

/// Keeps bytes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct FileStore {
    place: Arc<dyn ObjectStore>,
    leftovers: Option<Arc<dyn Leftovers>>,
}

impl FileStore {
    /// A store over `place`, whose writes are durable when they have returned.
    #[must_use]
    pub fn new(place: Arc<dyn ObjectStore>) -> Self {
        Self { place, leftovers: None }
    }

    /// A store whose place keeps what killed writers left.
    #[must_use]
    pub fn with_leftovers(self, leftovers: Arc<dyn Leftovers>) -> Self {
        Self { leftovers: Some(leftovers), ..self }
    }

    /// A store that forgets everything when the process ends: for tests.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::new(Arc::new(object_store::memory::InMemory::new()))
    }

    /// Begins a file. Nothing is in the store before [`Incoming::finish`].
    #[must_use]
    pub fn begin(&self, now: Timestamp, random: &dyn Random) -> Incoming {
        let mut chance = [0; 16];
        random.fill(&mut chance);
        let name = format!("{}/{}", day(now), hex::encode(chance));
        Incoming::new(Arc::clone(&self.place), name)
    }

    /// Keeps a file that is at hand as a whole.
    ///
    /// # Errors
    /// As [`Incoming::push`].
    pub async fn save(
        &self,
        now: Timestamp,
        random: &dyn Random,
        name: &str,
        bytes: Bytes,
    ) -> Result<Draft, Error> {
        let mut incoming = self.begin(now, random);
        incoming.push(bytes).await?;
        incoming.finish(name).await
    }

    /// The bytes under a name, or a part of them; `None` when there is nothing.
    ///
    /// # Errors
    /// 503 when the store does not answer.
    pub async fn read(&self, blob: &str, part: Range<u64>) -> Result<Option<Content>, Error> {
        let options = GetOptions { range: Some(GetRange::Bounded(part)), ..GetOptions::default() };
        match self.place.get_opts(&Path::from(blob), options).await {
            Ok(found) => Ok(Some(found.into_stream().map_err(|why| unavailable(&why)).boxed())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(why) => Err(unavailable(&why)),
        }
    }

    /// Removes the bytes under a name; there being none is as good.
    ///
    /// # Errors
    /// As [`FileStore::read`].
    pub async fn delete(&self, blob: &str) -> Result<(), Error> {
        match self.place.delete(&Path::from(blob)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(why) => Err(unavailable(&why)),
        }
    }

    /// Keeps copies of these bytes for the snapshot `name`, whatever is removed meanwhile. In a folder a copy costs a name and
    /// no bytes, in a bucket nothing goes over the wire.
    ///
    /// # Errors
    /// As [`FileStore::read`].
    pub async fn keep(&self, name: &str, blobs: &[String]) -> Result<(), Error> {
        self.let_go(name).await?; // of one that was not finished
        for blob in blobs {
            match self.place.copy(&Path::from(blob.as_str()), &Path::from(kept(name) + blob)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(why) => return Err(unavailable(&why)),
            }
        }
        Ok(())
    }

    /// Puts back what was kept for the snapshot `name` and is missing.
    ///
    /// # Errors
    /// As [`FileStore::read`].
    pub async fn bring_back(&self, name: &str) -> Result<(), Error> {
        let prefix = kept(name);
        for copy in self.listed(&prefix).await? {
            let blob = copy.as_ref().strip_prefix(&prefix).unwrap_or_default();
            match self.place.copy_if_not_exists(&copy, &Path::from(blob)).await {
                Ok(()) | Err(object_store::Error::AlreadyExists { .. }) => {}
                Err(why) => return Err(unavailable(&why)),
            }
        }
        Ok(())
    }

    /// Removes what was kept for the snapshot `name`.
    ///
    /// # Errors
    /// As [`FileStore::read`].
    pub async fn let_go(&self, name: &str) -> Result<(), Error> {
        for copy in self.listed(&kept(name)).await? {
            self.delete(copy.as_ref()).await?;
        }
        Ok(())
    }

    async fn listed(&self, prefix: &str) -> Result<Vec<Path>, Error> {
        let listed = self.place.list(Some(&Path::from(prefix))).map_ok(|found| found.location);
        listed.try_collect().await.map_err(|why| unavailable(&why))
    }

    /// Whether the store can be reached.
    ///
    /// # Errors
    /// As [`FileStore::read`].
    pub async fn check(&self) -> Result<(), Error> {
        self.place.list(Some(&Path::from("none"))).try_next().await.map(drop).map_err(|why| unavailable(&why))
    }

    /// The names of what was made on the day of `moment`.
    #[must_use]
    pub fn made_on(&self, moment: Timestamp) -> BoxStream<'static, Result<String, Error>> {
        let listed = self.place.list(Some(&Path::from(day(moment))));
        listed.map_ok(|found| found.location.to_string()).map_err(|why| unavailable(&why)).boxed()
    }

    /// Removes what killed writers have left of the day of `moment`, and answers how many files that were.
    ///
    /// # Errors
    /// As [`FileStore::read`].
    pub async fn remove_leftovers(&self, moment: Timestamp) -> Result<u64, Error> {
        let Some(leftovers) = self.leftovers.clone() else { return Ok(0) };
        let removed = tokio::task::spawn_blocking(move || leftovers.remove(&day(moment)));
        removed.await.map_err(Error::internal)?.map_err(|why| failed(&why))
    }
}

/// `2026-01-15`: the first part of every name, so that one day's files can be listed.
fn day(now: Timestamp) -> String {
    now.iso().chars().take(10).collect()
}

/// Where the copies of a snapshot lie: no day's name begins so.
fn kept(name: &str) -> String {
    format!("snapshots/{name}/")
}

fn unavailable(why: &object_store::Error) -> Error {
    failed(why)
}

fn failed(why: &dyn fmt::Display) -> Error {
    tracing::warn!(%why, "the file store failed");
    Error::Unavailable("The file store does not answer at the moment.".into())
}

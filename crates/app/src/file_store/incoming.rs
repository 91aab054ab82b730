//! A file on its way into the store, a piece at a time: however long it is, a few megabytes of it are in memory.

use std::sync::Arc;

use aws_lc_rs::digest;
use bytes::Bytes;
use leadhold_kernel::Error;
use object_store::ObjectStore;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use tokio::io::AsyncWriteExt;

use super::kind::{HEAD, Kind};
use super::unavailable;

/// What is gathered before it is sent on: the least that S3 takes as a part of a file.
const PART: usize = 5 * 1024 * 1024;
/// The longest name of a file in characters.
const LONGEST_NAME: usize = 200;

/// A file that lies in the store, and that no row names yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its name in the store.
    pub blob: String,
    /// Its name as the client has it, without folders.
    pub name: String,
    /// What it is, by its content.
    pub mime: String,
    /// Its length in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes in hex.
    pub digest: String,
}

/// A file that is coming.
pub struct Incoming {
    writer: BufWriter,
    blob: String,
    head: Vec<u8>,
    hash: digest::Context,
    size: u64,
}

impl Incoming {
    pub(super) fn new(place: Arc<dyn ObjectStore>, blob: String) -> Self {
        let writer = BufWriter::with_capacity(place, Path::from(blob.as_str()), PART).with_max_concurrency(1);
        Self { writer, blob, head: Vec::new(), hash: digest::Context::new(&digest::SHA256), size: 0 }
    }

    /// The next bytes.
    ///
    /// # Errors
    /// 503 when the store does not answer.
    pub async fn push(&mut self, bytes: Bytes) -> Result<(), Error> {
        let missing = HEAD - self.head.len();
        self.head.extend_from_slice(&bytes[..missing.min(bytes.len())]);
        self.hash.update(&bytes);
        self.size += bytes.len() as u64;
        self.writer.put(bytes).await.map_err(|why| unavailable(&why))
    }

    /// How many bytes have come.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// What it seems to be so far.
    #[must_use]
    pub fn kind(&self) -> Kind {
        Kind::of(&self.head, "")
    }

    /// Makes the file durable.
    ///
    /// # Errors
    /// As [`Incoming::push`].
    pub async fn finish(mut self, name: &str) -> Result<Draft, Error> {
        let name = plain_name(name);
        self.writer.shutdown().await.map_err(|why| {
            tracing::warn!(%why, "the file store failed");
            Error::Unavailable("The file store does not answer at the moment.".into())
        })?;
        Ok(Draft {
            mime: Kind::of(&self.head, &name).mime().to_owned(),
            blob: self.blob,
            name,
            size: self.size,
            digest: hex::encode(self.hash.finish()),
        })
    }

    /// Gives it up; what was sent on already is forgotten.
    pub async fn abort(mut self) {
        if let Err(why) = self.writer.abort().await {
            tracing::debug!(%why, "a part of a file may be left in the store");
        }
    }
}

/// The last part of a path, without what no file is called.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    match kept.trim() {
        "" | "." | ".." => "file".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path() {
        for (given, kept) in [
            ("a.pdf", "a.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a b.png", "a b.png"),
            ("a\r\nb", "ab"),
            ("..", "file"),
            ("x/", "file"),
        ] {
            assert_eq!(plain_name(given), kept);
        }
        assert_eq!(plain_name(&"ä".repeat(300)).chars().count(), LONGEST_NAME);
    }
}

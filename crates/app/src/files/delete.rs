//! Removes the bytes of a file that was forgotten.

use leadhold_queue::{Claim, Job, JobError, JobFuture, Outcome};
use serde_json::Value;

use crate::world::World;

/// Its own workers: a store that is slow holds up nothing else.
pub(super) const QUEUE: &str = "files";
pub(super) const KIND: &str = "delete_blob";
/// The pause after a failure.
const AGAIN_MILLIS: i64 = 60_000;

/// The job.
pub struct DeleteBlob(World);

impl DeleteBlob {
    /// Deletes in the world's store.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self(world)
    }

    async fn delete(&self, claim: &Claim) -> Result<Outcome, JobError> {
        let blob = claim.payload.get("blob").and_then(Value::as_str);
        let blob = blob.ok_or_else(|| JobError::Fail("the job names no blob".into()))?;
        let deleted = self.0.files.delete(blob).await;
        let at = self.0.clock.now().plus_millis(AGAIN_MILLIS);
        deleted.map(|()| Outcome::Finish).map_err(|why| JobError::Retry { at, reason: why.to_string() })
    }
}

impl Job for DeleteBlob {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn queue(&self) -> &'static str {
        QUEUE
    }

    fn run<'a>(&'a self, claim: &'a Claim) -> JobFuture<'a> {
        Box::pin(self.delete(claim))
    }
}

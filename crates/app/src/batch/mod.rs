//! `POST /leadhold/v1/batch`: up to [`wire::MOST`] writes in one request and one transaction.
//!
//! Cast: `supported` is the list of what may stand in a batch, `wire` reads the body, `run` prepares and does it.
//!
//! What is guaranteed:
//! - An operation is served by the handler of the single call: same path, same body, same rules, same answer, same events.
//! - `all`: every operation is done or none is, and the answer says which one was refused. `each`: a refused operation
//!   changes nothing and leaves the others alone.
//! - What was done is on disk, with its events, when the answer comes; an `Idempotency-Key` stands for the batch as a whole.
//! - Operations are done in their order; a later one sees what an earlier one did.

mod routes;
mod run;
mod supported;
mod wire;

pub use self::routes::routes;

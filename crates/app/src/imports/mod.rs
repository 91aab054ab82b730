//! Contacts from a CSV file: `/leadhold/v1/contacts/imports`.
//!
//! Cast: `file` reads bytes into chunks of rows, whatever their encoding and separator; `columns` says which column is which
//! field; `row` turns a row into what a client would have sent to `POST /contacts/`; `step` is the job that does a chunk at a
//! time; `undo` is the job that takes it back.
//!
//! What is guaranteed:
//! - The answer to an upload means that the file is on disk. Its rows are done in chunks of [`file::CHUNK`], each in one
//!   transaction with its results, its events and its end: after a crash the next chunk goes on, and no row is done twice.
//! - A row is validated by the rules of the single call and in its words, all faults at once. A row at fault changes nothing.
//! - A rehearsal (`dryRun`) does every row and takes it back: what it tells is what would have happened.
//! - Undoing deletes what was created and gives back what was changed, unless somebody has changed it since: that is kept,
//!   and said.

mod columns;
mod file;
mod model;
mod routes;
mod row;
mod service;
mod sql;
mod step;
mod undo;
mod wire;

use std::sync::Arc;

use leadhold_queue::Job;
use leadhold_store::Sql;

pub use self::routes::routes;
use crate::world::World;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// The slice's work.
#[must_use]
pub fn jobs(world: &World) -> Vec<Arc<dyn Job>> {
    let job = |kind, step| Arc::new(step::ImportJob { world: world.clone(), kind, step });
    vec![job(step::KIND, step::step), job(undo::KIND, undo::step)]
}

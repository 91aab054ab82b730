//! Recurring tasks: what makes tasks again and again.
//!
//! Cast: a [`Rule`] (when), a [`RecurringTask`] (what, for whom, whose), `service` with its verbs, and [`Recur`], the job
//! that sleeps until the next moment. The job's row is the alarm clock: it survives restarts and follows the server's
//! clock, also the sandbox's.
//!
//! What is guaranteed:
//! - A moment makes its tasks once: the tasks, their events, the count and the next alarm are one transaction.
//! - Moments that were missed (the server was down, the clock was turned) are made up for, the latest [`MADE_UP`] of them.
//! - A rule that changes begins anew; an alarm of the old one wakes nobody. What has come already counts towards its `count`.
//! - A contact that is gone gets no tasks; when all are gone, nobody does any more.

mod job;
mod model;
mod routes;
mod rule;
mod service;
mod sql;
mod wire;

use std::sync::Arc;

use leadhold_queue::Job;
use leadhold_store::Sql;

pub use self::job::Recur;
pub use self::model::RecurringTask;
pub use self::routes::routes;
pub use self::rule::Rule;
pub(super) use self::service::move_to_contact;
use crate::world::World;

/// Every statement on recurring tasks.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// How many missed moments are made up for.
pub const MADE_UP: i64 = 10;

/// The work of recurring tasks.
#[must_use]
pub fn jobs(world: &World) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(Recur(world.clone()))]
}

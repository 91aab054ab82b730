//! Opportunities: a location's deals with its contacts, each in a stage of a pipeline.
//!
//! Cast: [`Opportunity`] is one, [`OpportunityFields`] what a client says about one; `service` has the verbs; `stored` is
//! the row, `shown` what clients read, `wire` what they write, `search` how they find. [`pipelines`] and [`lost_reasons`] are what a location sets
//! up for its deals.
//!
//! What is guaranteed:
//! - An opportunity, its index rows, the sums that it is part of and its events commit together.
//! - Where the location does not allow duplicates, no contact has two open opportunities in one pipeline, however many
//!   requests come at once.
//! - Each change is announced exactly once per kind; a write that changes nothing announces nothing.
//! - An opportunity ends with its contact and with its pipeline, and is not shown any more from that moment on.

mod events;
pub mod lost_reasons;
mod model;
pub mod pipelines;
mod routes;
mod search;
mod service;
mod shown;
mod sql;
mod stored;
mod wire;

use std::sync::Arc;

use leadhold_queue::Job;
use leadhold_store::Sql;

pub use self::model::{FollowerChange, Forecast, Opportunity, OpportunityFields, Status};
pub use self::routes::routes;
pub use self::search::with_values;
pub use self::service::{
    AtRest, FollowContacts, Followed, Upsert, Upserted, at_rest, change_followers, create, delete, find,
    forget_field, get, hold, meant, move_to_contact, reword, set_status, update, upsert,
};
use crate::steps::{InLocation, StepJob};
use crate::world::World;

/// Every statement of this slice.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [sql::ALL, pipelines::STATEMENTS, lost_reasons::STATEMENTS].concat()
}

/// The slice's work.
#[must_use]
pub fn jobs(world: &World) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(StepJob::<InLocation<service::follow::Following>>::new(world))]
}

//! What records can be to each other, and which of them are.
//!
//! Cast: an [`Association`] says what a record of its first object and one of its second can be to each other (owner and
//! pet); a [`Relation`] says that two of them are. Records are names here: whether they exist is asked by whoever calls
//! [`relate`], and whoever deletes one calls [`forget_record`]. So this folder lies below all others that have records.
//!
//! What is guaranteed:
//! - No relation names a record that is gone: both are held while they are related, and take their relations along.
//! - Two records have a relation of one association once, and no record has more than its association allows, however
//!   many requests come at once.
//! - Each change is announced once: `AssociationCreate`, `AssociationUpdate`, `AssociationDelete`, `RelationCreate`,
//!   `RelationDelete`. A relation goes the moment its association does, though its news may follow.

mod events;
mod model;
mod relations;
mod retire;
mod routes;
mod service;
mod sql;
mod wire;

use std::sync::Arc;

use leadhold_queue::Job;
use leadhold_store::Sql;

pub use self::model::{Association, End, NewAssociation, NewRelation, Relation};
pub use self::relations::{forget_record, move_record, relate};
pub use self::routes::routes;
pub use self::service::{get, held};
pub use self::wire::{new_relation, shown_relation};
use crate::steps::{InLocation, StepJob};
use crate::world::World;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// The slice's work.
#[must_use]
pub fn jobs(world: &World) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(StepJob::<InLocation<retire::Retiring>>::new(world))]
}

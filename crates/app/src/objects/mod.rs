//! The kinds of records that a location has: contacts, opportunities and businesses, which every location has, and those
//! that it makes up itself.
//!
//! Cast: an [`Object`] is such a kind, a [`Shape`] one with its fields; a [`Record`] is one of a custom object, or a
//! business as `/objects` shows it, with its `properties`; `rows` keeps records with everything they are found by;
//! `search` compiles a client's filters. The verbs on records are in `records`, above those who have records of their own.
//!
//! What is guaranteed:
//! - A record, its index rows, its search text and its object's count commit together.
//! - An object's key and primary property never change. Each change of one is announced once: `ObjectSchemaCreate`,
//!   `ObjectSchemaUpdate`.
//! - A committed record is found by every search that begins afterwards. When an object's searchable properties change,
//!   the first records follow at once, the others soon; so do contacts and opportunities ([`Searched`]).

mod events;
mod follow;
mod model;
mod routes;
mod rows;
mod search;
mod searched;
mod service;
mod sql;
mod standard;
mod wire;

use std::sync::Arc;

use leadhold_queue::Job;
use leadhold_store::Sql;

pub use self::events::{record_change, record_event};
pub use self::follow::{forget_field, unsearch};
pub use self::model::{Author, NewObject, Object, ObjectChanges, Record, Shape};
pub use self::routes::routes;
pub use self::rows::{find as find_record, insert, is_anothers, remove, replace};
pub use self::search::{Found, search};
pub use self::searched::Searched;
pub use self::service::{change, find, get, held, require, shape};
pub use self::standard::{BUSINESS_PROPERTIES, Standard};
pub use self::wire::{changes, shown};
use crate::steps::{InLocation, StepJob};
use crate::world::World;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// The slice's work.
#[must_use]
pub fn jobs(world: &World) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(StepJob::<InLocation<follow::Following>>::new(world))]
}

//! Contacts: the people in a location's address book.
//!
//! Cast: [`Contact`] is one, [`ContactFields`] what a client says about one; `service` has the verbs, `query` the ways to
//! find; `search` is what they can be searched by; `stored` is the row, `shown` what clients read, `wire` what they write.
//!
//! What is guaranteed:
//! - A contact, its index rows, its search text, the location's count and its events commit together.
//! - Where the location does not allow duplicates, no two contacts share an e-mail address or telephone number, however
//!   many requests come at once.
//! - Each change is announced exactly once per kind: `ContactCreate`, `ContactUpdate`, `ContactDelete`,
//!   `ContactTagUpdate`, `ContactDndUpdate`. A write that changes nothing announces nothing.
//! - A committed contact is found by every list and search that begins afterwards.

mod bulk_routes;
mod card;
mod deals;
pub mod dnd;
mod doubles;
mod events;
mod export;
mod export_routes;
mod follow_routes;
mod model;
mod object;
mod of_each;
mod query;
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

pub use self::card::{Card, cards};
pub use self::doubles::{Group, Page, Shared, as_read, doubles};
pub use self::export::unguarded;
pub use self::model::{Arrival, Author, Contact, ContactFields, normal_tags};
pub use self::of_each::{OfEach, newest_of_each};
pub use self::query::newest_with;
pub use self::routes::{or_forbidden, routes};
pub use self::service::business::{Members, MembersPage, of_business, set_business};
pub use self::service::lists::{add_to, texts};
pub use self::service::{
    Duplicate, FollowerChange, TagChange, Upserted, add_followers, add_tags, born_on, create, dated, delete,
    email_clicked, email_opened, find, find_duplicate, forget_business, forget_field, get, hold,
    hold_existing, must_exist, remove_followers, remove_tags, rename_business, replace, restore, reword,
    set_channel, snapshot, total, unite_email_dates, update, upsert,
};
pub use self::wire::fields;
use crate::http::ApiVersion;
use crate::steps::{InLocation, StepJob};
use crate::world::World;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// A contact as it is read by its id, for whoever answers one.
#[must_use]
pub fn json(contact: &Contact, version: ApiVersion) -> String {
    shown::full(&stored::Stored::of(contact), version)
}

/// The slice's work.
#[must_use]
pub fn jobs(world: &World) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(StepJob::<InLocation<service::Following>>::new(world))]
}

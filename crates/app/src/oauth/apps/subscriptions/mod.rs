//! Subscriptions: where an app's events go, and which.
//!
//! Cast:
//! - **Wishes** are what a developer says of the app itself (`webhookUrl`, `events`, `eventUrls`); each URL of them is a
//!   subscription. The one of the default URL is always there: it hears of the app's own life.
//! - A **subscription** beside the wishes has a URL of its own. It may hold for one version of the app or for one install
//!   only, and takes nothing away from the wishes.
//! - A **filter** is a comparison with the delivered body; a subscription's filters all have to hold.
//!
//! Invariants: a wish's URL and events change with the app alone; everything else can be said of each subscription. A secret
//! is never stored: it is derived from the server's sealing key and a salt, and shown when the salt is drawn. What was fanned
//! out goes out, also when its subscription is deleted.

mod endpoint;
mod filter;
mod find;
mod health;
mod manage;
mod model;
mod routes;
mod secret;
mod sql;
mod wire;
mod wishes;

use leadhold_kernel::{Id, Timestamp, id};
use leadhold_store::{DbError, Sql, Tx, params};

pub use self::endpoint::{Endpoint, endpoint, is_disabled};
pub use self::filter::{Filter, all_hold};
pub use self::find::{Holder, List, get, list, of_app, of_install};
pub use self::health::{note_failure, note_success};
pub use self::manage::{Enabled, change, create, delete, enable, rotate_secret, subscribe};
pub use self::model::{
    Changes, Kinds, Mode, NewSubscription, Pin, Reason, State, Subscription, Subscriptions, Wishes,
};
pub use self::routes::routes;
pub use self::secret::{Secret, secret_of};

pub(super) use self::wishes::replace;
pub use self::wishes::wishes;

/// Every statement of this folder.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// Ends all of an app's subscriptions but that of its default URL, which still takes its last news.
pub(super) fn end_all(tx: &mut Tx<'_>, app: &Id<id::App>, now: Timestamp) -> Result<(), DbError> {
    tx.exec(sql::END_ALL, params![app, now]).map(drop)
}

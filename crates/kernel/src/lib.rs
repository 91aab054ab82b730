//! The vocabulary of Leadhold: ids, time, chance, errors, events, scopes and normalisers.
//!
//! Nothing in this crate does I/O. A rule that lives here can be tested with nothing running, and holds in the server,
//! in the command line and in the tests alike.

pub mod condition;
pub mod cx;
pub mod date;
pub mod email;
pub mod error;
pub mod event;
pub mod fold;
pub mod id;
pub mod merge_field;
pub mod patch;
pub mod phone;
pub mod plain;
pub mod random;
pub mod scope;
pub mod snake;
pub mod time;
pub mod words;

pub use cx::{Actor, Cx};
pub use error::{Error, Problem};
pub use event::{Cause, Event, EventKind};
pub use fold::fold;
pub use id::Id;
pub use patch::Patch;
pub use plain::plain;
pub use random::Random;
pub use scope::{Scope, ScopeSet};
pub use snake::snake;
pub use time::{Clock, Timestamp};

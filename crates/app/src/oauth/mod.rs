//! OAuth: apps that developers register ([`apps`]), and the access tokens that they get.

pub mod apps;
mod lookup;
pub mod scope_words;
mod sql;

use leadhold_store::Sql;

pub use self::apps::{NewApp, Registered, register};
pub use self::lookup::AccessTokens;

/// Every statement of this folder but those of [`apps`].
pub const STATEMENTS: &[Sql] = sql::ALL;

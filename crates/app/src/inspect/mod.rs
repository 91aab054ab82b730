//! The sandbox's inspector: a place to send webhooks to and look at them, without writing a receiver first.
//!
//! Cast: an **inspector** is a name, made by the first request to `/leadhold/v1/inspect/{name}`. Whatever comes there, by
//! any method and on any path below, is kept (`kept`) with a **verdict** on each of its signatures (`signatures`), and
//! answered with 200 or with the **answer** that was set, so that failures can be rehearsed (`answer`).
//!
//! What is guaranteed: only with `--sandbox`; a request that was answered is on disk; a body is judged as a whole, also
//! where only its beginning is kept. Bounded: the newest [`REQUESTS`] of a name, the [`NAMES`] used last,
//! [`KEPT_BODY`] bytes of a body. Headers that open something (`authorization`, cookies) are not kept. A name is no
//! secret: whoever reaches a sandbox may read all of them.

mod answer;
mod kept;
mod pages;
mod routes;
mod signatures;
mod sql;
mod wire;

use leadhold_store::Sql;

pub use self::routes::routes;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// How many names there are; the one that was unused for longest goes first.
pub const NAMES: i64 = 100;
/// How many requests of a name are kept.
pub const REQUESTS: i64 = 200;
/// How much of a body is kept, in bytes.
pub const KEPT_BODY: usize = 64 * 1024;

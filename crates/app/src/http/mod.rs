//! The edge, shared by all slices. [`stack::serve`] is the order of its layers; the other files are one layer each.

pub mod authenticate;
pub mod caller;
pub mod conditional;
pub mod contract;
pub mod deferred;
pub mod error;
pub mod fields;
pub mod filters;
pub mod health;
pub mod idempotency;
pub mod metrics;
pub mod multipart;
pub mod openapi;
pub mod operation;
pub mod page;
pub mod peer;
pub mod query;
pub mod rate_limit;
pub mod reply;
pub mod request;
pub mod request_log;
pub mod router;
pub mod serve;
pub mod stack;
pub mod version;
pub mod visitor;

pub use authenticate::{LocationLookup, SessionLookup, TokenLookup};
pub use caller::{Caller, CallingApp, CredentialKind};
pub use multipart::{Form, Limits, Upload};
pub use page::{Brand, page, redirect, sign_in_first};
pub use query::Query;
pub use reply::{ProvenApp, Reply, Streamed};
pub use request::{Request, parse_json};
pub use router::{Route, delete, get, patch, post, put};
pub use version::ApiVersion;
pub use visitor::Visitor;

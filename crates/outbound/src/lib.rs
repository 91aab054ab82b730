//! The only way out to a URL that a user typed.
//!
//! Cast:
//!
//! - [`Policy`] says which URLs and addresses may be reached. It is a pure function of an address.
//! - [`Resolve`] turns a host name into addresses; the real one asks the system, tests answer what they like.
//! - [`Client`] sends one request and reads the head of the answer. It owns the connector that asks the
//!   resolver, drops every address the policy forbids, and connects to the address it has just checked.
//! - [`SigningKeys`] signs bodies; [`verify`] is what a receiver does with the signature.
//!
//! Guarantees:
//!
//! - **No connection is opened to a forbidden address**, whatever spelling the URL uses and whatever the name
//!   server answers: the address that was checked is the address that is dialled, and the check is repeated
//!   for every new connection, so a name that changes its answer gains nothing.
//! - **No redirect is followed.** The 3xx answer is the answer.
//! - **No answer costs more than its limits**: one deadline covers name lookup, connection, TLS, request and
//!   answer; reading stops at the cap while the other side is still sending.
//! - **Certificates are checked** against the Mozilla roots; there is no switch to turn that off.
//!
//! What is not promised: that a request was received only once. A deadline can pass after the other side has
//! read everything; whoever repeats a request gives it an id that the receiver can recognise.

mod client;
mod connect;
mod error;
mod policy;
mod resolve;
mod sign;
mod special;

pub use client::{Client, Limits, Opened, Outgoing, Received};
pub use error::SendError;
pub use policy::{Forbidden, Policy};
pub use resolve::{Resolve, Resolving, SystemResolver};
pub use sign::{KeyError, PublicKey, PublicKeys, Signatures, SigningKeys, StoredKeys, verify};
pub use special::{Purpose, Special, special};

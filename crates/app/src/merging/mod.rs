//! Two records of one person become one: `/leadhold/v1/contacts/duplicates` and `…/{contactId}/merge`.
//!
//! Cast: `contacts::doubles` finds who might be the same; [`fields`] says what the one that stays is afterwards; [`service`]
//! does it.
//!
//! What is guaranteed:
//! - All of it commits together: what the contact is, what moved to it, the end of the others, and the events of each.
//! - Nothing that was known is lost but what both knew differently, and of that an address or number stays as a further one.
//! - Who said that they are not to be disturbed stays undisturbed.
//! - Whoever asks for a rehearsal sees the outcome, and nothing has happened.

mod fields;
mod routes;
mod service;
mod wire;

pub use self::routes::routes;

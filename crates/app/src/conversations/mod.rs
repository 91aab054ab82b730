//! Conversations: what a location and a contact say to each other, over whichever channel.
//!
//! Cast:
//! - A [`Thread`] is a contact's conversation with its location; a [`Message`] is one thing in it: an SMS, an e-mail, a
//!   call, a voicemail, in either direction.
//! - [`send`] writes a message and a job in the caller's transaction. The job, [`SendMessage`], gives the message to the
//!   [`Channel`] that carries its kind: **the seam** for everything that leaves the house.
//! - [`receive`] writes down what a contact said, [`report`] what became of a message (delivered, opened, bounced, …).
//! - In the sandbox one channel carries everything, and nothing leaves: [`SandboxOutbox`]. What would have left is shown by
//!   `GET /leadhold/v1/sandbox/outbox` and the page `/developer/outbox`.
//!
//! What is guaranteed:
//! - A message, its thread, its events and the job that sends it commit together. Whoever calls [`send`] inside a larger
//!   transaction, a workflow's step for instance, sends exactly when that commits.
//! - A contact who is not to be disturbed, at all or over this channel, is not written to; the refusal says so. It is asked
//!   when the message is made and again before each attempt to send it; what is refused then fails, for the same reason.
//! - A message is given to its channel at least once, each time with the same key: its id. It ends as sent or failed, and
//!   a failure has its reason.
//! - A status only advances: reports that come late or twice do not undo others.
//! - A contact who writes STOP gets no more SMS, from the same transaction on; no workflow opens the channel again.
//! - Who unsubscribes by the link in an e-mail gets no more e-mail, likewise. Nobody can make such a link; who has a copy
//!   of the e-mail has it.
//! - Conversations go with their contact, in silence: `ContactDelete` says it.

mod channel;
mod deliver;
mod events;
mod model;
mod pages;
mod receive;
mod report;
mod routes;
mod sandbox;
mod send;
mod sql;
mod stop_words;
mod stored;
mod thread;
mod unsubscribe;
mod wire;

use leadhold_store::Sql;

pub use self::channel::{Channel, Failure, Handed, Sending};
pub use self::deliver::SendMessage;
pub use self::model::{Direction, Envelope, Kind, Message, Origin, Source, Status, Thread};
pub use self::receive::{Incoming, receive};
pub use self::report::{Happened, Report, report};
pub use self::routes::routes;
pub use self::sandbox::SandboxOutbox;
pub use self::send::{Outgoing, send, send_as};
pub use self::stored::message;
pub use self::thread::{Mark, mark, move_to_contact, of_contact};
pub use self::unsubscribe::{LINK_PLACE, Unsubscribing};

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

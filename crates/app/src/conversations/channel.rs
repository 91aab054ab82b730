//! The way out for messages: what carries those of a kind. Whoever has something to say is elsewhere ([`super::send`]).

use std::future::Future;
use std::pin::Pin;

use super::model::{Kind, Message, Status};
use crate::tenant::LocationScope;

/// What a channel did with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// How far it is now; what becomes of it later comes as a report.
    pub status: Status,
    /// Its id there.
    pub alt_id: Option<String>,
}

/// Why a channel did not take a message, in words for the one who sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Another attempt may succeed.
    Later(String),
    /// None will.
    Never(String),
}

/// What [`Channel::send`] answers.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Handed, Failure>> + Send + 'a>>;

/// Carries messages of some kinds out of the house.
pub trait Channel: Send + Sync {
    /// Whether it carries messages of this kind for the location.
    fn carries(&self, here: &LocationScope, kind: Kind) -> bool;

    /// Gives one message to whoever carries it. The same message may come again, after a crash for instance: its id is the
    /// key by which the other side is to notice.
    fn send<'a>(&'a self, here: &'a LocationScope, message: &'a Message) -> Sending<'a>;
}

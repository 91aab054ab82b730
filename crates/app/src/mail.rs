//! The way out for mail: what a [`Mailer`] is given. Who has something to say is elsewhere (`notices`).

use std::future::Future;
use std::pin::Pin;

use leadhold_kernel::{Id, id};

/// A mail, ready to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Unique for ever; a repeated attempt has the same.
    pub id: Id<id::Notice>,
    /// One address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text, plain.
    pub text: String,
}

/// What [`Mailer::send`] answers: nothing, or why it failed, in words for an operator.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// Sends mail.
pub trait Mailer: Send + Sync {
    /// Gives one mail to a server that takes it.
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a>;
}

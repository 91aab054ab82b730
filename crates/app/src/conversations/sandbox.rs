//! The sandbox's channel: takes every message, and nothing leaves the house.

use super::channel::{Channel, Handed, Sending};
use super::model::{Kind, Message, Status};
use crate::tenant::LocationScope;

/// Marks messages as delivered, and calls as completed. What would have left is read from the messages themselves.
#[derive(Clone, Copy, Debug)]
pub struct SandboxOutbox;

impl Channel for SandboxOutbox {
    fn carries(&self, _: &LocationScope, _: Kind) -> bool {
        true
    }

    fn send<'a>(&'a self, _: &'a LocationScope, message: &'a Message) -> Sending<'a> {
        let status = if message.kind.is_call() { Status::Completed } else { Status::Delivered };
        Box::pin(async move { Ok(Handed { status, alt_id: None }) })
    }
}

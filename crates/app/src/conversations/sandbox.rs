//! The sandbox's channel: takes every message, and nothing leaves the house.

use std::sync::Arc;

use super::channel::{Channel, Failure, Handed, Sending};
use super::model::{Kind, Message, Status};
use crate::http::fault::{Fault, Strike};
use crate::sandbox::Faults;
use crate::tenant::LocationScope;

/// Marks messages as delivered, and calls as completed, unless something is to go wrong. What would have left is read from
/// the messages themselves.
pub struct SandboxOutbox {
    faults: Arc<Faults>,
}

impl SandboxOutbox {
    /// The channel, in which these faults strike under the names of the messages' kinds.
    #[must_use]
    pub fn new(faults: Arc<Faults>) -> Self {
        Self { faults }
    }
}

impl Channel for SandboxOutbox {
    fn carries(&self, _: &LocationScope, _: Kind) -> bool {
        true
    }

    fn send<'a>(&'a self, here: &'a LocationScope, message: &'a Message) -> Sending<'a> {
        Box::pin(async move {
            let asked = self.faults.of_provider(message.kind.name(), here.location_id().as_str()).await;
            let strike = asked.map_err(|why| Failure::Later(format!("{why:?}")))?;
            if let Some(strike) = strike {
                failure(strike).await?;
            }
            let status = if message.kind.is_call() { Status::Completed } else { Status::Delivered };
            Ok(Handed { status, alt_id: None })
        })
    }
}

/// As a provider that answers so would be understood: what may pass is tried again.
async fn failure(strike: Strike) -> Result<(), Failure> {
    match strike.fault {
        Fault::Slow(pause) => {
            tokio::time::sleep(pause).await;
            Ok(())
        }
        Fault::RateLimited => Err(Failure::Later("the provider answered 429".into())),
        Fault::Cut => Err(Failure::Later("the provider's answer ended half way".into())),
        Fault::ExpiredToken => Err(Failure::Never("the provider answered 401".into())),
        Fault::Status(status) if status.is_server_error() => {
            Err(Failure::Later(format!("the provider answered {}", status.as_u16())))
        }
        Fault::Status(status) => Err(Failure::Never(format!("the provider answered {}", status.as_u16()))),
    }
}

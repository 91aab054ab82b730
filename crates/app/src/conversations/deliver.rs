//! The job that gives one message to its channel.
//!
//! The message was written in a transaction; this runs after its commit, holds no transaction while the channel works, and
//! writes what came of it together with the end of the job. A crash in between repeats the channel's part, under the same
//! key.
//!
//! Whether the contact wants it is asked again right before each attempt: it may have said otherwise since, while the message
//! waited for a provider that was down.

use std::sync::Arc;

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_queue::{Claim, Job, JobError, JobFuture, Outcome};
use leadhold_store::{Tx, params};
use serde::Deserialize;

use super::channel::{Channel, Failure, Handed};
use super::model::Message;
use super::report::{Happened, Report, report};
use super::send::undisturbed;
use super::{sql, stored};
use crate::contacts;
use crate::patience;
use crate::tenant::LocationScope;
use crate::world::World;

pub(super) const KIND: &str = "conversations.send_message";
pub(super) const QUEUE: &str = "messages";

const MINUTE: i64 = 60_000;

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Errand {
    company_id: Id<id::Company>,
    location_id: Id<id::Location>,
    message_id: Id<id::Message>,
}

/// Gives messages to their channels.
pub struct SendMessage {
    world: World,
    channels: Vec<Arc<dyn Channel>>,
}

impl SendMessage {
    /// Over these channels: the first that carries a message has it.
    #[must_use]
    pub fn new(world: World, channels: Vec<Arc<dyn Channel>>) -> Self {
        Self { world, channels }
    }

    async fn go(&self, claim: &Claim) -> Result<Outcome, JobError> {
        let errand: Errand =
            serde_json::from_value(claim.payload.clone()).map_err(|why| JobError::Fail(why.to_string()))?;
        // The job was made in a transaction of its location, which is the proof of access.
        let here = LocationScope::proven(errand.company_id, errand.location_id);
        let Some((message, unwanted)) = self.waiting(&here, errand.message_id).await? else {
            return Ok(Outcome::Finish);
        };
        if let Some(reason) = unwanted {
            return self.settle(claim, here, message.id, failed(reason)).await;
        }
        let carrying = self.channels.iter().find(|channel| channel.carries(&here, message.kind));
        let taken = match carrying {
            Some(channel) => channel.send(&here, &message).await,
            None => Err(Failure::Never(format!("no channel for {} is configured", message.kind.name()))),
        };
        let told = match taken {
            Ok(handed) => told(handed),
            Err(Failure::Never(reason)) => failed(reason),
            Err(Failure::Later(reason)) => {
                let pause = patience::pause(claim.attempts);
                tracing::warn!(message = %message.id, attempt = claim.attempts, reason, "a message was not sent");
                match pause {
                    Some(pause) => {
                        return Err(JobError::Retry {
                            at: self.world.clock.now().plus_millis(pause),
                            reason,
                        });
                    }
                    None => failed(reason),
                }
            }
        };
        self.settle(claim, here, message.id, told).await
    }

    /// The message, as long as no channel has it, and why its contact does not want it, if that is so by now.
    async fn waiting(
        &self,
        here: &LocationScope,
        id: Id<id::Message>,
    ) -> Result<Option<(Message, Option<String>)>, JobError> {
        let here = here.clone();
        let found = self.world.store.read_by_key(move |tx| {
            let waiting = tx.query_opt(sql::WAITING, params![here.location_id(), &id], stored::read)?;
            let Some(message) = waiting else { return Ok(None) };
            let contact = contacts::find(tx, &here, message.contact_id.as_str())?;
            let refusal = contact.and_then(|contact| undisturbed(&contact, message.kind).err());
            Ok::<_, Error>(Some((message, refusal.map(|refusal| refusal.client_message()))))
        });
        found.await.map_err(|why| self.failed(&why))
    }

    async fn settle(
        &self,
        claim: &Claim,
        here: LocationScope,
        id: Id<id::Message>,
        told: Report,
    ) -> Result<Outcome, JobError> {
        let (claim, cx) = (claim.clone(), self.world.cx());
        let settled = self.world.write(move |tx| {
            accept(tx, &cx, &here, &id, &told)?;
            claim.finish(tx).map_err(Error::from)
        });
        settled.await.map(|()| Outcome::Settled).map_err(|why: Error| self.failed(&why))
    }

    fn failed(&self, why: &Error) -> JobError {
        let at: Timestamp = self.world.clock.now().plus_millis(MINUTE);
        JobError::Retry { at, reason: format!("{why:?}") }
    }
}

/// Takes the channel's answer, unless the message went with its contact meanwhile.
fn accept(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &Id<id::Message>,
    told: &Report,
) -> Result<(), Error> {
    match report(tx, cx, here, id.as_str(), told) {
        Ok(_) | Err(Error::BadRequest(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn told(handed: Handed) -> Report {
    let happened = Happened::parse(handed.status.name()).unwrap_or(Happened::Sent);
    Report { alt_id: handed.alt_id, ..Report::of(happened) }
}

fn failed(reason: String) -> Report {
    Report { reason: Some(reason), ..Report::of(Happened::Failed) }
}

impl Job for SendMessage {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn queue(&self) -> &'static str {
        QUEUE
    }

    fn run<'a>(&'a self, claim: &'a Claim) -> JobFuture<'a> {
        Box::pin(self.go(claim))
    }
}

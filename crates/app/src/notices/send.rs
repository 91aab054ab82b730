//! The job that sends one notice.

use leadhold_kernel::{Id, Timestamp, id};
use leadhold_queue::{Claim, Job, JobError, JobFuture, Outcome};
use leadhold_store::{DbError, params};
use serde::Deserialize;

use super::{Way, sql};
use crate::mail::Mail;
use crate::patience;
use crate::world::World;

pub(super) const KIND: &str = "notices.send";
pub(super) const QUEUE: &str = "notices";

const MINUTE: i64 = 60_000;

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Errand {
    company_id: Id<id::Company>,
    notice_id: Id<id::Notice>,
}

/// Sends notices.
pub struct SendNotice(World);

impl SendNotice {
    /// With the mailer of `world`.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self(world)
    }

    async fn go(&self, claim: &Claim) -> Result<Outcome, JobError> {
        let errand: Errand =
            serde_json::from_value(claim.payload.clone()).map_err(|why| JobError::Fail(why.to_string()))?;
        let Some((mail, attempts, way)) = self.find(&errand).await? else { return Ok(Outcome::Finish) };
        if way != Way::Email.name() {
            tracing::info!(notice = %mail.id, way, "nothing carries this; the notice is kept");
            return self.settle(claim, &errand, "kept", attempts, None, None).await;
        }
        let Some(mailer) = &self.0.mailer else {
            tracing::info!(notice = %mail.id, to = mail.to, subject = mail.subject, "no mail is sent; the notice is kept");
            return self.settle(claim, &errand, "kept", attempts, None, None).await;
        };
        let attempts = attempts + 1;
        match mailer.send(&mail).await {
            Ok(()) => self.settle(claim, &errand, "sent", attempts, None, None).await,
            Err(why) => {
                let pause = patience::pause(attempts);
                tracing::warn!(notice = %mail.id, attempt = attempts, why, "a mail was not sent");
                let (state, again) = match pause {
                    Some(pause) => ("waiting", Some(self.0.clock.now().plus_millis(pause))),
                    None => ("failed", None),
                };
                self.settle(claim, &errand, state, attempts, Some(why), again).await
            }
        }
    }

    async fn find(&self, errand: &Errand) -> Result<Option<(Mail, i64, String)>, JobError> {
        let errand = errand.clone();
        let found = self.0.store.read_by_key(move |tx| {
            tx.query_opt(sql::WAITING, params![&errand.notice_id, &errand.company_id], |row| {
                let mail = Mail { id: row.get(0)?, to: row.get(1)?, subject: row.get(2)?, text: row.get(3)? };
                Ok((mail, row.get(4)?, row.get(5)?))
            })
        });
        found.await.map_err(|why: DbError| self.failed(&why))
    }

    async fn settle(
        &self,
        claim: &Claim,
        errand: &Errand,
        state: &'static str,
        attempts: i64,
        error: Option<String>,
        again: Option<Timestamp>,
    ) -> Result<Outcome, JobError> {
        let (claim, errand, now) = (claim.clone(), errand.clone(), self.0.clock.now());
        let settled = self.0.write(move |tx| {
            let settled_at = Some(now).filter(|_| again.is_none());
            let (notice, company) = (&errand.notice_id, &errand.company_id);
            tx.exec(sql::SETTLE, params![notice, company, state, attempts, error.as_deref(), settled_at])?;
            match again {
                Some(at) => claim.put_off(tx, at),
                None => claim.finish(tx),
            }
        });
        settled.await.map(|()| Outcome::Settled).map_err(|why: DbError| self.failed(&why))
    }

    fn failed(&self, why: &DbError) -> JobError {
        JobError::Retry { at: self.0.clock.now().plus_millis(MINUTE), reason: why.to_string() }
    }
}

impl Job for SendNotice {
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

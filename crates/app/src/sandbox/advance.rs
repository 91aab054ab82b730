//! Advancing: the clock goes from one moment at which something is due to the next, and at each of them everything comes to
//! rest before it goes on. So a run that waits a day and then two has done both after a week, in this order and each at its
//! time, and what one run does, another sees before its own later turn.

use std::collections::HashSet;
use std::time::Duration;

use leadhold_kernel::{Clock, Id, Timestamp, id};
use leadhold_store::DbError;

use super::Sandbox;
use crate::App;

/// How many moments one advance visits at most.
const MOMENTS: usize = 10_000;
/// How long one advance takes at most, in microseconds of real time; whoever asks again goes on.
const TIME: u64 = 20_000_000;
/// How long nothing ends before the rest is not waited for any longer: it waits for the network. Half as long each time.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long it is waited at least.
const LEAST_PATIENCE: Duration = Duration::from_millis(50);
/// How far apart, in milliseconds, the moments of a queue are once something in it is not waited for: its jobs wait for one
/// another, and that is not over the sooner the more often it is looked.
const COARSE: i64 = 3_600_000;

/// Where an advance has come to.
#[derive(Debug, Default)]
pub(super) struct Advanced {
    /// How many moments were stopped at on the way, without the end.
    pub(super) moments: usize,
    /// How many events were shown to their consumers.
    pub(super) events: usize,
    /// How many jobs were begun.
    pub(super) jobs: usize,
    /// Jobs that run on, waiting for the network.
    pub(super) unfinished: usize,
    /// What stopped it before its end.
    pub(super) stopped_by: Option<&'static str>,
}

/// An advance on its way.
struct Way<'a> {
    app: &'a App,
    clock: &'a dyn Clock,
    /// Jobs that are not waited for any longer.
    besides: HashSet<Id<id::Job>>,
    /// The queues that such jobs are of.
    coarse: HashSet<String>,
    patience: Duration,
    done: Advanced,
}

impl Sandbox {
    /// Turns the clock forward to `end`, with everything that falls due on the way.
    pub(super) async fn advance(&self, app: &App, end: Timestamp) -> Result<Advanced, DbError> {
        let _turn = self.turn.lock().await;
        let clock = self.clock.as_ref();
        let (besides, coarse, done) = (HashSet::new(), HashSet::new(), Advanced::default());
        let mut way = Way { app, clock, besides, coarse, patience: PATIENCE, done };
        let began = clock.stopwatch_micros();
        way.rest().await?;
        while let Some(next) = way.next_before(end).await? {
            if way.done.moments == MOMENTS || clock.stopwatch_micros().saturating_sub(began) > TIME {
                way.done.stopped_by = Some(if way.done.moments == MOMENTS { "moments" } else { "time" });
                return Ok(way.done);
            }
            self.clock.turn_to(next, &app.queue, &app.world.store).await?;
            way.done.moments += 1;
            way.rest().await?;
        }
        self.clock.turn_to(end, &app.queue, &app.world.store).await?;
        way.rest().await?;
        app.world.wake.turned();
        Ok(way.done)
    }
}

impl Way<'_> {
    async fn next_before(&self, end: Timestamp) -> Result<Option<Timestamp>, DbError> {
        let now = self.clock.now();
        let later = self.coarse.iter().map(|queue| (queue.clone(), now.plus_millis(COARSE))).collect();
        Ok(self.app.queue.next_due(now, &later).await?.filter(|next| *next < end))
    }

    async fn rest(&mut self) -> Result<(), DbError> {
        let rest = self.app.queue.rest(&self.besides, self.patience).await?;
        self.done.events += rest.events;
        self.done.jobs += rest.jobs;
        self.done.unfinished += rest.left.len();
        if !rest.left.is_empty() {
            self.patience = (self.patience / 2).max(LEAST_PATIENCE);
        }
        for job in rest.left {
            self.besides.insert(job.id);
            self.coarse.insert(job.queue);
        }
        Ok(())
    }
}

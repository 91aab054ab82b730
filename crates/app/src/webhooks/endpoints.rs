//! How many requests an endpoint may have in flight, so that a slow one delays only itself.
//!
//! The rule, per process: an endpoint (scheme, host and port) has at most [`SLOTS`] requests in flight. A delivery that
//! finds them taken waits in place for [`PATIENCE`], since a healthy endpoint frees a slot in that time. When it does
//! not, the endpoint counts as slow: it keeps [`SLOTS_WHEN_SLOW`], and every further delivery is put off at once, each a
//! little later than the one before, and takes no worker's time. An answer within [`SLOW`] ends that.
//!
//! So the deliveries of others wait behind a slow endpoint for [`PATIENCE`] once, however many are due to it. What is
//! put off is not an attempt and is not counted as one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leadhold_kernel::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Requests in flight to one endpoint.
const SLOTS: usize = 16;
/// Requests in flight to one endpoint that is slow.
const SLOTS_WHEN_SLOW: usize = 4;
/// How long a delivery waits for a slot before its endpoint counts as slow.
const PATIENCE: Duration = Duration::from_millis(250);
/// An answer within this time, in microseconds, shows that the endpoint is not slow any more.
const SLOW: u64 = 1_000_000;
/// The distance between two deliveries that are put off, in milliseconds.
const STEP: i64 = 50;
/// The longest time a delivery is put off, in milliseconds: an endpoint that recovers is served again within it.
const LONGEST: i64 = 30_000;

/// The endpoints that are in use now.
#[derive(Clone, Default)]
pub(super) struct Endpoints(Arc<Mutex<HashMap<String, Lane>>>);

struct Lane {
    slots: Arc<Semaphore>,
    slow: bool,
    /// When the delivery that was put off last is due.
    last_turn: Timestamp,
}

/// The right to send one request. Dropping it frees the slot.
pub(super) struct Slot {
    endpoints: Endpoints,
    endpoint: String,
    permit: Option<OwnedSemaphorePermit>,
}

impl Endpoints {
    /// A slot at `endpoint`, or the moment until which to put the delivery off.
    pub(super) async fn enter(&self, endpoint: &str, now: Timestamp) -> Result<Slot, Timestamp> {
        let slots = {
            let mut lanes = self.lanes();
            let lane = lanes.entry(endpoint.to_owned()).or_insert_with(Lane::new);
            let in_flight = SLOTS - lane.slots.available_permits();
            if lane.slow && in_flight >= SLOTS_WHEN_SLOW {
                return Err(lane.next_turn(now));
            }
            Arc::clone(&lane.slots)
        };
        if let Ok(Ok(permit)) = timeout(PATIENCE, slots.acquire_owned()).await {
            let endpoints = self.clone();
            return Ok(Slot { endpoints, endpoint: endpoint.to_owned(), permit: Some(permit) });
        }
        let mut lanes = self.lanes();
        let lane = lanes.entry(endpoint.to_owned()).or_insert_with(Lane::new);
        lane.slow = true;
        Err(lane.next_turn(now))
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<String, Lane>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane {
    fn new() -> Lane {
        Lane { slots: Arc::new(Semaphore::new(SLOTS)), slow: false, last_turn: Timestamp(0) }
    }

    fn next_turn(&mut self, now: Timestamp) -> Timestamp {
        let turn = self.last_turn.max(now).plus_millis(STEP);
        self.last_turn = turn.min(now.plus_millis(LONGEST));
        self.last_turn
    }
}

impl Slot {
    /// Notes how long the endpoint took, in microseconds, and frees the slot.
    pub(super) fn answered(self, took: u64) {
        if took < SLOW
            && let Some(lane) = self.endpoints.lanes().get_mut(&self.endpoint)
        {
            lane.slow = false;
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut lanes = self.endpoints.lanes();
        drop(self.permit.take());
        // Forget an endpoint that nobody uses: the map stays as small as the traffic.
        if lanes.get(&self.endpoint).is_some_and(|lane| {
            !lane.slow && Arc::strong_count(&lane.slots) == 1 && lane.slots.available_permits() == SLOTS
        }) {
            lanes.remove(&self.endpoint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    async fn fill(endpoints: &Endpoints, endpoint: &str) -> Vec<Slot> {
        let mut slots = Vec::new();
        for _ in 0..SLOTS {
            slots.push(endpoints.enter(endpoint, NOW).await.expect("a free slot"));
        }
        slots
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_endpoint_puts_off_in_turn_and_leaves_others_alone() {
        let endpoints = Endpoints::default();
        let held = fill(&endpoints, "slow").await;
        for turn in 1..=5 {
            let put_off = endpoints.enter("slow", NOW).await.err();
            assert_eq!(put_off, Some(NOW.plus_millis(turn * STEP)));
        }
        assert!(endpoints.enter("fast", NOW).await.is_ok());
        drop(held);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_an_endpoint_that_is_known_to_be_slow() {
        let endpoints = Endpoints::default();
        let held = fill(&endpoints, "slow").await;
        let started = tokio::time::Instant::now();
        for _ in 0..10_000 {
            assert!(endpoints.enter("slow", NOW).await.is_err());
        }
        assert_eq!(started.elapsed(), PATIENCE, "only the first one waited");
        let last = endpoints.enter("slow", NOW).await.err();
        assert_eq!(last, Some(NOW.plus_millis(LONGEST)));
        drop(held);
    }

    #[tokio::test(start_paused = true)]
    async fn a_healthy_endpoint_is_worth_the_wait() {
        let endpoints = Endpoints::default();
        let mut held = fill(&endpoints, "busy").await;
        let (entered, ()) = tokio::join!(endpoints.enter("busy", NOW), async {
            tokio::time::sleep(PATIENCE / 2).await;
            held.pop().unwrap().answered(90_000);
        });
        assert!(entered.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_endpoint_keeps_a_few_slots_until_it_answers_in_time() {
        let endpoints = Endpoints::default();
        let mut held = fill(&endpoints, "slow").await;
        assert!(endpoints.enter("slow", NOW).await.is_err());
        while held.len() >= SLOTS_WHEN_SLOW {
            assert!(endpoints.enter("slow", NOW).await.is_err(), "with {} in flight", held.len());
            held.pop().unwrap().answered(SLOW);
        }
        held.push(endpoints.enter("slow", NOW).await.expect("one of the few"));
        assert!(endpoints.enter("slow", NOW).await.is_err());
        held.pop().unwrap().answered(SLOW - 1);
        let _more: Vec<Slot> = [
            endpoints.enter("slow", NOW).await.expect("fast again"),
            endpoints.enter("slow", NOW).await.expect("fast again"),
        ]
        .into();
    }

    #[tokio::test(start_paused = true)]
    async fn endpoints_out_of_use_are_forgotten() {
        let endpoints = Endpoints::default();
        for i in 0..100 {
            let slot = endpoints.enter(&format!("e{i}"), NOW).await.expect("a free slot");
            slot.answered(1000);
        }
        assert_eq!(endpoints.lanes().len(), 0);
        let held = fill(&endpoints, "slow").await;
        assert!(endpoints.enter("slow", NOW).await.is_err());
        drop(held);
        assert_eq!(endpoints.lanes().len(), 1, "that it is slow is remembered");
        endpoints.enter("slow", NOW).await.expect("a free slot").answered(1000);
        assert_eq!(endpoints.lanes().len(), 0);
    }
}

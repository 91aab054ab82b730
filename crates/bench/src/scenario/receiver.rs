//! Where the webhooks go: a server in this process, on as many ports as there are subscriptions.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use bytes::Bytes;
use tokio::task::JoinSet;

use crate::clock;
use crate::outcome::{During, Outcome};
use crate::place::Lab;

type Times = Arc<Mutex<Vec<Instant>>>;

/// Counts what comes, and when.
pub struct Receiver {
    pub urls: Vec<String>,
    times: Times,
    _serving: JoinSet<()>,
}

impl Receiver {
    /// Listens on `ports` free ports.
    pub fn start(lab: &Lab, ports: usize) -> Outcome<Self> {
        let (times, mut serving, mut urls) = (Times::default(), JoinSet::new(), Vec::new());
        lab.runtime.block_on(async {
            for _ in 0..ports {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.during("cannot listen")?;
                urls.push(format!("http://{}/hook", listener.local_addr().during("cannot listen")?));
                let router = Router::new().fallback(note).with_state(Arc::clone(&times));
                serving.spawn(async move { drop(axum::serve(listener, router).await) });
            }
            Ok::<(), String>(())
        })?;
        Ok(Self { urls, times, _serving: serving })
    }

    /// Waits for `count` more deliveries than there were, and gives back when they came.
    pub fn wait_for(&self, count: usize, patience: Duration) -> Outcome<Vec<Instant>> {
        let begun = clock::now();
        loop {
            let came = lock(&self.times).len();
            if came >= count {
                return Ok(std::mem::take(&mut *lock(&self.times)));
            }
            if begun.elapsed() > patience {
                return Err(format!("after {patience:?} only {came} of {count} webhooks have come"));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

async fn note(State(times): State<Times>, _body: Bytes) -> &'static str {
    lock(&times).push(clock::now());
    "ok"
}

fn lock(times: &Times) -> std::sync::MutexGuard<'_, Vec<Instant>> {
    times.lock().unwrap_or_else(PoisonError::into_inner)
}

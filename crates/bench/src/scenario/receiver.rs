//! Where the webhooks go: a server in this process, on as many ports as there are subscriptions.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use bytes::Bytes;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::clock;
use crate::outcome::{During, Outcome};
use crate::place::Lab;

/// Counts what comes, and when.
pub struct Receiver {
    pub urls: Vec<String>,
    times: Arc<Mutex<Vec<Instant>>>,
    last_port: Arc<Hanging>,
    _serving: JoinSet<()>,
}

/// Whether a port keeps its callers waiting.
#[derive(Default)]
struct Hanging {
    now: AtomicBool,
    over: Notify,
}

/// What a port does with a webhook.
#[derive(Clone)]
struct Port {
    times: Arc<Mutex<Vec<Instant>>>,
    hanging: Arc<Hanging>,
}

impl Receiver {
    /// Listens on `ports` free ports.
    pub fn start(lab: &Lab, ports: usize) -> Outcome<Self> {
        let (times, last_port) = (Arc::default(), Arc::<Hanging>::default());
        let (mut serving, mut urls) = (JoinSet::new(), Vec::new());
        lab.runtime.block_on(async {
            for port in 1..=ports {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.during("cannot listen")?;
                urls.push(format!("http://{}/hook", listener.local_addr().during("cannot listen")?));
                let hanging = if port == ports { Arc::clone(&last_port) } else { Arc::default() };
                let router =
                    Router::new().fallback(note).with_state(Port { times: Arc::clone(&times), hanging });
                serving.spawn(async move { drop(axum::serve(listener, router).await) });
            }
            Ok::<(), String>(())
        })?;
        Ok(Self { urls, times, last_port, _serving: serving })
    }

    /// Lets the last port answer nobody, neither count, until [`Receiver::answer_again`].
    pub fn hang(&self) {
        self.last_port.now.store(true, Ordering::SeqCst);
    }

    /// Ends that; who still waits is answered and counted now.
    pub fn answer_again(&self) {
        self.last_port.now.store(false, Ordering::SeqCst);
        self.last_port.over.notify_waiters();
    }

    /// Waits for `count` more deliveries than there were, and gives back when they came.
    pub fn wait_for(&self, count: usize, patience: Duration) -> Outcome<Vec<Instant>> {
        let begun = clock::now();
        loop {
            let came = lock(&self.times).len();
            if came >= count {
                return Ok(self.forget());
            }
            if begun.elapsed() > patience {
                return Err(format!("after {patience:?} only {came} of {count} webhooks have come"));
            }
            std::thread::sleep(Duration::from_micros(500));
        }
    }

    /// Begins to count anew; gives back when those came that were counted.
    pub fn forget(&self) -> Vec<Instant> {
        std::mem::take(&mut *lock(&self.times))
    }
}

async fn note(State(port): State<Port>, _body: Bytes) -> &'static str {
    while port.hanging.now.load(Ordering::SeqCst) {
        let over = port.hanging.over.notified();
        if port.hanging.now.load(Ordering::SeqCst) {
            over.await;
        }
    }
    lock(&port.times).push(clock::now());
    "ok"
}

fn lock(times: &Mutex<Vec<Instant>>) -> std::sync::MutexGuard<'_, Vec<Instant>> {
    times.lock().unwrap_or_else(PoisonError::into_inner)
}

//! `GET /metrics`: figures for Prometheus, by operation and status class.

use std::sync::Mutex;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use super::reply::Reply;
use super::request::Request;
use leadhold_kernel::Error;

type Labels = [(&'static str, String); 2];

/// The figures of one process.
pub struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<Labels, Counter>,
    seconds: Histogram,
    log_lines_dropped: Counter,
    waiting: Family<[(&'static str, String); 1], Gauge>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("leadhold");
        let requests = Family::<Labels, Counter>::default();
        let seconds = Histogram::new(exponential_buckets(0.000_25, 2.0, 16));
        let log_lines_dropped = Counter::default();
        let waiting = Family::default();
        registry.register("requests", "Requests answered", requests.clone());
        registry.register(
            "request_seconds",
            "Time from the last byte of the head to the answer",
            seconds.clone(),
        );
        registry.register(
            "request_log_dropped",
            "Request log lines dropped under load",
            log_lines_dropped.clone(),
        );
        registry.register("waiting", "What waits in the queue", Family::clone(&waiting));
        Self { registry: Mutex::new(registry), requests, seconds, log_lines_dropped, waiting }
    }
}

/// The counters of one operation by status class, resolved once so that a request costs two atomic additions.
#[derive(Clone)]
pub struct OperationCounters([Counter; 4]);

impl Metrics {
    /// The counters of the operation named `key`.
    #[must_use]
    pub fn operation(&self, key: &str) -> OperationCounters {
        let counter = |class: &str| {
            let labels = [("operation", key.to_owned()), ("status", class.to_owned())];
            self.requests.get_or_create_owned(&labels)
        };
        OperationCounters([counter("2xx"), counter("3xx"), counter("4xx"), counter("5xx")])
    }

    /// Counts an answered request.
    #[expect(clippy::cast_precision_loss, reason = "a request takes less than 2^52 microseconds")]
    pub fn answered(&self, counters: &OperationCounters, status: u16, micros: u64) {
        let class = usize::from(status / 100).clamp(2, 5) - 2;
        counters.0[class].inc();
        self.seconds.observe(micros as f64 / 1e6);
    }

    /// Counts a line that the request log had no room for.
    pub fn log_line_dropped(&self) {
        self.log_lines_dropped.inc();
    }
}

/// `GET /metrics`.
pub async fn get(request: Request) -> Result<Reply, Error> {
    let app = &request.app;
    let waiting = app.queue.waiting().await?;
    for (what, count) in
        [("events", waiting.events), ("jobs", waiting.jobs), ("dead_jobs", waiting.dead_jobs)]
    {
        app.metrics.waiting.get_or_create(&[("kind", what.to_owned())]).set(count);
    }
    let mut text = String::new();
    let registry = app.metrics.registry.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    encode(&mut text, &registry).map_err(Error::internal)?;
    Ok(Reply::text("application/openmetrics-text; version=1.0.0; charset=utf-8", text))
}

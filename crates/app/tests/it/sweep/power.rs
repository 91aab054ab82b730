//! An application whose power fails once, and which begins again when it is found dark.

use std::sync::Arc;

use http::Method;
use leadhold_store::outage::{Outage, Side};
use leadhold_testkit::TestApp;
use serde_json::Value;

/// Longer than any worker has a job for itself, in milliseconds.
const LEASE: i64 = 130_000;

pub struct Power {
    /// Absent only while it begins again.
    app: Option<TestApp>,
    outage: Arc<Outage>,
    failed: bool,
}

impl Power {
    /// From here on commits count.
    pub async fn on(app: TestApp, at: u64, side: Side) -> Self {
        let outage = Arc::new(Outage::at(at, side));
        let app = app.restart_until(Arc::clone(&outage)).await;
        Self { app: Some(app), outage, failed: false }
    }

    pub fn app(&self) -> &TestApp {
        self.app.as_ref().expect("it is not beginning again")
    }

    pub fn off(self) -> TestApp {
        self.app.expect("it is not beginning again")
    }

    pub fn commits(&self) -> u64 {
        self.outage.commits()
    }

    pub fn failed(&self) -> bool {
        self.failed
    }

    /// A client that sends until it is answered.
    pub async fn send(&mut self, method: Method, path: &str, key: &str, body: &Value) {
        loop {
            let call = self.app().call(method.clone(), path).header("idempotency-key", key).json(body);
            let answer = call.send().await;
            if !self.begin_again_if_dark().await {
                assert!(answer.status.is_success(), "{path}: {}: {}", answer.status, answer.json());
                return;
            }
        }
    }

    /// Everything that is due is done.
    pub async fn rest(&mut self) {
        loop {
            let done = self.app().app.queue.run_until_idle().await;
            if !self.begin_again_if_dark().await {
                done.expect("the queue runs");
                return;
            }
        }
    }

    async fn begin_again_if_dark(&mut self) -> bool {
        let dark = self.outage.is_dark() && !self.failed;
        if dark {
            let app = self.app.take().expect("it is not beginning again");
            let app = app.restart().await;
            app.clock.advance(LEASE);
            self.app = Some(app);
            self.failed = true;
        }
        dark
    }
}

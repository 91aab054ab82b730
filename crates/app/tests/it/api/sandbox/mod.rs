//! The sandbox: time that is turned, faults that are wished for, states that come back.

mod advance;
mod clock;
mod faults;
mod snapshots;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

/// Turns the clock forward, with everything that falls due on the way.
async fn advance(app: &TestApp, by: &str) -> Value {
    let path = "/leadhold/v1/sandbox/clock";
    app.post(path).token("").json(&json!({ "advance": by })).send().await.expect(200).json()
}

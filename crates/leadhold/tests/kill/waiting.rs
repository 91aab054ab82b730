//! Waiting for states.

use std::time::Duration;

use http::Method;
use serde_json::json;
use tokio::time::Instant;

use crate::connection::Connection;
use crate::server::Server;

/// What has not come by then never will.
const DEADLINE: Duration = Duration::from_secs(180);
/// Longer than a worker's lease, and than the first pauses between two attempts of a delivery.
const TURN_OF_CLOCK: &str = "10m";

/// Connects to a server that says that it listens.
pub async fn connect(server: &Server) -> Connection {
    Connection::open(server.address).await.expect("a server that says that it listens does")
}

/// Turns the server's clock: what was leased to a killed server, and what sleeps for a while, is due.
pub async fn turn_clock(server: &Server) {
    let turn = json!({ "advance": TURN_OF_CLOCK });
    let answer =
        connect(server).await.send(Method::POST, "/leadhold/v1/sandbox/clock", "", Some(&turn)).await;
    assert!(answer.as_ref().is_some_and(|answer| answer.status.is_success()), "the clock: {answer:?}");
}

/// As [`turn_clock`], without waiting for what is done on the way: whoever kills a server at work wants it at work.
#[expect(clippy::disallowed_methods, reason = "a task that ends with the server that is killed")]
pub async fn begin_to_turn_clock(server: &Server) {
    let mut connection = connect(server).await;
    tokio::spawn(async move {
        let turn = json!({ "advance": TURN_OF_CLOCK });
        // The server is killed before it answers, as a rule.
        connection.send(Method::POST, "/leadhold/v1/sandbox/clock", "", Some(&turn)).await;
    });
}

/// Waits until no event and no job waits. When a look finds no less than the one before, what waits is waiting for its
/// hour, and the clock is turned.
pub async fn until_idle(server: &Server) {
    let mut connection = connect(server).await;
    let (deadline, mut before) = (Instant::now() + DEADLINE, u64::MAX);
    loop {
        let answer = connection.send(Method::GET, "/leadhold/v1/health", "", None).await;
        let answer = answer.expect("the server lives");
        let waiting = |what: &str| answer.body["waiting"][what].as_u64().expect("health says what waits");
        let now = waiting("events") + waiting("jobs");
        if now == 0 {
            return;
        }
        assert!(Instant::now() < deadline, "the queue is not idle after {DEADLINE:?}: {}", answer.body);
        if now >= before {
            turn_clock(server).await;
        }
        before = now;
        tokio::time::sleep(Duration::from_millis(100)).await; // between two looks at a state
    }
}

/// Waits until `reached` says so.
pub fn until(state: &str, mut reached: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !reached() {
        assert!(Instant::now() < deadline, "not reached in {DEADLINE:?}: {state}");
        std::thread::sleep(Duration::from_millis(2)); // between two looks at a state
    }
}

/// Waits for something that other tasks bring about.
pub async fn for_it<T>(name: &str, it: impl Future<Output = T>) -> T {
    let waited = tokio::time::timeout(DEADLINE, it).await;
    waited.unwrap_or_else(|_| panic!("not reached in {DEADLINE:?}: {name}"))
}

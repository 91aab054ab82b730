//! `GET` and `POST /leadhold/v1/sandbox/clock`.

use leadhold_app::Config;
use leadhold_testkit::TestApp;
use serde_json::json;

const CLOCK: &str = "/leadhold/v1/sandbox/clock";

#[tokio::test]
async fn the_clock_turns_forward_for_everything() {
    let app = TestApp::start().await;
    let read = app.get(CLOCK).token("").send().await.expect(200).json();
    assert_eq!(read, json!({"now": "2026-01-15T10:00:00.000Z", "millis": 1_768_471_200_000_i64}));
    let turned = app.post(CLOCK).token("").json(&json!({"advance": "1d 2h"})).send().await.expect(200).json();
    assert_eq!(turned["now"], "2026-01-16T12:00:00.000Z");
    let set = app
        .post(CLOCK)
        .token("")
        .json(&json!({"now": "2026-02-01T00:00:00Z"}))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(set["now"], "2026-02-01T00:00:00.000Z");
}

#[tokio::test]
async fn the_clock_cannot_be_turned_back() {
    let app = TestApp::start().await;
    for body in
        [json!({"advance": "-1h"}), json!({"now": "2020-01-01T00:00:00Z"}), json!({"advance": i64::MAX})]
    {
        app.post(CLOCK).json(&body).send().await.expect(422);
    }
    let read = app.get(CLOCK).send().await.expect(200).json();
    assert_eq!(read["now"], "2026-01-15T10:00:00.000Z");
}

#[tokio::test]
async fn outside_the_sandbox_it_is_refused() {
    let app = TestApp::with(Config::default()).await;
    app.get(CLOCK).token("").send().await.expect(403);
    app.post(CLOCK).token("").json(&json!({"advance": "1h"})).send().await.expect(403);
}

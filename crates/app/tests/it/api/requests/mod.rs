mod apps;
mod detail;
mod list;
mod page;
mod secrets;

use leadhold_testkit::TestApp;
use serde_json::Value;

/// What `credential` reads at `GET /leadhold/v1/requests?query`, without the lines of such readings.
async fn lines(app: &TestApp, credential: &str, query: &str) -> Vec<Value> {
    app.write_log().await;
    let path = format!("/leadhold/v1/requests?{query}");
    let answer = app.get(&path).token(credential).send().await.expect(200).json();
    let lines = answer["requests"].as_array().expect("a list").clone();
    lines.into_iter().filter(|line| line["path"] != "/leadhold/v1/requests").collect()
}

fn paths(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["path"].as_str().expect("a path")).collect()
}

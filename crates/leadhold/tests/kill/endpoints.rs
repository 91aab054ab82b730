//! Where each event goes: the demo app's default URL, and one more subscription for each further path.

use http::Method;
use serde_json::json;

use crate::connection::Connection;

/// The receiver's paths; the first is the app's default URL.
pub const PATHS: [&str; 4] = ["/app", "/second", "/third", IN_ORDER];
/// Where one record's events come in their order.
pub const IN_ORDER: &str = "/in-order";

/// Subscribes the app to everything at the other paths, at the last one in order.
pub async fn subscribe(server: &mut Connection, token: &str, app: &str, receiver: &str) {
    for path in &PATHS[1..] {
        let ordered = *path == IN_ORDER;
        let asked = json!({ "appId": app, "url": format!("{receiver}{path}"), "ordered": ordered });
        let answer =
            server.send(Method::POST, "/leadhold/v1/webhooks/subscriptions", token, Some(&asked)).await;
        let answer = answer.expect("the server lives");
        assert!(answer.status.is_success(), "the app could not be subscribed: {answer:?}");
    }
}

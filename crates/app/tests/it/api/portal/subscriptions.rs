//! The part of an app's page that shows where its events go.

use serde_json::json;

use super::*;

#[tokio::test]
async fn a_subscription_is_switched_off_and_on_and_gets_a_new_secret() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let body =
        json!({"name": "Partner", "webhookUrl": "https://partner.example/main", "events": ["ContactCreate"]});
    let made =
        app.post("/leadhold/v1/apps").token(&app.agency.token).json(&body).send().await.expect(201).json();
    let page = format!("/developer/apps/{}", made["app"]["id"].as_str().unwrap());
    let body = json!({
        "appId": made["app"]["id"], "url": "https://partner.example/<second>", "ordered": true, "mode": "ghl",
        "filters": [{"field": "tags", "operator": "is_empty"}],
    });
    let subscribe = app.post("/leadhold/v1/webhooks/subscriptions").token(&app.agency.token).json(&body);
    let one = subscribe.send().await.expect(201).json()["subscription"]["id"].as_str().unwrap().to_owned();
    let html = async || String::from_utf8_lossy(&see(&app, &who, &page).await.expect(200).body).into_owned();
    let seen = html().await;
    for part in ["main</code>", "of the details", "&lt;second&gt;", "ghl, in order", "1 filter<"] {
        assert!(seen.contains(part), "{part} in {seen}");
    }

    let act =
        async |action: &str| send(&app, &who, &page, &[("action", action), ("subscription", &one)]).await;
    act("disable").await.expect(303);
    assert!(html().await.contains("off since 2026-01-15 10:00"));
    act("enable").await.expect(303);
    assert!(!html().await.contains("off since"));
    let told = String::from_utf8_lossy(&act("hook-secret").await.expect(200).body).into_owned();
    assert!(told.contains("whsec_"));
    assert!(!html().await.contains("whsec_"), "this once");
    send(&app, &who, &page, &[("action", "disable"), ("subscription", "nothing")]).await.expect(404);
}

//! `GET /locations/{locationId}/conversationChannels/{type}`, which only v3 has.

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{body, path};

async fn channel(app: &TestApp, kind: &str) -> Value {
    let url = format!("{}/conversationChannels/{kind}", path(app));
    app.get(&url).version("v3").send().await.expect(200).json()
}

#[tokio::test]
async fn a_channel_shows_the_services_that_the_location_has_accounts_at() {
    let app = TestApp::start().await;
    assert_eq!(channel(&app, "SMS").await, json!({"conversationChannel": {"SMS": []}}));
    let account = body(&app, json!({"twilio": {"sid": "AC", "authToken": "secret"}}));
    app.put(&path(&app)).token(&app.agency.token).json(&account).send().await.expect(200);
    assert_eq!(
        channel(&app, "SMS").await,
        json!({"conversationChannel": {"SMS": [{"conversationProvider":
            {"_id": "twilio_provider", "name": "Twilio", "type": "SMS", "default": true}}]}})
    );
    assert_eq!(channel(&app, "Email").await, json!({"conversationChannel": {"Email": []}}));
    let gone = body(&app, json!({"twilio": null}));
    app.put(&path(&app)).token(&app.agency.token).json(&gone).send().await.expect(200);
    assert_eq!(channel(&app, "SMS").await, json!({"conversationChannel": {"SMS": []}}));
}

#[tokio::test]
async fn there_are_two_channels() {
    let app = TestApp::start().await;
    let url = format!("{}/conversationChannels/Fax", path(&app));
    let refused = app.get(&url).version("v3").send().await.expect(422).json();
    assert_eq!(refused["message"], json!(["type must be one of the following values: SMS, Email"]));
    let url = format!("{}/conversationChannels/SMS", path(&app));
    app.get(&url).version("v3").token(&app.agency.second_token).send().await.expect(403);
}

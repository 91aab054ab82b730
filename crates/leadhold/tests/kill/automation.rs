//! What the location does by itself while it is written to: two workflows, published over HTTP before the first kill.

use http::Method;
use serde_json::{Value, json};

use crate::connection::Connection;

/// The tag that a hook's contact gets.
pub const TAG: &str = "from hook";
/// What a hook's request announces.
pub const HOOK_EVENTS: &[&str] = &["ContactCreate", "ContactTagUpdate"];
/// The steps of a run that a hook's request starts.
pub const HOOK_STEPS: &[&str] = &["save", "tag", "rest", "tell"];
/// The steps of a run that a new contact starts.
pub const CONTACT_STEPS: &[&str] = &["rest"];

/// A request becomes a contact with a tag, and a minute later a webhook: so that runs are killed at work and asleep.
fn on_hook(webhook_url: &str) -> Value {
    let minute = json!({ "for": { "value": 1, "unit": "minutes" } });
    let fields = json!({ "email": "{{inboundWebhookRequest.email}}", "firstName": "{{inboundWebhookRequest.firstName}}" });
    json!({
        "name": "A request becomes a contact",
        "status": "published",
        "triggers": [{ "id": "hook", "type": "inbound_webhook" }],
        "steps": [
            { "id": "save", "type": "create_update_contact", "attributes": { "fields": fields }, "next": "tag" },
            { "id": "tag", "type": "add_contact_tag", "attributes": { "tags": [TAG] }, "next": "rest" },
            { "id": "rest", "type": "wait", "attributes": minute, "next": "tell" },
            { "id": "tell", "type": "webhook", "attributes": {
                "method": "POST", "url": webhook_url, "customData": { "email": "{{contact.email}}" } } },
        ],
        "settings": {},
    })
}

/// Every new contact has a run, which changes nothing, so that clients know what they will read.
fn on_contact() -> Value {
    json!({
        "name": "A contact is noticed",
        "status": "published",
        "triggers": [{ "id": "new", "type": "contact_created" }],
        "steps": [{ "id": "rest", "type": "wait", "attributes": { "for": { "value": 1, "unit": "minutes" } } }],
        "settings": {},
    })
}

/// Publishes both; answers the hook's paths, the guide's form first.
pub async fn publish(server: &mut Connection, token: &str, webhook_url: &str) -> [String; 2] {
    create(server, token, &on_contact()).await;
    let workflow = create(server, token, &on_hook(webhook_url)).await;
    ["inboundHookPath", "inboundHookPathV2"].map(|path| workflow[path].as_str().expect("a path").to_owned())
}

async fn create(server: &mut Connection, token: &str, definition: &Value) -> Value {
    let answer = server.send(Method::POST, "/leadhold/v1/workflows", token, Some(definition)).await;
    let answer = answer.expect("the server lives");
    assert!(answer.status.is_success(), "a workflow could not be published: {answer:?}");
    answer.body["workflow"].clone()
}

//! Messages. Those of e-mails have further fields, which `api/conversations` shows.

use leadhold_app::conversations::Kind;
use serde_json::{Value, json};

use super::Stage;
use crate::api::contacts;
use crate::api::conversations::{reply, said, send};

/// An SMS and its answer, and what becomes of an e-mail.
pub async fn conversation(stage: &mut Stage) -> Vec<Value> {
    let who = json!({"firstName": "Eve", "email": "eve@example.com", "phone": "+1 202-555-0166"});
    let eve = contacts::make(&stage.app, who).await;
    stage.delivered().await;
    send(&stage.app, said(&eve, Kind::Sms, "Hello Eve")).await;
    let mut bodies = stage.delivered().await;
    reply(&stage.app, json!({"contactId": eve, "body": "Yes, please", "to": "+15559876543"})).await;
    bodies.extend(stage.delivered().await);
    send(&stage.app, said(&eve, Kind::Email, "Your quote")).await;
    let of_email = stage.delivered().await;
    bodies.extend(of_email.into_iter().filter(|body| body["type"] == "LCEmailStats"));
    bodies
}

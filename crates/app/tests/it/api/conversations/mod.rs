//! `/leadhold/v1/conversations` and the sandbox's outbox.

mod inbound;
mod outbox;
mod report;
mod send;
mod stop_words;
mod threads;
mod unsubscribe;

use leadhold_app::conversations::{self, Envelope, Kind, Message, Origin, Outgoing, Source};
use leadhold_kernel::{Error, Id};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::contacts;

pub const INBOUND: &str = "/leadhold/v1/sandbox/inbound-messages";
pub const OUTBOX: &str = "/leadhold/v1/sandbox/outbox";
pub const CONVERSATIONS: &str = "/leadhold/v1/conversations";

/// Ada, who has a number and an address.
pub async fn ada(app: &TestApp) -> String {
    let ada = json!({"firstName": "Ada", "email": "ada@example.com", "phone": "+1 202-555-0143"});
    let id = contacts::make(app, ada).await;
    app.new_events().await;
    id
}

/// What a workflow says to a contact.
pub fn said(contact: &str, kind: Kind, body: &str) -> Outgoing {
    let email = kind == Kind::Email;
    Outgoing {
        contact: Id::parse(contact).expect("an id"),
        kind,
        subject: email.then(|| "Your quote".to_owned()),
        body: body.to_owned(),
        html: email.then(|| format!("<p>{body}</p>")),
        envelope: Envelope {
            from: Some(if email { "Downtown <hello@example.com>" } else { "+15559876543" }.to_owned()),
            ..Envelope::default()
        },
        origin: Origin {
            source: Source::Workflow,
            workflow_id: Some("6d0a3a1e-5b1c-4a53-9c0e-2f1d7a4b8c11".to_owned()),
            run_id: Id::parse("RuN00000000000000001"),
            step_id: Some("hello".to_owned()),
            ..Origin::default()
        },
    }
}

/// Says it, and answers the message or why not.
pub async fn try_send(app: &TestApp, outgoing: Outgoing) -> Result<Message, Error> {
    let (here, cx) = (app.agency.location.clone(), app.app.world.cx());
    app.app.world.write(move |tx| conversations::send(tx, &cx, &here, &outgoing)).await
}

/// Says it and answers the message's id.
pub async fn send(app: &TestApp, outgoing: Outgoing) -> String {
    try_send(app, outgoing).await.expect("it is said").id.to_string()
}

/// The contact says this.
pub async fn reply(app: &TestApp, body: Value) -> Value {
    app.post(INBOUND).json(&body).send().await.expect(201).json()["message"].clone()
}

/// The outbox's messages, newest first.
pub async fn outbox(app: &TestApp) -> Vec<Value> {
    let answer = app.get(OUTBOX).token("").send().await.expect(200).json();
    answer["messages"].as_array().expect("a list").clone()
}

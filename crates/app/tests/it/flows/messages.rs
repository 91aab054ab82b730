//! Workflows that say something: what stands in the outbox afterwards, and what a reply does.

use leadhold_app::users::{Role, Type};
use leadhold_testkit::{Receiver, TestApp};
use serde_json::{Value, json};

use super::{published, runs, submit, told};
use crate::api::contacts;
use crate::api::conversations::{outbox, reply};

/// A workflow that saves the contact of a form and takes `steps`, one after the other.
fn says(mut steps: Vec<Value>, settings: Value) -> Value {
    let fields = ["firstName", "email", "phone"]
        .map(|key| (key.to_owned(), json!(format!("{{{{inboundWebhookRequest.{key}}}}}"))));
    let save = json!({"id": "save", "type": "create_update_contact", "attributes": {"fields": Value::Object(fields.into_iter().collect())}});
    steps.insert(0, save);
    let ids: Vec<Value> = steps.iter().map(|step| step["id"].clone()).collect();
    for (step, next) in steps.iter_mut().zip(ids.iter().skip(1)) {
        step["next"] = next.clone();
    }
    json!({"name": "Says", "triggers": [{"id": "form", "type": "inbound_webhook"}], "steps": steps, "settings": settings})
}

fn ada() -> Value {
    json!({"firstName": "<b>Ada</b> & Co", "email": "ada@example.com", "phone": "+12025550143"})
}

#[tokio::test]
async fn each_step_that_speaks_leaves_one_message_and_the_run_says_which() {
    let app = TestApp::start().await;
    let steps = vec![
        json!({"id": "sms", "type": "send_sms", "attributes": {
            "message": "Hi {{contact.first_name}} of {{contact.city | default: \"somewhere\"}}",
            "attachments": ["https://example.com/{{contact.city}}map.png"]}}),
        json!({"id": "mail", "type": "send_email", "attributes": {
            "subject": "Dear {{contact.first_name}}\n", "html": "<p>Dear {{contact.first_name}}</p>",
            "text": "Dear {{contact.first_name}}", "fromEmail": "sales@example.com", "cc": ["boss@example.com", "{{contact.city}}"]}}),
        json!({"id": "drop", "type": "voicemail", "attributes": {"recording": "https://example.com/hi.mp3"}}),
        json!({"id": "ring", "type": "call", "attributes": {"whisper": "A lead: {{contact.phone}}", "from": "+13125550199"}}),
    ];
    let sender = json!({"sender": {"name": "{{location.name}}", "email": "hello@example.com", "phone": "+13125550100"}});
    let workflow = published(&app, says(steps, sender)).await;
    submit(&app, &workflow, &ada()).await;
    let [run] = runs(&app, &workflow).await.try_into().expect("one run");
    insta::assert_snapshot!(told(&run), @r#"
    1 save: {"contactId":"[id]","new":true}
    2 sms: {"messageId":"[id]","conversationId":"[id]","type":"SMS","to":"+12025550143"}
    3 mail: {"messageId":"[id]","conversationId":"[id]","type":"Email","to":"ada@example.com"}
    4 drop: {"messageId":"[id]","conversationId":"[id]","type":"Voicemail","to":"+12025550143"}
    5 ring: {"messageId":"[id]","conversationId":"[id]","type":"Call","to":"+12025550143"}
    finished
    "#);
    let mut sent = outbox(&app).await;
    sent.reverse();
    for message in &sent {
        assert_eq!(
            (&message["workflowId"], &message["runId"], &message["source"]),
            (&workflow["id"], &run["id"], &json!("workflow"))
        );
    }
    let keys = ["stepId", "channel", "status", "from", "to", "cc", "subject", "body", "html", "attachments"];
    let shown: Vec<Value> = sent
        .iter()
        .map(|message| {
            keys.iter().map(|key| message[*key].clone()).filter(|value| !value.is_null()).collect()
        })
        .collect();
    insta::assert_json_snapshot!(shown, @r#"
    [
      [
        "sms",
        "SMS",
        "delivered",
        "+13125550100",
        "+12025550143",
        "Hi <b>Ada</b> & Co of somewhere",
        [
          "https://example.com/map.png"
        ]
      ],
      [
        "mail",
        "Email",
        "delivered",
        "sales@example.com",
        "ada@example.com",
        [
          "boss@example.com"
        ],
        "Dear <b>Ada</b> & Co",
        "Dear <b>Ada</b> & Co",
        "<p>Dear &lt;b&gt;Ada&lt;/b&gt; &amp; Co</p>",
        []
      ],
      [
        "drop",
        "Voicemail",
        "completed",
        "+13125550100",
        "+12025550143",
        "",
        [
          "https://example.com/hi.mp3"
        ]
      ],
      [
        "ring",
        "Call",
        "completed",
        "+13125550199",
        "+12025550143",
        "A lead: (202) 555-0143",
        []
      ]
    ]
    "#);
}

#[tokio::test]
async fn who_is_not_to_be_disturbed_fails_the_step_and_the_run_goes_on() {
    let app = TestApp::start().await;
    let ada =
        contacts::make(&app, json!({"phone": "+12025550143", "dndSettings": {"SMS": {"status": "active"}}}))
            .await;
    let steps = vec![
        json!({"id": "sms", "type": "send_sms", "attributes": {"message": "Hi"}}),
        json!({"id": "mail", "type": "send_email", "attributes": {"subject": "Hi", "text": "Hi"}}),
        json!({"id": "put_away", "type": "edit_conversation", "attributes": {"mark": "archived"}}),
        json!({"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["tried"]}}),
    ];
    let workflow = published(&app, says(steps, json!({}))).await;
    submit(&app, &workflow, &json!({"phone": "+12025550143"})).await;
    let [run] = runs(&app, &workflow).await.try_into().expect("one run");
    insta::assert_snapshot!(told(&run), @r#"
    1 save: {"contactId":"[id]","new":false}
    2 sms: "Cannot send message as DND is active for SMS."
    3 mail: "The contact has no e-mail address."
    4 put_away: "There is no conversation with this contact yet."
    5 tag: {"added":["tried"],"tags":["tried"]}
    finished
    "#);
    assert_eq!(contacts::shown(&app, &ada).await["tags"], json!(["tried"]));
    assert!(outbox(&app).await.is_empty());
}

/// Says something, and more of it a day later.
fn twice(text: &str) -> Vec<Value> {
    vec![
        json!({"id": "first", "type": "send_sms", "attributes": {"message": text}}),
        json!({"id": "rest", "type": "wait", "attributes": {"for": {"value": 1, "unit": "days"}}}),
        json!({"id": "second", "type": "send_sms", "attributes": {"message": "Still there?"}}),
    ]
}

#[tokio::test]
async fn a_reply_stops_a_workflow_that_spoke_and_no_other() {
    let app = TestApp::start().await;
    let stops = json!({"stopOnResponse": true});
    let first = published(&app, says(twice("One"), stops.clone())).await;
    let second = published(&app, says(twice("Two"), stops)).await;
    submit(&app, &first, &ada()).await;
    app.clock.advance(1000);
    submit(&app, &second, &ada()).await;
    let contact = outbox(&app).await[0]["contactId"].clone();
    reply(&app, json!({"contactId": contact, "body": "Who is this?"})).await;
    app.run_until_idle().await;
    app.clock.advance(86_400_000);
    app.run_until_idle().await;
    let status = async |workflow: &Value| runs(&app, workflow).await[0]["status"].clone();
    assert_eq!((status(&first).await, status(&second).await), (json!("finished"), json!("stopped")));
    assert_eq!(outbox(&app).await.len(), 3, "the last word of the first alone");
}

#[tokio::test]
async fn who_writes_stop_ends_the_run_and_hears_nothing_of_another() {
    let app = TestApp::start().await;
    let goes_on = published(&app, says(twice("One"), json!({}))).await;
    let stops = published(&app, says(twice("Two"), json!({"stopOnResponse": true}))).await;
    submit(&app, &goes_on, &ada()).await;
    app.clock.advance(1000);
    submit(&app, &stops, &ada()).await;
    let contact = outbox(&app).await[0]["contactId"].clone();
    reply(&app, json!({"contactId": contact, "body": "stop"})).await;
    app.run_until_idle().await;
    app.clock.advance(86_400_000);
    app.run_until_idle().await;
    assert_eq!(runs(&app, &stops).await[0]["status"], "stopped");
    let run = told(&runs(&app, &goes_on).await[0]);
    assert!(run.contains("second: \"Cannot send message as DND is active for SMS.\""), "{run}");
    assert_eq!(outbox(&app).await.len(), 2, "nothing was sent any more");
}

#[tokio::test]
async fn an_email_is_a_template_of_the_location_as_it_is_then() {
    let app = TestApp::start().await;
    let agency = &app.agency;
    let user = app.person(agency, Type::Account, Role::User, &[&agency.location]).await;
    let make = async |token: &str, kind: &str| {
        let body = "<p>Dear {{contact.first_name}}, yours, {{user.first_name}}</p><a href=\"{{email.unsubscribe_link}}\">Bye</a>";
        let field = if kind == "email" { "html" } else { "body" };
        let mut body = json!({"name": "Offer", "type": kind, field: body});
        if kind == "email" {
            body["subject"] = json!("For {{contact.first_name}}");
            body["attachments"] = json!(["https://example.com/offer.pdf"]);
        }
        let made =
            app.post("/leadhold/v1/templates").token(token).json(&body).send().await.expect(201).json();
        made["template"]["id"].as_str().expect("an id").to_owned()
    };
    let template = make(&agency.location_token, "email").await;
    let (foreign, text) =
        (make(&agency.second_token, "email").await, make(&agency.location_token, "sms").await);
    let email = |id: &str, attributes: Value| {
        let mut step = json!({"id": id, "type": "send_email", "attributes": attributes});
        if id == "own" {
            step["attributes"]["subject"] = json!("My own");
        }
        step
    };
    let steps = vec![
        json!({"id": "whose", "type": "assign_user", "attributes": {"users": [user.id]}}),
        email("offer", json!({"templateId": template})),
        json!({"id": "rest", "type": "wait", "attributes": {"for": {"value": 1, "unit": "days"}}}),
        email("own", json!({"templateId": template, "attachments": ["https://example.com/more.pdf"]})),
        email("foreign", json!({"templateId": foreign})),
        email("text", json!({"templateId": text})),
    ];
    let workflow = published(&app, says(steps, json!({}))).await;
    submit(&app, &workflow, &ada()).await;
    let path = format!("/leadhold/v1/templates/{template}");
    app.put(&path).json(&json!({"html": "<p>Another text</p>"})).send().await.expect(200);
    app.clock.advance(86_400_000);
    app.run_until_idle().await;
    let sent = outbox(&app).await;
    let shown: Vec<Value> =
        sent.iter().rev().map(|one| json!([one["subject"], one["attachments"]])).collect();
    assert_eq!(
        json!(shown),
        json!([
            ["For <b>Ada</b> & Co", ["https://example.com/offer.pdf"]],
            ["My own", ["https://example.com/offer.pdf", "https://example.com/more.pdf"]],
        ])
    );
    let html = sent[1]["html"].as_str().expect("HTML");
    assert!(
        html.starts_with("<p>Dear &lt;b&gt;Ada&lt;/b&gt; &amp; Co, yours, Pat</p><a href=\"http"),
        "{html}"
    );
    assert_eq!(sent[0]["html"], "<p>Another text</p>");
    let run = told(&runs(&app, &workflow).await[0]);
    for (step, id) in [("foreign", foreign), ("text", text)] {
        let refused = format!("{step}: \"This location has no e-mail template {id}.\"");
        assert!(run.contains(&refused), "{run}");
    }
}

#[tokio::test]
async fn messages_keep_to_the_hours_of_the_workflow() {
    let app = TestApp::start().await; // It is four in the morning in Chicago.
    let steps = vec![json!({"id": "sms", "type": "send_sms", "attributes": {"message": "Hi"}})];
    let hours = json!({"timeWindow": {"from": "08:00", "to": "18:00"}});
    let workflow = published(&app, says(steps, hours)).await;
    submit(&app, &workflow, &ada()).await;
    assert!(outbox(&app).await.is_empty());
    app.clock.advance(4 * 3_600_000);
    app.run_until_idle().await;
    assert_eq!(outbox(&app).await[0]["dateAdded"], "2026-01-15T14:00:00.000Z");
}

#[tokio::test]
async fn people_of_the_location_are_told_each_once() {
    let app = TestApp::start().await;
    let agency = &app.agency;
    let boss = app.person(agency, Type::Account, Role::Admin, &[&agency.location]).await;
    let stranger = app.person(agency, Type::Account, Role::Admin, &[&agency.second]).await;
    let to = json!({"assignedUser": true, "everybody": true, "users": [boss.id, stranger.id]});
    let steps = vec![
        json!({"id": "mail", "type": "internal_notification", "attributes": {
            "via": "email", "to": to, "subject": "New lead", "message": "{{contact.first_name}} wrote."}}),
        json!({"id": "bell", "type": "internal_notification", "attributes": {
            "via": "app", "to": {"users": [boss.id]}, "message": "{{contact.first_name}} wrote."}}),
        json!({"id": "sms", "type": "internal_notification", "attributes": {
            "via": "sms", "to": {"users": [boss.id]}, "message": "Hi"}}),
        json!({"id": "nobody", "type": "internal_notification", "attributes": {
            "via": "app", "to": {"assignedUser": true}, "message": "Hi"}}),
    ];
    let workflow = published(&app, says(steps, json!({}))).await;
    submit(&app, &workflow, &ada()).await;
    let [run] = runs(&app, &workflow).await.try_into().expect("one run");
    let told = told(&run).replace(&boss.email, "[boss]").replace(stranger.id.as_str(), "[stranger]");
    insta::assert_snapshot!(told, @r#"
    1 save: {"contactId":"[id]","new":true}
    2 mail: {"told":["[boss]"],"leftOut":["[stranger] is no user of this location"]}
    3 bell: {"told":["Pat Person"]}
    4 sms: "There was nobody to tell: the contact is assigned to nobody, or nobody named has an address. Pat Person has no telephone number."
    5 nobody: "There was nobody to tell: the contact is assigned to nobody, or nobody named has an address."
    finished
    "#);
    let mailed = app.get("/leadhold/v1/sandbox/outbox").token("").send().await.expect(200).json();
    let mailed: Vec<&Value> = mailed["notices"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|one| one["channel"] == "email")
        .collect();
    assert_eq!(mailed.len(), 1, "{mailed:?}");
    assert_eq!((&mailed[0]["subject"], &mailed[0]["state"]), (&json!("New lead"), &json!("kept")));
    let person = app.sign_in(&boss).await;
    let seen = app.get("/leadhold/v1/notices").session(&person).send().await.expect(200).json();
    insta::assert_json_snapshot!(seen, { ".notices[].id" => "[notice]", ".notices[].locationId" => "[location]" }, @r#"
    {
      "notices": [
        {
          "id": "[notice]",
          "locationId": "[location]",
          "subject": "Says",
          "text": "<b>Ada</b> & Co wrote.",
          "read": false,
          "createdAt": "2026-01-15T10:00:00.000Z"
        }
      ]
    }
    "#);
    let path = format!("/leadhold/v1/notices/{}/read", seen["notices"][0]["id"].as_str().expect("an id"));
    let other = app.sign_in(&stranger).await;
    app.post(&path).session(&other).send().await.expect(404);
    app.post(&path).session(&person).send().await.expect(200);
    let seen = app.get("/leadhold/v1/notices").session(&person).send().await.expect(200).json();
    assert_eq!(seen["notices"][0]["read"], true);
    let others = app.get("/leadhold/v1/notices").session(&other).send().await.expect(200).json();
    assert_eq!(others["notices"], json!([]));
    app.get("/leadhold/v1/notices").token("").send().await.expect(401);
}

/// The guide's second example, as a step: no server in between.
#[tokio::test]
async fn slack_is_told_through_its_incoming_webhook() {
    let (app, slack) = (TestApp::start().await, Receiver::start().await);
    let steps = vec![json!({"id": "slack", "type": "slack_message", "attributes": {
        "url": format!("{}/services/T0/B0/secret", slack.url), "channel": "#sales",
        "text": "🎉 New sale! {{contact.first_name}} - ${{inboundWebhookRequest.value}}",
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "*{{contact.first_name}}* \"{{contact.email}}\""}}]}})];
    let workflow = published(&app, says(steps, json!({}))).await;
    let mut form = ada();
    form["value"] = json!(5000);
    submit(&app, &workflow, &form).await;
    let [sent] = slack.requests().try_into().expect("one request");
    insta::assert_json_snapshot!(sent.json(), @r##"
    {
      "text": "🎉 New sale! &lt;b&gt;Ada&lt;/b&gt; &amp; Co - $5000",
      "channel": "#sales",
      "blocks": [
        {
          "type": "section",
          "text": {
            "type": "mrkdwn",
            "text": "*&lt;b&gt;Ada&lt;/b&gt; &amp; Co* \"ada@example.com\""
          }
        }
      ]
    }
    "##);
    let [run] = runs(&app, &workflow).await.try_into().expect("one run");
    let logged = run["steps"][1].to_string();
    assert!(!logged.contains("secret"), "the URL is one: {logged}");
}

#[tokio::test]
async fn what_such_a_step_lacks_is_told_before_it_is_saved() {
    let app = TestApp::start().await;
    let steps = vec![
        json!({"id": "a", "type": "send_sms", "attributes": {"message": "{{contact.x | upper}}", "attachments": []}}),
        json!({"id": "b", "type": "send_email", "attributes": {"subject": " "}}),
        json!({"id": "c", "type": "voicemail", "attributes": {}}),
        json!({"id": "d", "type": "call", "attributes": {"to": "+1"}}),
        json!({"id": "e", "type": "internal_notification", "attributes": {"via": "fax", "to": {}, "message": 1}}),
        json!({"id": "f", "type": "internal_notification", "attributes": {"via": "app", "to": {"addresses": ["a"]}, "message": "x"}}),
        json!({"id": "g", "type": "slack_message", "attributes": {"url": "slack", "blocks": [1]}}),
        json!({"id": "h", "type": "edit_conversation", "attributes": {"mark": "lost"}}),
        json!({"id": "i", "type": "send_email", "attributes": {"templateId": "x", "html": "<p>Hi</p>"}}),
    ];
    let refused =
        app.post("/leadhold/v1/workflows").json(&says(steps, json!({}))).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "steps[1].attributes.message: `{{contact.x | upper}}` is no merge field; write {{object.field}} without spaces inside the name",
      "steps[1].attributes.attachments: `attachments` is empty",
      "steps[2].attributes.subject: `subject` is empty",
      "steps[2].attributes.html: an e-mail has `html`, `text` or both",
      "steps[3].attributes.recording: `recording` is missing; it must be a text",
      "steps[4].attributes.to: unknown key `to`; known here: from, whisper",
      "steps[5].attributes.via: `fax` is not one of email, sms, app",
      "steps[5].attributes.to.assignedUser: nobody is named: say `assignedUser`, `everybody`, `users` or `addresses`",
      "steps[5].attributes.message: must be a text, not a number",
      "steps[6].attributes.to.addresses: inside the app only users can be told",
      "steps[7].attributes.url: must be the https:// address of an incoming webhook of Slack",
      "steps[7].attributes.blocks: must be a list of 1 to 50 blocks of Slack",
      "steps[8].attributes.mark: `lost` is not one of read, unread, archived, unarchived",
      "steps[9].attributes.templateId: an e-mail is a template, or has `html` and `text` of its own"
    ]
    "#);
}

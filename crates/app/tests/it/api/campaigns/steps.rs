//! What a campaign says over time, to whom, and until when.

use leadhold_app::Config;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::CAMPAIGNS;
use crate::api::contacts;
use crate::api::conversations::{outbox, reply};
use crate::flows::{published, runs, submit, told};

const DAY: i64 = 86_400_000;

async fn made(app: &TestApp, more: Value) -> String {
    let mut campaign = json!({"name": "Welcome", "status": "published"});
    for (key, value) in more.as_object().expect("an object") {
        campaign[key] = value.clone();
    }
    let made = app.post(CAMPAIGNS).json(&campaign).send().await.expect(201).json();
    made["campaign"]["id"].as_str().expect("an id").to_owned()
}

fn three_days() -> Value {
    json!({"sender": {"phone": "+13125550100"}, "steps": [
        {"type": "sms", "message": "Hi {{contact.first_name}}"},
        {"type": "email", "after": {"value": 1, "unit": "days"}, "subject": "{{campaign.name}}", "text": "It is day two."},
        {"type": "call", "after": {"value": 2, "unit": "days"}, "whisper": "Day four"},
    ]})
}

async fn ada(app: &TestApp) -> String {
    let ada = json!({"firstName": "Ada", "email": "ada@example.com", "phone": "+12025550143"});
    contacts::make(app, ada).await
}

async fn add(app: &TestApp, contact: &str, campaign: &str) {
    app.post(&format!("/contacts/{contact}/campaigns/{campaign}")).send().await.expect(201);
    app.run_until_idle().await;
}

async fn days(app: &TestApp, days: i64) {
    for _ in 0..days {
        app.clock.advance(DAY);
        app.run_until_idle().await;
    }
}

/// The channels of what was sent, oldest first.
async fn sent(app: &TestApp) -> Vec<Value> {
    let mut all = outbox(app).await;
    all.reverse();
    all.into_iter().map(|message| message["channel"].clone()).collect()
}

/// The statuses that apps heard of since the last call.
async fn statuses(app: &TestApp) -> Vec<Value> {
    let events = app.new_events().await.into_iter().filter(|event| event.0 == "CampaignStatusUpdate");
    events.map(|event| event.2["status"].clone()).collect()
}

async fn places(app: &TestApp, campaign: &str, query: &str) -> Value {
    app.get(&format!("{CAMPAIGNS}/{campaign}/contacts{query}")).send().await.expect(200).json()
}

#[tokio::test]
async fn its_steps_come_one_after_the_other_and_then_it_is_completed() {
    let app = TestApp::start().await;
    let (ada, campaign) = (ada(&app).await, made(&app, three_days()).await);
    add(&app, &ada, &campaign).await;
    assert_eq!(sent(&app).await, ["SMS"]);
    let [first] = outbox(&app).await.try_into().expect("one message");
    assert_eq!(
        (&first["source"], &first["campaignId"], &first["messageType"], &first["body"], &first["from"]),
        (
            &json!("campaign"),
            &json!(campaign),
            &json!("TYPE_CAMPAIGN_SMS"),
            &json!("Hi Ada"),
            &json!("+13125550100")
        )
    );
    days(&app, 1).await;
    assert_eq!(sent(&app).await, ["SMS", "Email"]);
    assert_eq!(outbox(&app).await[0]["subject"], "Welcome");
    days(&app, 1).await;
    assert_eq!(statuses(&app).await, ["active"]);
    days(&app, 1).await;
    assert_eq!(sent(&app).await, ["SMS", "Email", "Call"]);
    assert_eq!(statuses(&app).await, ["completed"]);
    insta::assert_json_snapshot!(places(&app, &campaign, "").await, {
        ".contacts[].id" => "[place]", ".contacts[].contactId" => "[contact]",
    }, @r#"
    {
      "contacts": [
        {
          "id": "[place]",
          "contactId": "[contact]",
          "status": "completed",
          "replied": "",
          "dateAdded": "2026-01-15T10:00:00.000Z",
          "dateUpdated": "2026-01-18T10:00:00.000Z"
        }
      ],
      "counts": {
        "completed": 1
      },
      "next": null
    }
    "#);
    let workflows = app.get("/leadhold/v1/workflows").send().await.expect(200).json();
    assert_eq!(workflows["workflows"], json!([]), "how it runs is nobody's business");
}

#[tokio::test]
async fn who_was_in_it_can_come_again_and_who_is_active_comes_once() {
    let app = TestApp::start().await;
    let hi = json!({"steps": [{"type": "sms", "message": "Hi"}]});
    let (ada, campaign) = (ada(&app).await, made(&app, hi).await);
    add(&app, &ada, &campaign).await;
    assert_eq!(statuses(&app).await, ["active", "completed"]);
    app.clock.advance(1000);
    add(&app, &ada, &campaign).await;
    assert_eq!(statuses(&app).await, ["active", "completed"]);
    assert_eq!(sent(&app).await.len(), 2);
    let campaign = made(&app, three_days()).await;
    add(&app, &ada, &campaign).await;
    add(&app, &ada, &campaign).await;
    assert_eq!(sent(&app).await.len(), 3);
}

#[tokio::test]
async fn a_reply_ends_it_and_says_what_was_replied() {
    let app = TestApp::start().await;
    let (ada, campaign) = (ada(&app).await, made(&app, three_days()).await);
    add(&app, &ada, &campaign).await;
    app.new_events().await;
    reply(&app, json!({"contactId": ada, "body": "Call me, please"})).await;
    app.run_until_idle().await;
    let events = app.new_events().await;
    let update = events.iter().find(|event| event.0 == "CampaignStatusUpdate").expect("an update");
    assert_eq!(
        (&update.2["status"], &update.2["replied"], &update.2["templateId"]),
        (&json!("replied"), &json!("Call me, please"), &json!(campaign))
    );
    days(&app, 4).await;
    assert_eq!(sent(&app).await, ["SMS"]);
    let shown = places(&app, &campaign, "?status=replied").await;
    assert_eq!(shown["contacts"][0]["replied"], "Call me, please");
}

#[tokio::test]
async fn one_that_does_not_stop_goes_on_after_a_reply() {
    let app = TestApp::start().await;
    let mut plan = three_days();
    plan["stopOnReply"] = json!(false);
    let (ada, campaign) = (ada(&app).await, made(&app, plan).await);
    add(&app, &ada, &campaign).await;
    reply(&app, json!({"contactId": ada, "body": "Hm"})).await;
    days(&app, 3).await;
    assert_eq!(sent(&app).await, ["SMS", "Email", "Call"]);
    assert_eq!(statuses(&app).await, ["active", "completed"]);
}

#[tokio::test]
async fn who_is_taken_out_hears_no_more() {
    let app = TestApp::start().await;
    let (ada, campaign) = (ada(&app).await, made(&app, three_days()).await);
    add(&app, &ada, &campaign).await;
    app.delete(&format!("/contacts/{ada}/campaigns/{campaign}")).send().await.expect(200);
    // Its time comes before anybody has looked at the event.
    app.clock.advance(DAY);
    app.run_until_idle().await;
    days(&app, 3).await;
    assert_eq!(sent(&app).await, ["SMS"]);
    assert_eq!(statuses(&app).await, ["active", "removed"]);
    add(&app, &ada, &campaign).await;
    days(&app, 3).await;
    assert_eq!(sent(&app).await, ["SMS", "SMS", "Email", "Call"]);
}

#[tokio::test]
async fn a_contact_stays_on_the_plan_with_which_it_came_in() {
    let app = TestApp::start().await;
    let (ada, campaign) = (ada(&app).await, made(&app, three_days()).await);
    add(&app, &ada, &campaign).await;
    let shorter =
        json!({"steps": [{"type": "voicemail", "recording": "https://example.com/a.mp3"}], "sender": null});
    let path = format!("{CAMPAIGNS}/{campaign}");
    let changed = app.put(&path).json(&shorter).send().await.expect(200).json();
    insta::assert_json_snapshot!(changed, { ".**.id" => "[campaign]", ".**.locationId" => "[location]" }, @r#"
    {
      "campaign": {
        "id": "[campaign]",
        "name": "Welcome",
        "status": "published",
        "locationId": "[location]",
        "version": 2,
        "steps": [
          {
            "type": "voicemail",
            "recording": "https://example.com/a.mp3"
          }
        ],
        "stopOnReply": true,
        "createdAt": "2026-01-15T10:00:00.000Z",
        "updatedAt": "2026-01-15T10:00:00.000Z"
      }
    }
    "#);
    let bob = contacts::make(&app, json!({"phone": "+12025550144"})).await;
    add(&app, &bob, &campaign).await;
    days(&app, 3).await;
    assert_eq!(sent(&app).await, ["SMS", "Voicemail", "Email", "Call"]);
    app.put(&path).json(&json!({"name": "Another name"})).send().await.expect(200);
    let read = app.get(&path).send().await.expect(200).json();
    assert_eq!(read["campaign"]["version"], 2, "a name is no plan");
    app.delete(&path).send().await.expect(200);
}

#[tokio::test]
async fn a_step_that_cannot_be_said_is_passed_over() {
    let app = TestApp::with(Config { sandbox: true, rate_limit: false, ..Config::default() }).await;
    let campaign = made(&app, three_days()).await;
    let bob =
        contacts::make(&app, json!({"phone": "+12025550144", "dndSettings": {"SMS": {"status": "active"}}}))
            .await;
    add(&app, &bob, &campaign).await;
    days(&app, 3).await;
    assert_eq!(sent(&app).await, ["Call"]);
    assert_eq!(statuses(&app).await, ["active", "completed"]);
    app.delete(&format!("/contacts/{bob}")).send().await.expect(200);
    assert_eq!(places(&app, &campaign, "").await["contacts"], json!([]));
}

#[tokio::test]
async fn workflows_put_contacts_in_and_hear_what_becomes_of_them() {
    let app = TestApp::start().await;
    let campaign = made(&app, json!({"steps": [{"type": "sms", "message": "Hi"}]})).await;
    let steps = |first: Value| {
        json!({"name": "In", "triggers": [{"id": "form", "type": "inbound_webhook"}], "steps": [
            {"id": "save", "type": "create_update_contact", "next": "do", "attributes": {"fields": {"phone": "{{inboundWebhookRequest.phone}}"}}},
            first]})
    };
    let add =
        json!({"id": "do", "type": "add_to_campaign", "attributes": {"campaignId": campaign}, "next": "out"});
    let mut into = steps(add);
    into["steps"].as_array_mut().expect("steps").push(
        json!({"id": "out", "type": "remove_from_campaign", "attributes": {"campaignId": "aaaaaaaaaaaaaaaaaaaa"}}),
    );
    let into = published(&app, into).await;
    let told_of = json!({"name": "Done", "triggers": [{"id": "done", "type": "campaign_status", "filters": [
            {"field": "campaign.id", "operator": "is", "value": campaign},
            {"field": "campaign.status", "operator": "is", "value": "completed"}]}],
        "steps": [{"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["{{campaign.status}}"]}}]});
    let told_of = published(&app, told_of).await;
    submit(&app, &into, &json!({"phone": "+12025550143"})).await;
    let [run] = runs(&app, &into).await.try_into().expect("one run");
    let shown = told(&run).replace(&campaign, "[campaign]");
    insta::assert_snapshot!(shown, @r#"
    1 save: {"contactId":"[id]","new":true}
    2 do: {"campaignId":"[campaign]"}
    3 out: "Campaign with id aaaaaaaaaaaaaaaaaaaa not found"
    finished
    "#);
    let [run] = runs(&app, &told_of).await.try_into().expect("one run");
    insta::assert_snapshot!(told(&run), @r#"
    1 tag: {"added":["completed"],"tags":["completed"]}
    finished
    "#);
}

#[tokio::test]
async fn every_fault_of_a_plan_is_told_with_its_place() {
    let app = TestApp::start().await;
    let body = json!({"name": "x", "steps": [
        {"type": "fax", "message": "x"},
        {"type": "sms", "after": {"value": -1, "unit": "months"}, "message": "{{contact name}}", "html": "x"},
        {"type": "email", "subject": ""}, {}, {"type": "call", "after": {}},
    ], "timeWindow": {"days": ["someday"], "from": "25:00", "to": "25:00"}, "timezone": "mine", "sender": {"fax": "1"}, "stopOnReply": 1});
    let refused = app.post(CAMPAIGNS).json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "steps.0.type must be one of the following values: email, sms, voicemail, call",
      "steps.1.property html should not exist",
      "steps.1.after.value must not be less than 0",
      "steps.1.after.unit must be one of the following values: minutes, hours, days",
      "steps.1.message contains {{contact name}}, which is no merge field",
      "steps.2.subject should not be empty",
      "steps.2.html should not be empty, unless there is a text",
      "steps.3.type should not be empty",
      "steps.4.after.value should not be empty",
      "steps.4.after.unit should not be empty",
      "stopOnReply must be a boolean value",
      "each value in timeWindow.days must be one of the following values: monday, tuesday, wednesday, thursday, friday, saturday, sunday",
      "timeWindow.from must be a time of day such as 08:00",
      "timeWindow.to must be a time of day such as 08:00",
      "timeWindow.to must not be the same as from",
      "sender.property fax should not exist",
      "timezone must be one of the following values: account, contact"
    ]
    "#);
    let campaign = made(&app, json!({})).await;
    let path = format!("{CAMPAIGNS}/{campaign}/contacts");
    app.get(&format!("{path}?status=lost&limit=0")).send().await.expect(422);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.get(&path).token(token).send().await.expect(403);
    }
}

#[tokio::test]
async fn who_becomes_part_of_another_hears_the_rest_as_that_one() {
    let app = TestApp::start().await;
    let (ada, campaign) = (ada(&app).await, made(&app, three_days()).await);
    add(&app, &ada, &campaign).await;
    let bob = contacts::make(
        &app,
        json!({"firstName": "Bob", "email": "bob@example.com", "phone": "+12025550144"}),
    )
    .await;
    let merge = format!("/leadhold/v1/contacts/{bob}/merge");
    app.post(&merge).json(&json!({"contactIds": [ada]})).send().await.expect(200);
    days(&app, 3).await;
    assert_eq!(sent(&app).await, ["SMS", "Email", "Call"]);
    assert_eq!(outbox(&app).await[0]["to"], "+12025550144");
    let shown = places(&app, &campaign, "").await;
    assert_eq!(
        (&shown["contacts"][0]["contactId"], &shown["contacts"][0]["status"]),
        (&json!(bob), &json!("completed"))
    );
}

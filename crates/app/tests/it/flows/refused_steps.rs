//! A step that cannot be done says why, changes nothing, and the run goes on.

use leadhold_testkit::{Receiver, TestApp};
use serde_json::json;

use super::{published, runs, submit, told};

#[tokio::test]
async fn nobody_to_find_and_nobody_to_tag() {
    let (app, endpoint) = (TestApp::start().await, Receiver::start().await);
    let definition = json!({
        "name": "Careless",
        "triggers": [{"id": "form", "type": "inbound_webhook"}],
        "steps": [
            {"id": "save", "type": "create_update_contact", "next": "tag",
             "attributes": {"fields": {"email": "{{inboundWebhookRequest.mail}}"}}},
            {"id": "tag", "type": "add_contact_tag", "next": "tell", "attributes": {"tags": ["x"]}},
            {"id": "tell", "type": "webhook", "attributes": {"method": "POST", "url": endpoint.url}}
        ]
    });
    let workflow = published(&app, definition).await;
    submit(&app, &workflow, &json!({"email": "alice@example.com"})).await;
    let [run] = runs(&app, &workflow).await.try_into().expect("one run");
    insta::assert_snapshot!(told(&run), @r#"
    1 save: "The contact would have neither e-mail nor phone: both came out empty, so there is nobody to create or find. Check that the merge fields name what was received."
    2 tag: "This run has no contact: none was made yet, or it was deleted since. Put a create_update_contact step, with an e-mail or a phone, before this one."
    3 tell: {"deliveryId":"[id]"}
    finished
    "#);
    assert_eq!((&run["failedSteps"], &run["contactId"]), (&json!(2), &json!(null)));
    assert_eq!(app.new_event_kinds().await, ["InboundWebhook"]);
    let [sent] = endpoint.requests().try_into().expect("one request");
    insta::assert_json_snapshot!(sent.json(), { ".location.id" => "[location]", ".workflow.id" => "[workflow]" }, @r#"
    {
      "location": {
        "name": "First Location",
        "address": "",
        "city": "",
        "state": "",
        "country": "US",
        "postalCode": "",
        "fullAddress": "",
        "id": "[location]"
      },
      "workflow": {
        "id": "[workflow]",
        "name": "Careless"
      },
      "triggerData": {
        "email": "alice@example.com"
      },
      "contact": {
        "attributionSource": {},
        "lastAttributionSource": {}
      },
      "attributionSource": {},
      "customData": {}
    }
    "#);
}

#[tokio::test]
async fn nobody_is_made_without_an_address_and_what_does_not_fit_is_left_out() {
    let app = TestApp::start().await;
    let definition = json!({
        "name": "Strict",
        "triggers": [{"id": "form", "type": "inbound_webhook"}],
        "steps": [
            {"id": "save", "type": "create_update_contact", "next": "again", "attributes": {
                "fields": {"email": "{{inboundWebhookRequest.email}}", "dateOfBirth": "{{inboundWebhookRequest.born}}",
                           "phone": "{{inboundWebhookRequest.phone}}"},
                "customFields": [{"key": "nobody_defined_me", "value": "{{inboundWebhookRequest.secret}}"}],
                "tags": ["{{inboundWebhookRequest.tag}}"]}},
            {"id": "again", "type": "create_update_contact",
             "attributes": {"fields": {"email": "{{inboundWebhookRequest.second}}"}}}
        ]
    });
    let workflow = published(&app, definition).await;
    let before = app.get("/contacts/?limit=10").send().await.expect(200).json()["meta"]["total"].clone();
    let long = "x".repeat(256);
    submit(
        &app,
        &workflow,
        &json!({"email": "nobody", "born": "soon", "phone": "1".repeat(101), "tag": long}),
    )
    .await;
    submit(&app, &workflow, &json!({"email": "a@example.com", "secret": "s", "second": "b@example.com"}))
        .await;
    let runs = runs(&app, &workflow).await;
    let mut stories: Vec<String> = runs.iter().map(told).collect();
    stories.sort();
    insta::assert_snapshot!(stories.join("\n\n"), @r#"
    1 save: "`nobody` is no e-mail address, `111111111111111111111111111111111111111111111111111111111111…` is no telephone number"
    2 again: "The contact would have neither e-mail nor phone: both came out empty, so there is nobody to create or find. Check that the merge fields name what was received."
    finished

    1 save: {"contactId":"[id]","new":true,"leftOut":["nobody_defined_me: the location has no such custom field"]}
    2 again: {"contactId":"[id]","new":true}
    finished
    "#);
    assert_eq!(
        app.new_event_kinds().await,
        ["InboundWebhook", "InboundWebhook", "ContactCreate", "ContactCreate"]
    );
    let after = app.get("/contacts/?limit=10").send().await.expect(200).json();
    assert_eq!(after["meta"]["total"].as_i64(), before.as_i64().map(|count| count + 2));
}

#[tokio::test]
async fn the_runs_own_contact_is_changed_where_nothing_names_another() {
    let app = TestApp::start().await;
    let definition = json!({
        "name": "Welcome",
        "triggers": [{"id": "new", "type": "contact_created",
                      "filters": [{"field": "contact.tags", "operator": "contains", "value": "VIP"}]}],
        "steps": [{"id": "note", "type": "create_update_contact", "attributes": {
            "fields": {"companyName": "{{contact.first_name}} & Co"}, "tags": ["welcomed"]}}]
    });
    let workflow = published(&app, definition).await;
    for (name, tags) in [("Ann", json!(["vip"])), ("Bob", json!(["other"]))] {
        let contact = json!({"firstName": name, "tags": tags});
        app.post("/contacts/").json(&contact).send().await.expect(201);
    }
    app.new_events().await;
    app.run_until_idle().await;
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate", "ContactTagUpdate"]);
    let [run] = runs(&app, &workflow).await.try_into().expect("one run: Bob's tags do not fit");
    let contact =
        app.get(&format!("/contacts/{}", run["contactId"].as_str().unwrap())).send().await.expect(200).json();
    assert_eq!(
        (&contact["contact"]["companyName"], &contact["contact"]["tags"]),
        (&json!("Ann & Co"), &json!(["vip", "welcomed"]))
    );
}

#[tokio::test]
async fn a_contact_that_is_gone_by_then_is_nobody() {
    let app = TestApp::start().await;
    let definition = json!({
        "name": "Late",
        "triggers": [{"id": "new", "type": "contact_created"}],
        "steps": [
            {"id": "rest", "type": "wait", "next": "tag", "attributes": {"for": {"value": 1, "unit": "hours"}}},
            {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["x"]}}
        ]
    });
    let workflow = published(&app, definition).await;
    let made = app.post("/contacts/").json(&json!({"firstName": "Ann"})).send().await.expect(201).json();
    app.run_until_idle().await;
    app.delete(&format!("/contacts/{}", made["contact"]["id"].as_str().unwrap())).send().await.expect(200);
    app.clock.advance(3_600_000);
    app.run_until_idle().await;
    let [run] = runs(&app, &workflow).await.try_into().expect("one run");
    insta::assert_snapshot!(told(&run), @r#"
    1 rest: {"waitedUntil":"2026-01-15T11:00:00.000Z"}
    2 tag: "This run has no contact: none was made yet, or it was deleted since. Put a create_update_contact step, with an e-mail or a phone, before this one."
    finished
    "#);
}

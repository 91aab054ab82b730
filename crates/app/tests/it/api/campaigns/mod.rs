//! `/campaigns`, `/contacts/{contactId}/campaigns` and `/leadhold/v1/campaigns`

mod steps;

use leadhold_app::campaigns;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::contacts::make as make_contact;

const CAMPAIGNS: &str = "/leadhold/v1/campaigns";

/// Makes a campaign and answers its id.
async fn make(app: &TestApp, name: &str, status: &str) -> String {
    let made =
        app.post(CAMPAIGNS).json(&json!({"name": name, "status": status})).send().await.expect(201).json();
    made["campaign"]["id"].as_str().expect("an id").to_owned()
}

async fn contact(app: &TestApp) -> String {
    let id = make_contact(app, json!({"firstName": "Ada"})).await;
    app.new_events().await;
    id
}

/// The status and campaign of each event, all of which are `CampaignStatusUpdate`.
async fn updates(app: &TestApp) -> Vec<(Value, Value)> {
    let events = app.new_events().await;
    assert!(events.iter().all(|event| event.0 == "CampaignStatusUpdate"), "{events:?}");
    events.into_iter().map(|event| (event.2["status"].clone(), event.2["templateId"].clone())).collect()
}

#[tokio::test]
async fn campaigns_are_listed_by_status() {
    let app = TestApp::start().await;
    let draft = make(&app, "Draft", "draft").await;
    app.clock.advance(1); // the oldest comes first
    let live = make(&app, "Live", "published").await;
    let list = async |query: &str| {
        let url = format!("/campaigns/?locationId={}{query}", app.agency.location.location_id());
        app.get(&url).send().await.expect(200).json()
    };
    insta::assert_json_snapshot!(list("&status=published").await, {
        ".**.id" => "[campaign]", ".**.locationId" => "[location]",
    }, @r#"
    {
      "campaigns": [
        {
          "id": "[campaign]",
          "name": "Live",
          "status": "published",
          "locationId": "[location]"
        }
      ]
    }
    "#);
    let ids = |list: Value| -> Vec<Value> {
        list["campaigns"].as_array().expect("a list").iter().map(|one| one["id"].clone()).collect()
    };
    assert_eq!(ids(list("").await), [json!(draft), json!(live)]);
    assert_eq!(ids(list("&status=draft").await), [json!(draft)]);
    let url = format!("/campaigns/?locationId={}", app.agency.location.location_id());
    app.get(&format!("{url}&status=x")).send().await.expect(422);
    app.get(&url).token(&app.agency.second_token).send().await.expect(403);
    let v3 = app.get(&url).version("v3").send().await.expect(200).json();
    assert_eq!(ids(v3).len(), 2);
}

#[tokio::test]
async fn a_campaign_is_made_changed_and_removed() {
    let app = TestApp::start().await;
    let made = app.post(CAMPAIGNS).json(&json!({"name": "Welcome"})).send().await.expect(201).json();
    insta::assert_json_snapshot!(made, { ".**.id" => "[campaign]", ".**.locationId" => "[location]" }, @r#"
    {
      "campaign": {
        "id": "[campaign]",
        "name": "Welcome",
        "status": "draft",
        "locationId": "[location]",
        "version": 1,
        "steps": [],
        "stopOnReply": true,
        "createdAt": "2026-01-15T10:00:00.000Z",
        "updatedAt": "2026-01-15T10:00:00.000Z"
      }
    }
    "#);
    let one = format!("{CAMPAIGNS}/{}", made["campaign"]["id"].as_str().expect("an id"));
    let changed = app.put(&one).json(&json!({"status": "published"})).send().await.expect(200).json();
    assert_eq!(
        (&changed["campaign"]["name"], &changed["campaign"]["status"]),
        (&json!("Welcome"), &json!("published"))
    );
    assert_eq!(app.get(&one).send().await.expect(200).json()["campaign"]["status"], "published");
    let faults =
        app.put(&one).json(&json!({"name": " ", "status": "x", "stops": []})).send().await.expect(422).json();
    insta::assert_json_snapshot!(faults["message"], @r#"
    [
      "property stops should not exist",
      "name should not be empty",
      "status must be one of the following values: draft, published"
    ]
    "#);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.get(&one).token(token).send().await.expect(403);
        app.put(&one).token(token).json(&json!({"name": "x"})).send().await.expect(403);
        app.delete(&one).token(token).send().await.expect(403);
    }
    app.delete(&one).send().await.expect(200);
    app.get(&one).send().await.expect(400);
    app.delete(&one).send().await.expect(400);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn a_contact_comes_and_leaves_once() {
    let app = TestApp::start().await;
    let (contact, campaign) = (contact(&app).await, make(&app, "Live", "published").await);
    let path = format!("/contacts/{contact}/campaigns/{campaign}");
    let answer = app.post(&path).json(&json!({})).send().await.expect(201);
    assert_eq!(answer.json(), json!({"succeded": true}));
    let events = app.new_events().await;
    assert_eq!((events.len(), events[0].0.as_str()), (1, "CampaignStatusUpdate"));
    insta::assert_json_snapshot!(events[0].2, {
        ".id" => "[place]", ".contactId" => "[contact]", ".locationId" => "[location]", ".templateId" => "[campaign]",
    }, @r#"
    {
      "locationId": "[location]",
      "id": "[place]",
      "contactId": "[contact]",
      "status": "active",
      "templateId": "[campaign]",
      "replied": "",
      "dateAdded": "2026-01-15T10:00:00.000Z"
    }
    "#);
    let answer = app.post(&path).version("v3").send().await.expect(201);
    assert_eq!(answer.json(), json!({"succeeded": true, "succeded": true}));
    assert!(app.new_events().await.is_empty());
    app.delete(&format!("{CAMPAIGNS}/{campaign}")).send().await.expect(409);
    let answer = app.delete(&path).send().await.expect(200);
    assert_eq!(answer.json(), json!({"succeded": true}));
    assert_eq!(updates(&app).await, [(json!("removed"), json!(campaign))]);
    app.delete(&path).send().await.expect(200);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn a_contact_leaves_all_campaigns_at_once() {
    let app = TestApp::start().await;
    let (contact, second) = (contact(&app).await, make_contact(&app, json!({"firstName": "Bob"})).await);
    let campaigns = [make(&app, "One", "published").await, make(&app, "Two", "published").await];
    for campaign in &campaigns {
        app.post(&format!("/contacts/{contact}/campaigns/{campaign}")).send().await.expect(201);
        app.clock.advance(1);
    }
    app.post(&format!("/contacts/{second}/campaigns/{}", campaigns[0])).send().await.expect(201);
    app.new_events().await;
    let path = format!("/contacts/{contact}/campaigns/removeAll");
    assert_eq!(app.delete(&path).send().await.expect(200).json(), json!({"succeded": true}));
    let removed = campaigns.clone().map(|campaign| (json!("removed"), json!(campaign)));
    assert_eq!(updates(&app).await, removed);
    let path = format!("/contacts/{second}/campaigns/remove-all");
    app.delete(&path).version("v3").send().await.expect(200);
    assert_eq!(updates(&app).await, [removed[0].clone()]);
    app.delete(&path).version("v3").send().await.expect(200);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn drafts_unknown_ones_and_strangers_are_refused() {
    let app = TestApp::start().await;
    let (contact, draft) = (contact(&app).await, make(&app, "Draft", "draft").await);
    let theirs = app.post(CAMPAIGNS).token(&app.agency.second_token);
    let theirs =
        theirs.json(&json!({"name": "Theirs", "status": "published"})).send().await.expect(201).json();
    let theirs = theirs["campaign"]["id"].as_str().expect("an id").to_owned();
    let path = |contact: &str, campaign: &str| format!("/contacts/{contact}/campaigns/{campaign}");
    let answer = app.post(&path(&contact, &draft)).send().await.expect(400).json();
    assert_eq!(answer["message"], "The campaign is a draft: publish it before contacts are added to it.");
    let nothing = "aaaaaaaaaaaaaaaaaaaa";
    let answer = app.post(&path(&contact, nothing)).send().await.expect(400).json();
    assert_eq!(answer["message"], "Campaign with id aaaaaaaaaaaaaaaaaaaa not found");
    app.delete(&path(&contact, nothing)).send().await.expect(400);
    app.post(&path(&contact, &theirs)).send().await.expect(403);
    app.post(&path(nothing, &draft)).send().await.expect(400);
    app.post(&path(&contact, &draft)).json(&json!({"x": 1})).send().await.expect(422);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.post(&path(&contact, &draft)).token(token).json(&json!({"x": 1})).send().await.expect(403);
        app.delete(&path(&contact, &draft)).token(token).send().await.expect(403);
        app.delete(&path(&contact, "removeAll")).token(token).send().await.expect(403);
    }
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn places_go_with_their_contact_or_move_to_another() {
    let app = TestApp::start().await;
    let (contact, second) = (contact(&app).await, make_contact(&app, json!({"firstName": "Bob"})).await);
    let (one, two) = (make(&app, "One", "published").await, make(&app, "Two", "published").await);
    for (contact, campaign) in [(&contact, &one), (&contact, &two), (&second, &one)] {
        app.post(&format!("/contacts/{contact}/campaigns/{campaign}")).send().await.expect(201);
    }
    app.new_events().await;
    let (here, from, to) = (app.agency.location.clone(), contact.clone(), second.clone());
    app.write(move |tx, _| campaigns::move_to_contact(tx, &here, &from, &to)).await;
    assert!(app.new_events().await.is_empty());
    assert_eq!(app.database.content().await["campaign_contacts"].len(), 2);
    app.delete(&format!("/contacts/{contact}")).send().await.expect(200);
    assert_eq!(app.database.content().await["campaign_contacts"].len(), 2);
    app.delete(&format!("/contacts/{second}")).send().await.expect(200);
    assert_eq!(app.new_event_kinds().await, ["ContactDelete", "ContactDelete"]);
    assert!(app.database.content().await["campaign_contacts"].is_empty());
}

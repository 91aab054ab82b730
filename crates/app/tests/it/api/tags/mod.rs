//! `/locations/{locationId}/tags`

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail the test")]

use leadhold_app::contacts;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::contacts::{make, shown, unlimited};

fn path(app: &TestApp) -> String {
    format!("/locations/{}/tags", app.agency.location.location_id())
}

async fn names(app: &TestApp) -> Vec<String> {
    let list = app.get(&path(app)).send().await.expect(200).json();
    list["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
}

async fn id_of(app: &TestApp, name: &str) -> String {
    let list = app.get(&path(app)).send().await.expect(200).json();
    let tags = list["tags"].as_array().unwrap();
    tags.iter().find(|tag| tag["name"] == name).expect("the tag")["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_tag_is_made_read_and_listed() {
    let app = TestApp::start().await;
    let made = app.post(&path(&app)).json(&json!({"name": " Hot Lead "})).send().await.expect(200).json();
    insta::assert_json_snapshot!(made, { ".**.id" => "[tag]", ".**.locationId" => "[location]" }, @r#"
    {
      "tag": {
        "id": "[tag]",
        "name": "hot lead",
        "locationId": "[location]"
      }
    }
    "#);
    let read = app
        .get(&format!("{}/{}", path(&app), made["tag"]["id"].as_str().unwrap()))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(read, made);
    assert_eq!(names(&app).await, ["hot lead"]);
    let again = app.post(&path(&app)).json(&json!({"name": "HOT lead"})).send().await.expect(400);
    assert_eq!(again.json()["message"], "The tag hot lead already exists.");
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn a_new_name_is_followed_by_the_contacts() {
    let app = TestApp::start().await;
    let both = make(&app, json!({"firstName": "A", "tags": ["x", "old", "new too"]})).await;
    let other = make(&app, json!({"firstName": "B", "tags": ["x"]})).await;
    app.new_events().await;
    let id = id_of(&app, "old").await;
    let renamed = app
        .put(&format!("{}/{id}", path(&app)))
        .json(&json!({"name": "New"}))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(renamed["tag"]["name"], "new");
    assert_eq!(shown(&app, &both).await["tags"], json!(["x", "new", "new too"]));
    assert_eq!(names(&app).await, ["new", "new too", "x"]);
    let events = app.new_events().await;
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].0.as_str(), &events[0].1), ("ContactTagUpdate", &both));
    let taken = app.put(&format!("{}/{id}", path(&app))).json(&json!({"name": "x"})).send().await.expect(400);
    assert_eq!(taken.json()["message"], "The tag x already exists.");
    assert_eq!(shown(&app, &other).await["tags"], json!(["x"]));
    app.put(&format!("{}/{id}", path(&app))).json(&json!({"name": "NEW"})).send().await.expect(200);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn a_removed_tag_leaves_the_contacts() {
    let app = TestApp::start().await;
    let contact = make(&app, json!({"firstName": "A", "tags": ["x", "y"]})).await;
    app.new_events().await;
    let id = id_of(&app, "x").await;
    let answer = app.delete(&format!("{}/{id}", path(&app))).send().await.expect(200);
    assert_eq!(answer.json(), json!({"succeded": true}));
    assert_eq!(shown(&app, &contact).await["tags"], json!(["y"]));
    assert_eq!(app.new_event_kinds().await, ["ContactTagUpdate"]);
    assert_eq!(tagged(&app, "x").await, 0);
    app.delete(&format!("{}/{id}", path(&app))).send().await.expect(400);
}

async fn tagged(app: &TestApp, tag: &str) -> Value {
    let body = json!({"locationId": app.agency.location.location_id(), "pageLimit": 10,
        "filters": [{"field": "tags", "operator": "eq", "value": tag}]});
    app.post("/contacts/search").json(&body).send().await.expect(200).json()["total"].clone()
}

/// More contacts than a step takes, all with this tag.
async fn make_many(app: &TestApp, tag: &'static str) {
    let here = app.agency.location.clone();
    app.write(move |tx, cx| {
        for number in 0..503 {
            let fields = contacts::ContactFields {
                first_name: leadhold_kernel::Patch::Value(format!("N{number}")),
                tags: Some(vec![tag.into()]),
                ..Default::default()
            };
            contacts::create(tx, cx, &here, &fields)?;
        }
        Ok(())
    })
    .await;
    app.new_events().await;
}

async fn rename(app: &TestApp, id: &str, name: &str) {
    app.put(&format!("{}/{id}", path(app))).json(&json!({"name": name})).send().await.expect(200);
}

#[tokio::test]
async fn a_name_that_is_taken_back_while_contacts_follow_comes_back_to_all() {
    let app = unlimited().await;
    make_many(&app, "alpha").await;
    let id = id_of(&app, "alpha").await;
    rename(&app, &id, "beta").await;
    rename(&app, &id, "alpha").await;
    app.run_until_idle().await;
    assert_eq!((tagged(&app, "alpha").await, tagged(&app, "beta").await), (json!(503), json!(0)));
    assert_eq!(app.new_events().await.len(), 2 * 503, "there and back");
}

#[tokio::test]
async fn tags_that_exchange_their_names_keep_their_contacts_apart() {
    let app = unlimited().await;
    make_many(&app, "left").await;
    let right = make(&app, json!({"firstName": "R", "tags": ["right"]})).await;
    let (of_many, of_one) = (id_of(&app, "left").await, id_of(&app, "right").await);
    rename(&app, &of_many, "between").await;
    rename(&app, &of_one, "left").await;
    rename(&app, &of_many, "right").await;
    app.run_until_idle().await;
    let tagged = [tagged(&app, "left").await, tagged(&app, "right").await, tagged(&app, "between").await];
    assert_eq!(tagged, [json!(1), json!(503), json!(0)]);
    assert_eq!(shown(&app, &right).await["tags"], json!(["left"]));
}

#[tokio::test]
async fn more_contacts_than_one_transaction_should_touch_follow_too() {
    let app = unlimited().await;
    make_many(&app, "many").await;
    let id = id_of(&app, "many").await;
    app.put(&format!("{}/{id}", path(&app))).json(&json!({"name": "all"})).send().await.expect(200);
    app.run_until_idle().await;
    assert_eq!(tagged(&app, "all").await, 503);
    assert_eq!(tagged(&app, "many").await, 0);
    assert_eq!(app.new_events().await.len(), 503);
    app.delete(&format!("{}/{id}", path(&app))).send().await.expect(200);
    app.run_until_idle().await;
    assert_eq!(tagged(&app, "all").await, 0);
    assert_eq!(names(&app).await, Vec::<String>::new());
    let waiting = app.app.queue.waiting().await.unwrap();
    assert_eq!((waiting.events, waiting.jobs, waiting.dead_jobs), (0, 0, 0));
}

#[tokio::test]
async fn faults_and_other_locations() {
    let app = TestApp::start().await;
    let answer = app.post(&path(&app)).json(&json!({"label": "x"})).send().await.expect(422);
    insta::assert_json_snapshot!(answer.json()["message"], @r#"
    [
      "property label should not exist",
      "name must be a string",
      "name should not be empty"
    ]
    "#);
    let answer = app.post(&path(&app)).json(&json!({"name": "x".repeat(256)})).send().await.expect(422);
    assert_eq!(answer.json()["message"], json!(["name must be shorter than or equal to 255 characters"]));
    make(&app, json!({"firstName": "A", "tags": ["x"]})).await;
    let id = id_of(&app, "x").await;
    let token = &app.agency.second_token;
    app.get(&path(&app)).token(token).send().await.expect(403);
    let theirs = format!("/locations/{}/tags/{id}", app.agency.second.location_id());
    app.get(&theirs).token(token).send().await.expect(400);
    app.put(&theirs).token(token).json(&json!({"name": "y"})).send().await.expect(400);
    app.delete(&theirs).token(token).send().await.expect(400);
    assert_eq!(names(&app).await, ["x"]);
}

#[tokio::test]
async fn v3_has_the_same_tags() {
    let app = TestApp::start().await;
    let contact = make(&app, json!({"firstName": "A", "tags": ["x"]})).await;
    app.new_events().await;
    let own = format!("{}/{}", path(&app), id_of(&app, "x").await);
    let renamed = app.put(&own).version("v3").json(&json!({"name": " Y "})).send().await.expect(200).json();
    assert_eq!(renamed["tag"]["name"], "y");
    assert_eq!(shown(&app, &contact).await["tags"], json!(["y"]));
    let removed = app.delete(&own).version("v3").send().await.expect(200).json();
    assert_eq!(removed, json!({"succeeded": true, "succeded": true}));
    assert_eq!(shown(&app, &contact).await["tags"], json!([]));
    assert_eq!(app.new_event_kinds().await, ["ContactTagUpdate", "ContactTagUpdate"]);
}

//! Defining, reading, relabelling and deleting associations.

use leadhold_app::Config;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{association, between, contact, here, relate, relations};

#[tokio::test]
async fn an_association_is_defined_read_relabelled_and_deleted() {
    let app = TestApp::start().await;
    let body = json!({
        "locationId": here(&app), "key": "student_teacher", "firstObjectLabel": "student",
        "firstObjectKey": "contact", "secondObjectLabel": "teacher", "secondObjectKey": "contact",
    });
    let made = app.post("/associations/").json(&body).send().await.expect(201).json();
    insta::assert_json_snapshot!(made, { ".id" => "[association]", ".locationId" => "[location]" }, @r#"
    {
      "id": "[association]",
      "locationId": "[location]",
      "key": "student_teacher",
      "associationType": "USER_DEFINED",
      "firstObjectKey": "contact",
      "firstObjectLabel": "student",
      "firstObjectToSecondObjectCardinality": "MANY_TO_MANY",
      "firstObjectToSecondObjectMaxLimit": 1000,
      "secondObjectKey": "contact",
      "secondObjectLabel": "teacher",
      "secondObjectToFirstObjectCardinality": "MANY_TO_MANY",
      "secondObjectToFirstObjectMaxLimit": 1000
    }
    "#);
    let id = made["id"].as_str().expect("an id");
    let url = format!("/associations/{id}");
    assert_eq!(app.get(&url).version("v3").send().await.expect(200).json(), made);
    let by_key = format!("/associations/key/student_teacher?locationId={}", here(&app));
    assert_eq!(app.get(&by_key).send().await.expect(200).json(), made);
    let labels = json!({"firstObjectLabel": "pupil", "secondObjectLabel": "tutor"});
    let changed = app.put(&url).json(&labels).send().await.expect(200).json();
    assert_eq!(
        (&changed["firstObjectLabel"], &changed["secondObjectLabel"]),
        (&json!("pupil"), &json!("tutor"))
    );
    app.put(&url).json(&labels).send().await.expect(200); // changes nothing, announces nothing
    let gone = app.delete(&url).send().await.expect(200).json();
    assert_eq!(gone, json!({"deleted": true, "id": id, "message": "Association deleted successfully"}));
    let missing = app.get(&url).send().await.expect(400).json();
    assert_eq!(missing["message"], format!("Association with id {id} not found"));
    app.get(&by_key).send().await.expect(404);
    let events = app.new_events().await;
    let kinds: Vec<&str> = events.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, ["AssociationCreate", "AssociationUpdate", "AssociationDelete"]);
    let payloads: Vec<&Value> = events.iter().map(|(.., payload)| payload).take(2).collect();
    insta::assert_json_snapshot!(payloads, { "[].id" => "[association]", "[].locationId" => "[location]" }, @r#"
    [
      {
        "id": "[association]",
        "associationType": "USER_DEFINED",
        "firstObjectKey": "contact",
        "firstObjectLabel": "student",
        "secondObjectKey": "contact",
        "secondObjectLabel": "teacher",
        "key": "student_teacher",
        "locationId": "[location]"
      },
      {
        "id": "[association]",
        "associationType": "USER_DEFINED",
        "firstObjectKey": "contact",
        "firstObjectLabel": "pupil",
        "secondObjectKey": "contact",
        "secondObjectLabel": "tutor",
        "key": "student_teacher",
        "locationId": "[location]",
        "firstObjectToSecondObjectCardinality": "MANY_TO_MANY",
        "secondObjectToFirstObjectCardinality": "MANY_TO_MANY"
      }
    ]
    "#);
}

#[tokio::test]
async fn every_location_has_two_of_its_own_accord() {
    let app = TestApp::start().await;
    let made = association(&app, &between(&app, "patron", "business", "business")).await;
    let url = format!("/associations/?locationId={}", here(&app));
    let all = app.get(&format!("{url}&skip=0&limit=100")).send().await.expect(200).json();
    let ids = |list: &Value| -> Vec<String> {
        let list = list["associations"].as_array().expect("a list");
        list.iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
    };
    let (deals, firms) = ("OPPORTUNITIES_CONTACTS_ASSOCIATION", "BUSINESSES_CONTACTS_ASSOCIATION");
    assert_eq!((ids(&all), &all["total"]), (vec![deals.into(), firms.into(), made.clone()], &json!(3)));
    assert_eq!(all["id"], deals, "the first one's fields stand beside the list");
    let second = app.get(&format!("{url}&skip=1&limit=1")).send().await.expect(200).json();
    assert_eq!((ids(&second), &second["total"]), (vec![firms.to_owned()], &json!(3)));
    let of_firms = app.get(&format!("/associations/objectKey/business?locationId={}", here(&app)));
    assert_eq!(ids(&of_firms.send().await.expect(200).json()), [firms.to_owned(), made]);
    let firm = app.get(&format!("/associations/{firms}")).send().await.expect(200).json();
    assert_eq!(firm["associationType"], "SYSTEM_DEFINED");
    assert_eq!(firm["firstObjectToSecondObjectCardinality"], "ONE_TO_MANY");
    let labels = json!({"firstObjectLabel": "a", "secondObjectLabel": "b"});
    app.put(&format!("/associations/{firms}")).json(&labels).send().await.expect(400);
    app.delete(&format!("/associations/{deals}")).send().await.expect(400);
}

#[tokio::test]
async fn what_cannot_be_defined_is_refused_in_words() {
    let app = TestApp::start().await;
    let refused = app
        .post("/associations/")
        .json(&json!({
            "key": "a b", "firstObjectLabel": "", "firstObjectKey": 1, "colour": "red",
            "firstObjectToSecondObjectCardinality": "ONE_TO_MANY",
            "secondObjectToFirstObjectCardinality": "MANY_TO_MANY",
            "firstObjectToSecondObjectMaxLimit": 1, "secondObjectToFirstObjectMaxLimit": 3,
        }))
        .send()
        .await
        .expect(422)
        .json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property colour should not exist",
      "locationId must be a string",
      "locationId should not be empty",
      "key must only contain letters, digits, underscores, hyphens and dots",
      "firstObjectLabel should not be empty",
      "firstObjectKey must be a string",
      "firstObjectKey should not be empty",
      "secondObjectLabel must be a string",
      "secondObjectLabel should not be empty",
      "secondObjectKey must be a string",
      "secondObjectKey should not be empty",
      "secondObjectToFirstObjectCardinality must be MANY_TO_ONE, as ONE_TO_MANY seen from the other side",
      "firstObjectToSecondObjectMaxLimit must not be less than 2 for this cardinality",
      "secondObjectToFirstObjectMaxLimit must not be greater than 1 for this cardinality"
    ]
    "#);
    let unknown = between(&app, "owner", "custom_objects.pet", "contact");
    let refused = app.post("/associations/").json(&unknown).send().await.expect(404).json();
    assert_eq!(refused["message"], "Object with key custom_objects.pet not found");
    association(&app, &between(&app, "twice", "contact", "business")).await;
    for key in ["twice", "BUSINESSES_CONTACTS_ASSOCIATION"] {
        let refused = app.post("/associations/").json(&between(&app, key, "contact", "contact"));
        let refused = refused.send().await.expect(400).json();
        assert_eq!(refused["message"], format!("Association with key {key} already exists."));
    }
    app.get("/associations/objectKey/custom_objects.pet").send().await.expect(404);
    let url = format!("/associations/?locationId={}&skip=-1&limit=many", here(&app));
    app.get(&url).send().await.expect(422);
    assert_eq!(app.new_event_kinds().await, ["AssociationCreate"]);
}

#[tokio::test]
async fn an_association_takes_its_relations_along_however_many() {
    let app = TestApp::with(Config { rate_limit: false, ..Config::default() }).await;
    let id = association(&app, &between(&app, "knows", "contact", "business")).await;
    let other = association(&app, &between(&app, "likes", "contact", "business")).await;
    let (mut people, firm) = (Vec::new(), super::business(&app, "Acme").await);
    for at in 0..205 {
        people.push(contact(&app, &format!("P{at}")).await);
        relate(&app, &id, &people[at], &firm).await;
    }
    relate(&app, &other, &people[0], &firm).await;
    app.new_events().await;
    app.delete(&format!("/associations/{id}")).send().await.expect(200);
    // What is left of it for a job is seen by nobody.
    assert_eq!(relations(&app, &people[204]).await, []);
    assert_eq!(relations(&app, &firm).await, [(people[0].clone(), firm.clone())]);
    app.run_until_idle().await;
    let kinds = app.new_event_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "RelationDelete").count(), 205);
    assert_eq!((kinds[0].as_str(), kinds.len()), ("AssociationDelete", 206));
}

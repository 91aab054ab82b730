//! Relating records, who is related, and what becomes of it.

use leadhold_app::associations;
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{association, between, business, contact, here, relate, relating, relations};

#[tokio::test]
async fn two_records_are_related_found_from_both_and_parted() {
    let app = TestApp::start().await;
    let id = association(&app, &between(&app, "works_for", "contact", "business")).await;
    let (ann, acme) = (contact(&app, "Ann").await, business(&app, "Acme").await);
    app.new_events().await;
    let made = relating(&app, &id, &ann, &acme).send().await.expect(201).json();
    insta::assert_json_snapshot!(made, {
        ".id" => "[relation]", ".locationId" => "[location]", ".associationId" => "[association]",
        ".firstRecordId" => "[contact]", ".secondRecordId" => "[business]",
    }, @r#"
    {
      "id": "[relation]",
      "locationId": "[location]",
      "associationId": "[association]",
      "associationKey": "works_for",
      "key": "works_for",
      "associationType": "USER_DEFINED",
      "firstObjectKey": "contact",
      "firstObjectLabel": "contact side",
      "firstRecordId": "[contact]",
      "secondObjectKey": "business",
      "secondObjectLabel": "business other side",
      "secondRecordId": "[business]",
      "createdAt": "2026-01-15T10:00:00.000Z"
    }
    "#);
    for record in [&ann, &acme] {
        let url = format!("/associations/relations/{record}?locationId={}&skip=0&limit=10", here(&app));
        let found = app.get(&url).version("v3").send().await.expect(200).json();
        assert_eq!((&found["relations"], &found["total"]), (&json!([made]), &json!(1)));
        assert_eq!(found["key"], "works_for", "the first one's fields stand beside the list");
    }
    let url = format!("/associations/relations/{}?locationId={}", made["id"].as_str().unwrap(), here(&app));
    assert_eq!(app.delete(&url).send().await.expect(200).json(), made);
    app.delete(&url).send().await.expect(400);
    assert_eq!(relations(&app, &ann).await, []);
    let events = app.new_events().await;
    let kinds: Vec<&str> = events.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, ["RelationCreate", "RelationDelete"]);
    assert_eq!(events[0].2, events[1].2);
    insta::assert_json_snapshot!(events[0].2, {
        ".id" => "[relation]", ".locationId" => "[location]", ".associationId" => "[association]",
        ".firstRecordId" => "[contact]", ".secondRecordId" => "[business]",
    }, @r#"
    {
      "id": "[relation]",
      "firstObjectKey": "contact",
      "firstRecordId": "[contact]",
      "secondObjectKey": "business",
      "secondRecordId": "[business]",
      "associationId": "[association]",
      "locationId": "[location]"
    }
    "#);
}

#[tokio::test]
async fn what_cannot_be_related_is_refused_and_nothing_is_said() {
    let app = TestApp::start().await;
    let works = association(&app, &between(&app, "works_for", "contact", "business")).await;
    let mut friends = between(&app, "friend", "contact", "contact");
    friends["firstObjectLabel"] = json!("friend");
    friends["secondObjectLabel"] = json!("friend");
    let friends = association(&app, &friends).await;
    let parent = association(&app, &between(&app, "parent", "contact", "contact")).await;
    let (ann, bob, acme) =
        (contact(&app, "Ann").await, contact(&app, "Bob").await, business(&app, "Acme").await);
    relate(&app, &works, &ann, &acme).await;
    relate(&app, &friends, &ann, &bob).await;
    relate(&app, &parent, &ann, &bob).await;
    relate(&app, &parent, &bob, &ann).await; // the sides differ, so this says something else
    app.new_events().await;
    let stranger = app.post("/contacts/").token(&app.agency.second_token).json(&json!({"firstName": "Eve"}));
    let stranger = stranger.send().await.expect(201).json()["contact"]["id"].as_str().unwrap().to_owned();
    app.new_events().await;
    for (association, first, second, status, message) in [
        (
            &works,
            &ann,
            &acme,
            400,
            "Cannot create duplicate relation: the records are related already.".to_owned(),
        ),
        (
            &friends,
            &bob,
            &ann,
            400,
            "Cannot create duplicate relation: the records are related already.".to_owned(),
        ),
        (&friends, &ann, &ann, 400, "A record cannot be related to itself.".to_owned()),
        (&works, &acme, &ann, 400, format!("Contact with id {acme} not found")),
        (&works, &stranger, &acme, 403, "The token does not have access to this location.".to_owned()),
        (&ann, &ann, &acme, 400, format!("Association with id {ann} not found")),
        (
            &"BUSINESSES_CONTACTS_ASSOCIATION".to_owned(),
            &acme,
            &ann,
            400,
            "A contact's businessId says to which business it belongs.".to_owned(),
        ),
    ] {
        let refused = relating(&app, association, first, second).send().await.expect(status).json();
        assert_eq!(refused["message"], message);
    }
    let refused = app.post("/associations/relations").json(&json!({"firstRecordId": ""}));
    insta::assert_json_snapshot!(refused.send().await.expect(422).json()["message"], @r#"
    [
      "locationId must be a string",
      "locationId should not be empty",
      "associationId must be a string",
      "associationId should not be empty",
      "firstRecordId should not be empty",
      "secondRecordId must be a string",
      "secondRecordId should not be empty"
    ]
    "#);
    assert_eq!(app.new_event_kinds().await, Vec::<String>::new());
}

#[tokio::test]
async fn no_record_has_more_than_its_association_allows() {
    let app = TestApp::start().await;
    let mut body = between(&app, "captain", "business", "contact");
    body["firstObjectToSecondObjectCardinality"] = json!("ONE_TO_MANY");
    body["firstObjectToSecondObjectMaxLimit"] = json!(2);
    let id = association(&app, &body).await;
    let mut people = Vec::new();
    for name in ["A", "B", "C"] {
        people.push(contact(&app, name).await);
    }
    let (red, blue) = (business(&app, "Red").await, business(&app, "Blue").await);
    relate(&app, &id, &red, &people[0]).await;
    let refused = relating(&app, &id, &blue, &people[0]).send().await.expect(400).json();
    assert_eq!(
        refused["message"],
        format!("The record {} has the most relations that it may have: 1.", people[0])
    );
    relate(&app, &id, &red, &people[1]).await;
    let refused = relating(&app, &id, &red, &people[2]).send().await.expect(400).json();
    assert_eq!(refused["message"], format!("The record {red} has the most relations that it may have: 2."));
    relate(&app, &id, &blue, &people[2]).await;
}

#[tokio::test]
async fn where_both_sides_are_one_a_limit_counts_both() {
    let app = TestApp::start().await;
    let mut body = between(&app, "spouse", "contact", "contact");
    body["firstObjectLabel"] = json!("spouse");
    body["secondObjectLabel"] = json!("spouse");
    body["firstObjectToSecondObjectCardinality"] = json!("ONE_TO_ONE");
    let id = association(&app, &body).await;
    let (ann, bob, cat) = (contact(&app, "A").await, contact(&app, "B").await, contact(&app, "C").await);
    relate(&app, &id, &ann, &bob).await;
    for (first, second, full) in [(&cat, &ann, &ann), (&bob, &cat, &bob)] {
        let refused = relating(&app, &id, first, second).send().await.expect(400).json();
        let told = format!("The record {full} has the most relations that it may have: 1.");
        assert_eq!(refused["message"], told);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_relation_outlives_its_association() {
    let app = crate::api::contacts::unlimited().await;
    let id = association(&app, &between(&app, "works_for", "contact", "business")).await;
    let acme = business(&app, "Acme").await;
    let mut people = Vec::new();
    for number in 0..20 {
        people.push(contact(&app, &format!("P{number}")).await);
    }
    app.new_events().await;
    let mut calls = tokio::task::JoinSet::new();
    for person in &people {
        calls.spawn(relating(&app, &id, person, &acme).send());
    }
    calls.spawn(app.delete(&format!("/associations/{id}?locationId={}", here(&app))).send());
    calls.join_all().await;
    app.run_until_idle().await;
    assert!(app.database.content().await["relations"].is_empty());
    let told = app.new_event_kinds().await;
    let count = |kind: &str| told.iter().filter(|told| *told == kind).count();
    assert_eq!(count("RelationCreate"), count("RelationDelete"), "{told:?}");
}

#[tokio::test]
async fn relations_come_in_pages_and_by_association() {
    let app = TestApp::start().await;
    let (one, two) = (
        association(&app, &between(&app, "one", "contact", "business")).await,
        association(&app, &between(&app, "two", "contact", "business")).await,
    );
    let (ann, acme, apex) =
        (contact(&app, "Ann").await, business(&app, "Acme").await, business(&app, "Apex").await);
    relate(&app, &one, &ann, &acme).await;
    app.clock.advance(1000);
    relate(&app, &two, &ann, &acme).await;
    app.clock.advance(1000);
    relate(&app, &one, &ann, &apex).await;
    let ask = async |query: &str| {
        let url = format!("/associations/relations/{ann}?locationId={}{query}", here(&app));
        let answer = app.get(&url).send().await.expect(200).json();
        let rows = answer["relations"].as_array().expect("a list").clone();
        let shown: Vec<_> = rows
            .iter()
            .map(|row| {
                (row["associationKey"].as_str().unwrap().to_owned(), row["secondRecordId"] == acme.as_str())
            })
            .collect();
        (shown, answer["total"].as_i64().unwrap())
    };
    let named =
        |rows: &[(&str, bool)]| rows.iter().map(|(key, acme)| ((*key).to_owned(), *acme)).collect::<Vec<_>>();
    assert_eq!(ask("").await, (named(&[("one", true), ("two", true), ("one", false)]), 3));
    assert_eq!(ask("&skip=1&limit=1").await, (named(&[("two", true)]), 3));
    assert_eq!(ask(&format!("&associationIds={two}")).await, (named(&[("two", true)]), 1));
    assert_eq!(ask(&format!("&associationIds[]={one}&associationIds[]={two}&limit=2")).await.1, 3);
    let url = format!("/associations/relations/{ann}?locationId={}&skip=a&limit=0&x=1", here(&app));
    insta::assert_json_snapshot!(app.get(&url).send().await.expect(422).json()["message"], @r#"
    [
      "property x should not exist",
      "skip must be a number conforming to the specified constraints",
      "limit must not be less than 1"
    ]
    "#);
}

#[tokio::test]
async fn who_is_deleted_is_related_with_nobody() {
    let app = TestApp::start().await;
    let works = association(&app, &between(&app, "works_for", "contact", "business")).await;
    let parent = association(&app, &between(&app, "parent", "contact", "contact")).await;
    let (ann, bob, acme) =
        (contact(&app, "Ann").await, contact(&app, "Bob").await, business(&app, "Acme").await);
    relate(&app, &works, &ann, &acme).await;
    relate(&app, &works, &bob, &acme).await;
    relate(&app, &parent, &bob, &ann).await;
    app.new_events().await;
    app.delete(&format!("/contacts/{ann}")).send().await.expect(200);
    assert_eq!(app.new_event_kinds().await, ["RelationDelete", "RelationDelete", "ContactDelete"]);
    assert_eq!(relations(&app, &ann).await, []);
    assert_eq!(relations(&app, &bob).await, [(bob.clone(), acme.clone())]);
    app.delete(&format!("/businesses/{acme}")).send().await.expect(200);
    assert_eq!(app.new_event_kinds().await, ["RelationDelete", "RecordDelete"]);
    assert_eq!(relations(&app, &bob).await, []);
}

#[tokio::test]
async fn a_merged_contacts_relations_go_to_the_other_once() {
    let app = TestApp::start().await;
    let works = association(&app, &between(&app, "works_for", "contact", "business")).await;
    let parent = association(&app, &between(&app, "parent", "contact", "contact")).await;
    let (ann, anna, bob) =
        (contact(&app, "Ann").await, contact(&app, "Anna").await, contact(&app, "Bob").await);
    let (acme, apex) = (business(&app, "Acme").await, business(&app, "Apex").await);
    for (association, first, second) in [
        (&works, &ann, &acme),
        (&works, &anna, &acme),
        (&works, &ann, &apex),
        (&parent, &bob, &ann),
        (&parent, &ann, &anna),
    ] {
        relate(&app, association, first, second).await;
        app.clock.advance(1000);
    }
    app.new_events().await;
    let (place, from, to) = (app.agency.location.clone(), ann.clone(), anna.clone());
    app.write(move |tx, cx| associations::move_record(tx, cx, &place, &from, &to)).await;
    assert_eq!(relations(&app, &ann).await, []);
    let mut left = relations(&app, &anna).await;
    left.sort();
    let mut expected = vec![(anna.clone(), acme), (anna.clone(), apex), (bob, anna)];
    expected.sort();
    assert_eq!(left, expected);
    let kinds = app.new_event_kinds().await;
    let count = |name: &str| kinds.iter().filter(|kind| *kind == name).count();
    assert_eq!((count("RelationDelete"), count("RelationCreate"), kinds.len()), (4, 2, 6));
}

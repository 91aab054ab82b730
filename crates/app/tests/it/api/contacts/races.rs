//! Many requests at once. On SQLite they meet in one writer; on PostgreSQL in sixteen sessions.

use std::collections::BTreeSet;

use leadhold_testkit::TestApp;
use serde_json::json;
use tokio::task::JoinSet;

use super::{make, shown, unlimited};

const AT_ONCE: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn of_many_creations_of_one_person_one_succeeds() {
    let app = unlimited().await;
    for (first, second) in
        [(json!({"email": "ada@b.co"}), json!({"email": "ADA@b.co", "phone": "+14155552671"}))]
    {
        let mut calls = JoinSet::new();
        for number in 0..AT_ONCE {
            let body = if number % 2 == 0 { &first } else { &second };
            calls.spawn(app.post("/contacts/").json(body).send());
        }
        let statuses: Vec<u16> = calls.join_all().await.iter().map(|answer| answer.status.as_u16()).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [201, 400].contains(status)), "{statuses:?}");
    }
    assert_eq!(total(&app).await, 1);
    assert_eq!(app.new_event_kinds().await, ["ContactCreate"]);
}

async fn total(app: &TestApp) -> i64 {
    let list = app.get("/contacts/").send().await.expect(200).json();
    assert_eq!(list["meta"]["total"], list["contacts"].as_array().unwrap().len(), "counted and listed");
    list["meta"]["total"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_upserts_of_one_person_one_creates() {
    let app = unlimited().await;
    let mut calls = JoinSet::new();
    for number in 0..AT_ONCE {
        let body = json!({"email": "ada@b.co", "phone": "+14155552671", "firstName": format!("N{number}")});
        calls.spawn(app.post("/contacts/upsert").json(&body).send());
    }
    let answers: Vec<_> =
        calls.join_all().await.into_iter().map(|answer| answer.expect(200).json()).collect();
    assert_eq!(answers.iter().filter(|answer| answer["new"] == true).count(), 1);
    assert_eq!(total(&app).await, 1);
    let kinds = app.new_event_kinds().await;
    assert_eq!(kinds[0], "ContactCreate");
    assert_eq!(kinds.iter().filter(|kind| *kind == "ContactUpdate").count(), AT_ONCE - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_change_to_a_contact_is_lost() {
    let app = unlimited().await;
    let id = make(&app, json!({"firstName": "A"})).await;
    app.new_events().await;
    let mut calls = JoinSet::new();
    for number in 0..AT_ONCE {
        let tags = json!({"tags": [format!("tag{number}"), "shared"]});
        calls.spawn(app.post(&format!("/contacts/{id}/tags")).json(&tags).send());
        let field = ["city", "state", "website", "source"][number % 4];
        calls.spawn(app.put(&format!("/contacts/{id}")).json(&json!({ field: "x" })).send());
    }
    for answer in calls.join_all().await {
        assert!(answer.status.is_success(), "{answer:?}");
    }
    let contact = shown(&app, &id).await;
    for field in ["city", "state", "website", "source"] {
        assert_eq!(contact[field], "x");
    }
    let tags: BTreeSet<_> =
        contact["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect();
    assert_eq!(tags.len(), AT_ONCE + 1);
    let kinds = app.new_event_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "ContactTagUpdate").count(), AT_ONCE);
    assert_eq!(kinds.iter().filter(|kind| *kind == "ContactUpdate").count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn creations_and_removals_at_once_are_counted_exactly() {
    let app = unlimited().await;
    let mut doomed = Vec::new();
    for number in 0..8 {
        doomed.push(make(&app, json!({"firstName": format!("D{number}")})).await);
    }
    let mut calls = JoinSet::new();
    for number in 0..AT_ONCE {
        let body = json!({"firstName": format!("N{number}"), "tags": ["b", "a", format!("t{}", number % 3)]});
        calls.spawn(app.post("/contacts/").json(&body).send());
        let id = &doomed[number % doomed.len()];
        calls.spawn(app.delete(&format!("/contacts/{id}")).send());
    }
    let statuses: Vec<u16> = calls.join_all().await.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), AT_ONCE);
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        8,
        "each is removed once: {statuses:?}"
    );
    let list = app.get("/contacts/?limit=100").send().await.expect(200).json();
    assert_eq!(list["meta"]["total"], AT_ONCE);
    assert_eq!(list["contacts"].as_array().unwrap().len(), AT_ONCE);
}

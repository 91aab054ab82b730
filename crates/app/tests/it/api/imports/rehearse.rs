//! `POST /leadhold/v1/contacts/imports?dryRun=true`

use serde_json::json;

use super::super::contacts::{make, unlimited};
use super::{PATH, import, rows};

#[tokio::test]
async fn a_rehearsal_tells_what_would_happen_and_changes_no_contact() {
    let app = unlimited().await;
    let ada = make(&app, json!({"firstName": "Ada", "email": "ada@example.com"})).await;
    app.run_until_idle().await;
    app.new_events().await;
    let before = app.database.content().await;
    let mut csv =
        "Email,City\nada@example.com,London\nnew@example.com,\nNEW@example.com,Rome\nnobody,\n".to_owned();
    for i in 0..100 {
        csv.push_str(&format!("c{i}@example.com,\n"));
    }
    csv.push_str("new@example.com,\n"); // in another chunk than the row that would have made it
    let rehearsed = import(&app, "?dryRun=true", &csv).await;
    let counts = ["state", "created", "updated", "failed"].map(|key| &rehearsed[key]);
    assert_eq!(json!(counts), json!(["done", 101, 3, 1]));
    insta::assert_snapshot!(rows(&app, &rehearsed, "?limit=5").await, @"
    1@2 updated
    2@3 created
    3@4 updated
    4@5 failed email must be an email
    5@6 created
    ");
    let path = format!("{PATH}/{}/rows?limit=5", rehearsed["id"].as_str().expect("an id"));
    let shown = app.get(&path).send().await.expect(200).json();
    let ids: Vec<_> =
        shown["rows"].as_array().into_iter().flatten().map(|row| row["contactId"].clone()).collect();
    assert_eq!(json!(ids), json!([ada, null, null, null, null]), "those that nobody will find are not named");
    let mut after = app.database.content().await;
    after.retain(|table, _| !table.starts_with("contact_import"));
    let mut before = before;
    before.retain(|table, _| !table.starts_with("contact_import"));
    // A sequence may have moved on; no row has.
    after.remove("sqlite_sequence");
    before.remove("sqlite_sequence");
    assert_eq!(after, before);
    assert_eq!(app.new_event_kinds().await, [""; 0]);
    let undo = format!("{PATH}/{}/undo", rehearsed["id"].as_str().expect("an id"));
    app.post(&undo).send().await.expect(409);

    let real = import(&app, "", &csv).await;
    let counts = |import: &serde_json::Value| ["created", "failed"].map(|key| import[key].clone());
    assert_eq!(counts(&real), counts(&rehearsed));
    let skipping = import(&app, "?dryRun=true&duplicates=skip", &csv).await;
    assert_eq!((&skipping["skipped"], &skipping["failed"]), (&json!(104), &json!(1)));
}

//! `POST /leadhold/v1/contacts/imports/{importId}/undo`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::super::contacts::{make, shown as contact, unlimited};
use super::{PATH, contacts, import, rows, shown};

async fn undo(app: &TestApp, import: &Value) -> Value {
    let id = import["id"].as_str().expect("an id");
    let started = app.post(&format!("{PATH}/{id}/undo")).send().await.expect(200).json();
    assert_eq!(started["import"]["state"], "undoing");
    app.run_until_idle().await;
    shown(app, id).await
}

#[tokio::test]
async fn what_was_made_goes_and_what_was_changed_is_as_it_was() {
    let app = unlimited().await;
    let ada =
        make(&app, json!({"firstName": "Ada", "email": "ada@example.com", "tags": ["old"], "city": "Rome"}))
            .await;
    let before = contacts(&app).await;
    let csv = "Name,Email,City,Tags,Additional Emails\n\
               Ada Lovelace,ada@example.com,London,new,more@example.com\n\
               Grace,grace@example.com,,,\n\
               Grace Hopper,grace@example.com,Arlington,,\n";
    let done = import(&app, "", csv).await;
    assert_ne!(contacts(&app).await, before);
    app.new_events().await;
    app.clock.advance(60_000);
    let undone = undo(&app, &done).await;
    assert_eq!(json!([undone["state"], undone["undone"], undone["kept"]]), json!(["undone", 3, 0]));
    assert_eq!(contacts(&app).await, before);
    assert_eq!(contact(&app, &ada).await["additionalEmails"], json!([]));
    insta::assert_snapshot!(app.new_event_kinds().await.join("\n"), @"
    ContactUpdate
    ContactDelete
    ContactUpdate
    ContactTagUpdate
    ");
    app.post(&format!("{PATH}/{}/undo", done["id"].as_str().expect("an id"))).send().await.expect(409);
}

#[tokio::test]
async fn what_somebody_has_changed_since_is_kept_and_said() {
    let app = unlimited().await;
    let ada = make(&app, json!({"firstName": "Ada", "email": "ada@example.com"})).await;
    let csv = "First Name,Email,City\nAda,ada@example.com,London\nGrace,grace@example.com,\nAlan,alan@example.com,\n\
               Edsger,edsger@example.com,\n";
    let done = import(&app, "", csv).await;
    app.put(&format!("/contacts/{ada}")).json(&json!({"lastName": "Lovelace"})).send().await.expect(200);
    let found = app.get("/contacts/search/duplicate?email=grace@example.com").send().await.expect(200).json();
    let grace = found["contact"]["id"].as_str().expect("an id").to_owned();
    app.post(&format!("/contacts/{grace}/tags")).json(&json!({"tags": ["mine"]})).send().await.expect(201);
    let found = app.get("/contacts/search/duplicate?email=alan@example.com").send().await.expect(200).json();
    let alan = found["contact"]["id"].as_str().expect("an id").to_owned();
    app.delete(&format!("/contacts/{alan}")).send().await.expect(200);
    app.new_events().await;
    let undone = undo(&app, &done).await;
    assert_eq!(json!([undone["undone"], undone["kept"]]), json!([1, 3]));
    insta::assert_snapshot!(rows(&app, &done, "").await, @"
    1@2 updated  kept The contact was changed since.
    2@3 created  kept The contact was changed since.
    3@4 created  kept The contact was deleted since.
    4@5 created  undone
    ");
    assert_eq!(app.new_event_kinds().await, ["ContactDelete"]);
    insta::assert_snapshot!(contacts(&app).await, @r#"
    Ada Lovelace ada@example.com - London []
    Grace - grace@example.com - - ["mine"]
    "#);
}

#[tokio::test]
async fn a_contact_is_found_by_the_addresses_that_it_keeps() {
    let app = unlimited().await;
    let csv = "Name,Email,Additional Emails\nAda,ada@example.com,work@example.com\n";
    import(&app, "", csv).await;
    let more = import(&app, "", "Email,Additional Emails\nada@example.com,home@example.com\n").await;
    let found = async |address: &str| {
        let body = json!({"locationId": app.agency.location.location_id(), "pageLimit": 10,
            "filters": [{"field": "additionalEmails", "operator": "eq", "value": address}]});
        app.post("/contacts/search").json(&body).send().await.expect(200).json()["total"].clone()
    };
    assert_eq!((found("work@example.com").await, found("home@example.com").await), (json!(1), json!(1)));
    undo(&app, &more).await;
    assert_eq!((found("work@example.com").await, found("home@example.com").await), (json!(1), json!(0)));
}

//! `custom_object_created`, `custom_object_changed`, `company_created`, `company_changed`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{runs, said, says, trigger};
use crate::api::objects::{here, id, object, record, records};

#[tokio::test]
async fn records_of_a_custom_object() {
    let app = TestApp::start().await;
    for key in ["pet", "car"] {
        object(&app, &format!("custom_objects.{key}")).await;
    }
    let on = async |kind: &str, filters: &[&str]| says(&app, trigger(kind, filters), "{{record.name}}").await;
    let created = on("custom_object_created", &[]).await;
    let pets = on("custom_object_created", &["record.object is custom_objects.pet"]).await;
    let renamed = on("custom_object_changed", &["record.name has_changed_from Rex"]).await;
    let companies = says(&app, trigger("company_created", &[]), "").await;
    let pet = record(&app, "custom_objects.pet", json!({"name": "Rex"})).await;
    record(&app, "custom_objects.car", json!({"name": "Beetle"})).await;
    let path = format!("{}/{}?locationId={}", records("custom_objects.pet"), id(&pet), here(&app));
    app.put(&path).json(&json!({"properties": {"name": "Max"}})).send().await.expect(200);
    assert_eq!(said(&app, &created).await, ["Beetle", "Rex"]);
    assert_eq!(said(&app, &pets).await, ["Rex"]);
    assert_eq!(said(&app, &renamed).await, ["Max"]);
    assert_eq!(said(&app, &companies).await.len(), 0);
    let run = &runs(&app, &pets).await[0];
    assert_eq!(run["triggerData"]["id"], pet["id"]);
}

#[tokio::test]
async fn companies() {
    let app = TestApp::start().await;
    let on =
        async |kind: &str, filters: &[&str]| says(&app, trigger(kind, filters), "{{company.name}}").await;
    let created = on("company_created", &["company.city is_empty"]).await;
    let moved = on("company_changed", &["company.city has_changed_to Vienna"]).await;
    let objects = on("custom_object_created", &[]).await;
    let body = json!({"name": "Acme", "locationId": here(&app)});
    let firm = app.post("/businesses/").json(&body).send().await.expect(201).json();
    let firm = id(&firm["buiseness"]);
    for change in [json!({"name": "Acme Ltd"}), json!({"city": "Vienna"})] {
        app.put(&format!("/businesses/{firm}")).json(&change).send().await.expect(200);
    }
    assert_eq!(said(&app, &created).await, ["Acme"]);
    assert_eq!(said(&app, &moved).await, ["Acme Ltd"]);
    assert_eq!(said(&app, &objects).await.len(), 0);
}

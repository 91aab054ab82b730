//! `/locations/{locationId}/permissions`, which only v3 has.

use leadhold_testkit::TestApp;
use serde_json::json;

fn path(app: &TestApp) -> String {
    format!("{}/permissions", super::path(app))
}

#[tokio::test]
async fn everything_is_on_until_somebody_chooses() {
    let app = TestApp::start().await;
    let all = app.get(&path(&app)).token(&app.agency.token).version("v3").send().await.expect(200).json();
    assert_eq!(all["permissions"].as_array().map(Vec::len), Some(25));
    let chosen = json!({"permissions": ["workflow", "crm", "workflow"]});
    let put =
        app.put(&path(&app)).token(&app.agency.token).version("v3").json(&chosen).send().await.expect(200);
    assert_eq!(put.json(), json!({"permissions": ["crm", "workflow"]}));
    let read = app.get(&path(&app)).token(&app.agency.token).version("v3").send().await.expect(200);
    assert_eq!(read.json(), json!({"permissions": ["crm", "workflow"]}));
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn only_known_words_of_the_agencys_own_location() {
    let app = TestApp::start().await;
    let before = app.database.content().await;
    for (body, fault) in [
        (json!({}), "permissions must be an array"),
        (json!({"permissions": "crm"}), "permissions must be an array"),
        (json!({"permissions": ["crm", "x"]}), "each value in permissions must be one of"),
    ] {
        let put = app.put(&path(&app)).token(&app.agency.token).version("v3").json(&body).send().await;
        let refused = put.expect(422).json();
        assert!(refused["message"][0].as_str().expect("a sentence").starts_with(fault), "{refused}");
    }
    let body = json!({"permissions": []});
    app.put(&path(&app)).version("v3").json(&body).send().await.expect(403);
    app.put(&path(&app)).token(&app.other.token).version("v3").json(&body).send().await.expect(403);
    app.get(&path(&app)).token(&app.other.token).version("v3").send().await.expect(403);
    app.get(&path(&app)).token(&app.agency.token).send().await.expect(404);
    assert_eq!(app.database.content().await, before);
}

//! Workflows that start themselves come to an end, and the log says why.

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{published, runs};

#[tokio::test]
async fn a_workflow_that_makes_contacts_of_new_contacts_is_stopped() {
    let app = TestApp::start().await;
    let definition = json!({
        "name": "Rabbits",
        "triggers": [{"id": "new", "type": "contact_created"}],
        "steps": [{"id": "breed", "type": "create_update_contact",
                   "attributes": {"fields": {"email": "child-of-{{contact.id}}@example.com"}}}]
    });
    let workflow = published(&app, definition).await;
    app.post("/contacts/").json(&json!({"firstName": "Eve"})).send().await.expect(201);
    app.run_until_idle().await;
    let runs = runs(&app, &workflow).await;
    let of = |status: &str| runs.iter().filter(|run| run["status"] == status).count();
    assert_eq!((of("finished"), of("failed"), runs.len()), (26, 1, 27), "depths 0 to 25 run, 26 does not");
    let contacts = app.get("/contacts/?limit=100").send().await.expect(200).json();
    assert_eq!(contacts["meta"]["total"], 27);
    let list = app.get("/leadhold/v1/health").send().await.expect(200).json();
    assert_eq!(list["waiting"], json!({"events": 0, "jobs": 0, "deadJobs": 0}));
}

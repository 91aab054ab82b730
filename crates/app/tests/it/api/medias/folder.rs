//! `POST /medias/folder`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{body, folder};

#[tokio::test]
async fn a_folder_is_answered_as_described() {
    let app = TestApp::start().await;
    let made = app.post("/medias/folder").json(&body(&app, &json!({"name": "New"}))).send().await.expect(200);
    insta::assert_json_snapshot!(made.json(), {
        "._id" => "[media]", ".id" => "[media]", ".altId" => "[location]", ".lastUpdatedBy" => "[token]",
    }, @r#"
    {
      "_id": "[media]",
      "id": "[media]",
      "altId": "[location]",
      "altType": "location",
      "name": "New",
      "type": "folder",
      "deleted": false,
      "pendingUpload": false,
      "isPrivate": false,
      "relocatedFolder": false,
      "migrationCompleted": true,
      "appFolder": false,
      "isEssential": false,
      "status": "active",
      "lastUpdatedBy": "[token]"
    }
    "#);
    assert_eq!(app.new_event_kinds().await, [""; 0], "nobody is told of the library");
}

#[tokio::test]
async fn a_folder_needs_a_name_and_a_place() {
    let app = TestApp::start().await;
    let refused = app.post("/medias/folder").json(&json!({"parentId": 1})).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "altId must be a string",
      "altId should not be empty",
      "altType must be one of the following values: location",
      "name must be a string",
      "name should not be empty",
      "parentId must be a string"
    ]
    "#);
    let nowhere = body(&app, &json!({"name": "New", "parentId": "nowhere"}));
    let refused = app.post("/medias/folder").json(&nowhere).send().await.expect(400).json();
    assert_eq!(refused["message"], "Folder with id nowhere not found");
    let mut parent = folder(&app, "0", None).await;
    for depth in 1..30 {
        parent = folder(&app, &depth.to_string(), Some(&parent)).await;
    }
    let deeper = folder(&app, "30", Some(&parent)).await;
    let too_deep = body(&app, &json!({"name": "31", "parentId": deeper}));
    let refused = app.post("/medias/folder").json(&too_deep).send().await.expect(400).json();
    assert_eq!(refused["message"], "Folders nest at most 30 deep.");
}

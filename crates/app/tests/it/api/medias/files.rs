//! `GET /medias/files`

use leadhold_app::users::{Role, Type};
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{body, file, folder, list, owner};

#[tokio::test]
async fn a_file_is_shown_with_its_url_and_folder() {
    let app = TestApp::start().await;
    let invoices = folder(&app, "Invoices", None).await;
    file(&app, "logo.png", Some(&invoices)).await;
    let url =
        format!("/medias/files?{}&sortBy=name&sortOrder=desc&type=file&parentId={invoices}", owner(&app).0);
    for version in ["2021-07-28", "v3"] {
        let found = app.get(&url).version(version).send().await.expect(200).json();
        insta::allow_duplicates! {
            insta::assert_json_snapshot!(found, {
                ".**._id" => "[media]", ".**.id" => "[media]", ".**.altId" => "[location]", ".**.parentId" => "[folder]",
                ".**.url" => insta::dynamic_redaction(|url, _| {
                    let url = url.as_str().expect("a URL").to_owned();
                    assert!(url.starts_with("http://127.0.0.1:8080/leadhold/v1/files/") && url.ends_with("/logo.png"));
                    "[url]"
                }),
                ".**.lastUpdatedBy" => "[token]",
            }, @r#"
            {
              "files": [
                {
                  "_id": "[media]",
                  "id": "[media]",
                  "altId": "[location]",
                  "altType": "location",
                  "name": "logo.png",
                  "type": "file",
                  "path": "Invoices/logo.png",
                  "deleted": false,
                  "createdAt": "2026-01-15T10:00:00.000Z",
                  "updatedAt": "2026-01-15T10:00:00.000Z",
                  "lastUpdatedBy": "[token]",
                  "parentId": "[folder]",
                  "url": "[url]",
                  "contentType": "image/png",
                  "size": 29,
                  "category": "image"
                }
              ]
            }
            "#);
        }
    }
}

#[tokio::test]
async fn lists_are_of_one_folder_unless_all_is_asked_for() {
    let app = TestApp::start().await;
    let a = folder(&app, "A", None).await;
    let b = folder(&app, "B", Some(&a)).await;
    for (name, parent) in [("top.png", None), ("in A.png", Some(&a)), ("100%.png", Some(&b))] {
        app.clock.advance(1000);
        file(&app, name, parent.map(String::as_str)).await;
    }
    assert_eq!(list(&app, "type=file").await, ["top.png"]);
    assert_eq!(list(&app, "type=folder").await, ["A"]);
    assert_eq!(list(&app, &format!("type=folder&parentId={a}")).await, ["A/B"]);
    assert_eq!(list(&app, &format!("type=file&parentId={b}")).await, ["A/B/100%.png"]);
    assert_eq!(list(&app, "type=file&fetchAll=true").await, ["top.png", "A/in A.png", "A/B/100%.png"]);
    assert_eq!(list(&app, "type=file&fetchAll=true&offset=1&limit=1").await, ["A/in A.png"]);
    assert_eq!(list(&app, "type=file&query=IN%20a").await, ["A/in A.png"]);
    assert_eq!(list(&app, "type=file&query=0%25").await, ["A/B/100%.png"], "a percent sign is one");
    assert_eq!(list(&app, "type=file&query=_").await, [""; 0]);
}

#[tokio::test]
async fn a_query_is_refused_with_all_its_faults() {
    let app = TestApp::start().await;
    let refused =
        app.get("/medias/files?sortBy=colour&limit=0&foo=1&altType=company").send().await.expect(422);
    insta::assert_json_snapshot!(refused.json()["message"], @r#"
    [
      "property foo should not exist",
      "altId must be a string",
      "altId should not be empty",
      "altType must be one of the following values: location",
      "sortBy must be one of the following values: createdAt, updatedAt, name, size",
      "sortOrder must be one of the following values: asc, desc",
      "type must be one of the following values: file, folder",
      "limit must not be less than 1"
    ]
    "#);
}

#[tokio::test]
async fn a_person_names_the_location_as_the_owner() {
    let app = TestApp::start().await;
    file(&app, "a.png", None).await;
    let both = [&app.agency.location, &app.agency.second];
    let person = app.person(&app.agency, Type::Account, Role::Admin, &both).await;
    let session = app.sign_in(&person).await;
    let url = format!("/medias/files?{}&sortBy=name&sortOrder=asc&type=file", owner(&app).0);
    let found = app.get(&url).session(&session).send().await.expect(200).json();
    assert_eq!(found["files"][0]["name"], "a.png");
    let body = body(&app, &json!({"name": "By a person"}));
    app.post("/medias/folder").session(&session).json(&body).send().await.expect(200);
}

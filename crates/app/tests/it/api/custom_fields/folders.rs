//! Folders at `/locations/{locationId}/customFields`, and the search there.

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::super::contacts::field;
use super::path;

async fn folder(app: &TestApp, name: &str, model: &str) -> String {
    let body = json!({"name": name, "documentType": "folder", "model": model});
    let made = app.post(&path(app)).json(&body).send().await.expect(201).json();
    made["customFieldFolder"]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_folder_is_made_read_changed_and_removed() {
    let app = TestApp::start().await;
    let body = json!({"name": "Survey", "documentType": "folder", "position": 2});
    let made = app.post(&path(&app)).json(&body).send().await.expect(201).json();
    insta::assert_json_snapshot!(made, { ".**.id" => "[folder]", ".**.locationId" => "[location]" }, @r#"
    {
      "customFieldFolder": {
        "id": "[folder]",
        "name": "Survey",
        "model": "contact",
        "fieldKey": "contact.survey",
        "position": 2,
        "locationId": "[location]",
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "documentType": "folder"
      }
    }
    "#);
    let id = made["customFieldFolder"]["id"].as_str().unwrap();
    let own = format!("{}/{id}", path(&app));
    assert_eq!(app.get(&own).send().await.expect(200).json(), made);
    let twice = app.post(&path(&app)).json(&body).send().await.expect(400).json();
    assert_eq!(
        (&twice["message"], &twice["meta"]["existingId"]),
        (&json!("Folder already exists"), &json!(id))
    );
    let changed = app.put(&own).json(&json!({"name": "Quiz"})).send().await.expect(200).json();
    assert_eq!(changed["customFieldFolder"]["name"], "Quiz");
    assert_eq!(changed["customFieldFolder"]["position"], 2);
    let inside = field(&app, "Inside", "TEXT", json!({"parentId": id})).await;
    let list = app.get(&path(&app)).send().await.expect(200).json();
    assert_eq!(list["customFields"][0]["parentId"], id, "{list}");
    assert_eq!(list["customFields"].as_array().unwrap().len(), 1, "the list has no folders");
    assert_eq!(app.delete(&own).send().await.expect(200).json(), json!({"succeded": true}));
    app.get(&own).send().await.expect(400);
    let left = app.get(&format!("{}/{inside}", path(&app))).send().await.expect(200).json();
    assert_eq!(left["customField"].get("parentId"), None);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn a_field_moves_between_folders_of_its_model() {
    let app = TestApp::start().await;
    let (first, deals) = (folder(&app, "A", "contact").await, folder(&app, "A", "opportunity").await);
    let id = field(&app, "F", "TEXT", json!({})).await;
    let own = format!("{}/{id}", path(&app));
    let put =
        async |parent: Value| app.put(&own).json(&json!({"name": "F", "parentId": parent})).send().await;
    assert_eq!(put(json!(first)).await.expect(200).json()["customField"]["parentId"], first);
    let kept = app.put(&own).json(&json!({"name": "G"})).send().await.expect(200).json();
    assert_eq!(kept["customField"]["parentId"], first);
    for wrong in [deals.as_str(), "nowhere", &id] {
        put(json!(wrong)).await.expect(400);
    }
    for none in [json!(""), Value::Null] {
        put(json!(first)).await.expect(200);
        assert_eq!(put(none).await.expect(200).json()["customField"].get("parentId"), None);
    }
}

#[tokio::test]
async fn the_search_finds_fields_and_folders_by_part_of_their_name_or_key() {
    let app = TestApp::start().await;
    let home = folder(&app, "Home", "contact").await;
    field(&app, "Roof colour", "TEXT", json!({"parentId": home, "position": 1})).await;
    field(&app, "Roof age", "NUMERICAL", json!({"position": 2})).await;
    field(&app, "Deal roof", "TEXT", json!({"model": "opportunity", "position": 3})).await;
    let found = async |query: &str| {
        let answer = app.get(&format!("{}/search{query}", path(&app))).send().await.expect(200).json();
        let names = |key: &str| -> Vec<String> {
            answer[key]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["name"].as_str().unwrap().to_owned())
                .collect()
        };
        ([names("customFields"), names("customFieldFolders")].concat(), answer["totalItems"].clone())
    };
    for (query, names, total) in [
        ("", vec!["Roof colour", "Roof age", "Deal roof"], 3),
        ("?query=ROOF_&model=contact&parentId=&documentType=field", vec!["Roof colour", "Roof age"], 2),
        ("?query=roof&skip=1&limit=1", vec!["Roof age"], 3),
        (&format!("?parentId={home}"), vec!["Roof colour"], 1),
        ("?query=first&model=all", vec![], 0),
        ("?query=first&model=all&includeStandards=true", vec!["First Name"], 1),
        ("?documentType=folder&includeStandards=true", vec!["Home"], 1),
        ("?documentType=folder&model=opportunity", vec![], 0),
    ] {
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        assert_eq!(found(query).await, (names, json!(total)), "{query}");
    }
    let answer =
        app.get(&format!("{}/search?documentType=folder", path(&app))).send().await.expect(200).json();
    let folder = &answer["customFieldFolders"][0];
    assert_eq!(
        (&folder["_id"], &folder["id"], &folder["totalFields"]),
        (&json!(home), &json!(home), &json!(1))
    );
    let refused =
        app.get(&format!("{}/search?limit=0&model=lead", path(&app))).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "model must be one of the following values: contact, opportunity, all",
      "limit must not be less than 1"
    ]
    "#);
}

//! `/custom-fields`

use leadhold_app::custom_fields::{DataType, Model, NewCustomField, ObjectKey, folders};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

/// A custom object with the property that its records are called by; answers its folder.
async fn pet(app: &TestApp) -> String {
    let here = app.agency.location.clone();
    let primary = app
        .write(move |tx, cx| {
            let model = Model::Object(ObjectKey::parse("pet").unwrap());
            let primary = NewCustomField::named(model, "Name", DataType::Text);
            folders::open_object(tx, cx, &here, "Details", primary)
        })
        .await;
    app.clock.advance(1); // lists are in the order of time
    primary.parent_id.unwrap().to_string()
}

fn body(app: &TestApp, folder: &str, more: Value) -> Value {
    let mut body = json!({
        "locationId": app.agency.location.location_id(), "objectKey": "custom_objects.pet", "parentId": folder,
        "fieldKey": "custom_objects.pet.colour", "dataType": "RADIO", "showInForms": true,
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn redactions() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    for (key, shown) in [("id", "[id]"), ("locationId", "[location]"), ("parentId", "[folder]")] {
        settings.add_redaction(&format!(".**.{key}"), shown);
    }
    settings
}

#[tokio::test]
async fn a_property_is_defined_read_and_listed_with_its_folder() {
    let app = TestApp::start().await;
    let folder = pet(&app).await;
    let new = body(
        &app,
        &folder,
        json!({
            "name": "Colour", "description": "of the fur", "placeholder": "pick", "allowCustomOption": true,
            "options": [{"key": "red", "label": "Dark Red", "url": "https://example.com/red.png"}, {"label": "Light Blue"}],
        }),
    );
    let made = app.post("/custom-fields/").json(&new).send().await.expect(201).json();
    redactions().bind(|| {
        insta::assert_json_snapshot!(made, @r#"
        {
          "field": {
            "id": "[id]",
            "locationId": "[location]",
            "objectKey": "custom_objects.pet",
            "fieldKey": "custom_objects.pet.colour",
            "name": "Colour",
            "description": "of the fur",
            "placeholder": "pick",
            "dataType": "RADIO",
            "parentId": "[folder]",
            "showInForms": true,
            "allowCustomOption": true,
            "standard": false,
            "dateAdded": "2026-01-15T10:00:00.001Z",
            "dateUpdated": "2026-01-15T10:00:00.001Z",
            "documentType": "field",
            "options": [
              {
                "key": "red",
                "label": "Dark Red",
                "url": "https://example.com/red.png"
              },
              {
                "key": "light_blue",
                "label": "Light Blue"
              }
            ]
          }
        }
        "#);
    });
    let id = made["field"]["id"].as_str().unwrap();
    for version in ["2021-07-28", "v3"] {
        let read = app.get(&format!("/custom-fields/{id}")).version(version).send().await.expect(200);
        assert_eq!(read.json(), made);
    }
    let here = app.agency.location.location_id();
    let path = format!("/custom-fields/object-key/custom_objects.pet?locationId={here}");
    let list = app.get(&path).send().await.expect(200).json();
    assert_eq!(list["fields"][1], made["field"]);
    redactions().bind(|| {
        insta::assert_json_snapshot!(list["folders"], @r#"
        [
          {
            "id": "[id]",
            "locationId": "[location]",
            "objectKey": "custom_objects.pet",
            "fieldKey": "custom_objects.pet.details",
            "name": "Details",
            "dataType": "TEXT",
            "parentId": "[folder]",
            "showInForms": true,
            "dateAdded": "2026-01-15T10:00:00.000Z",
            "dateUpdated": "2026-01-15T10:00:00.000Z",
            "documentType": "folder"
          }
        ]
        "#);
    });
    let shown = app.get(&format!("/custom-fields/{folder}")).send().await.expect(200).json();
    assert_eq!(shown["field"], list["folders"][0]);
    let none = app.get(&format!("/locations/{here}/customFields")).send().await.expect(200).json();
    assert_eq!(none["customFields"], json!([]), "the location's own API knows contacts and opportunities");
    app.get(&format!("/locations/{here}/customFields/{id}")).send().await.expect(400);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn options_can_be_added_and_relabelled_and_not_removed() {
    let app = TestApp::start().await;
    let folder = pet(&app).await;
    let new =
        body(&app, &folder, json!({"options": [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}]}));
    let made = app.post("/custom-fields").json(&new).send().await.expect(201).json();
    assert_eq!(made["field"]["name"], "colour", "named by its key");
    let path = format!("/custom-fields/{}", made["field"]["id"].as_str().unwrap());
    let put = async |more: Value| {
        let mut change = json!({"locationId": app.agency.location.location_id(), "showInForms": false});
        change.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        app.put(&path).json(&change).send().await
    };
    let refused = put(json!({"options": [{"label": "B"}, {"label": "C"}]})).await.expect(400).json();
    assert_eq!(refused["message"], "Options cannot be removed: A is missing");
    assert_eq!(app.get(&path).send().await.expect(200).json(), made);
    let options = json!([{"label": "C"}, {"label": "B"}, {"key": "a", "label": "A!"}]);
    let changed = put(json!({"name": "Fur", "options": options})).await.expect(200).json();
    let field = &changed["field"];
    assert_eq!(
        (&field["name"], &field["fieldKey"], &field["showInForms"]),
        (&json!("Fur"), &json!("custom_objects.pet.colour"), &json!(false))
    );
    let expected =
        json!([{"key": "c", "label": "C"}, {"key": "b", "label": "B"}, {"key": "a", "label": "A!"}]);
    assert_eq!(field["options"], expected);
    assert_eq!(put(json!({})).await.expect(200).json(), changed);
}

#[tokio::test]
async fn every_type_is_defined_in_its_own_terms() {
    let app = TestApp::start().await;
    let folder = pet(&app).await;
    let types =
        "TEXT LARGE_TEXT NUMERICAL PHONE MONETORY CHECKBOX SINGLE_OPTIONS MULTIPLE_OPTIONS DATE RADIO EMAIL";
    for data_type in types.split(' ') {
        let more = json!({"dataType": data_type, "fieldKey": data_type});
        let made = app.post("/custom-fields").json(&body(&app, &folder, more)).send().await.expect(201);
        let key = format!("custom_objects.pet.{}", data_type.to_lowercase());
        assert_eq!(made.json()["field"]["fieldKey"], key);
    }
    let more = json!({"dataType": "FILE_UPLOAD", "fieldKey": "papers", "acceptedFormats": ".pdf", "maxFileLimit": 2});
    let made = app.post("/custom-fields").json(&body(&app, &folder, more)).send().await.expect(201).json();
    assert_eq!(
        (&made["field"]["acceptedFormats"], &made["field"]["maxFileLimit"]),
        (&json!(".pdf"), &json!(2))
    );
    let boxes = json!([{"key": "option_a", "label": "A"}, {"label": "Option B"}]);
    let more = json!({"dataType": "TEXTBOX_LIST", "fieldKey": "custom_object.pet.boxes", "options": boxes});
    let made = app.post("/custom-fields").json(&body(&app, &folder, more)).send().await.expect(201).json();
    let expected = json!([{"key": "option_a", "label": "A"}, {"key": "option_b", "label": "Option B"}]);
    assert_eq!(made["field"]["options"], expected);
    assert_eq!(made["field"]["fieldKey"], "custom_objects.pet.boxes");
}

#[tokio::test]
async fn what_cannot_be_defined_is_named() {
    let app = TestApp::start().await;
    let folder = pet(&app).await;
    let refused = app.post("/custom-fields").json(&json!({"dataType": "FLOAT", "objectKey": "contact"}));
    let refused = refused.send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "locationId must be a string",
      "locationId should not be empty",
      "objectKey must be business or custom_objects.<key>",
      "fieldKey must be a string",
      "fieldKey should not be empty",
      "dataType must be one of the following values: TEXT, LARGE_TEXT, NUMERICAL, PHONE, MONETORY, CHECKBOX, SINGLE_OPTIONS, MULTIPLE_OPTIONS, DATE, TEXTBOX_LIST, FILE_UPLOAD, RADIO, EMAIL",
      "parentId must be a string",
      "parentId should not be empty",
      "showInForms must be a boolean value"
    ]
    "#);
    let wrong =
        json!({"options": [{"key": "x"}], "acceptedFormats": ".exe", "maxFileLimit": 0, "position": 1});
    let refused =
        app.post("/custom-fields").json(&body(&app, &folder, wrong)).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property position should not exist",
      "options.0.label must be a string",
      "options.0.label should not be empty",
      "each value in acceptedFormats must be one of the following values: .pdf, .docx, .doc, .jpg, .jpeg, .png, .gif, .csv, .xlsx, .xls, all",
      "maxFileLimit must not be less than 1"
    ]
    "#);
    app.post("/custom-fields").json(&body(&app, &folder, json!({}))).send().await.expect(201);
    for (more, status, message) in [
        (json!({}), 400, "Custom field with key custom_objects.pet.colour already exists"),
        (json!({"parentId": "nowhere", "fieldKey": "x"}), 400, "Folder with id nowhere not found"),
        (json!({"objectKey": "custom_objects.car"}), 404, "Object with key custom_objects.car not found"),
        (
            json!({"fieldKey": "x", "objectKey": "business"}),
            400,
            "Folder with id [folder] is not for fields of business",
        ),
    ] {
        let refused = app.post("/custom-fields").json(&body(&app, &folder, more)).send().await.expect(status);
        assert_eq!(refused.json()["message"].as_str().unwrap().replace(&folder, "[folder]"), message);
    }
    for (key, status) in [("contact", 400), ("pet", 400), ("custom_objects.car", 404), ("business", 200)] {
        app.get(&format!("/custom-fields/object-key/{key}")).send().await.expect(status);
    }
}

#[tokio::test]
async fn folders_are_made_renamed_and_removed_and_their_fields_stay() {
    let app = TestApp::start().await;
    let here = app.agency.location.location_id().to_string();
    let new = json!({"objectKey": "business", "name": "Numbers", "locationId": here});
    let made = app.post("/custom-fields/folder").json(&new).send().await.expect(201).json();
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(made, json!({"id": id, "objectKey": "business", "locationId": here, "name": "Numbers"}));
    let twice = app.post("/custom-fields/folder").json(&new).send().await.expect(400).json();
    assert_eq!(
        (&twice["message"], &twice["meta"]),
        (&json!("Folder already exists"), &json!({"existingId": id}))
    );
    let field = json!({"objectKey": "business", "fieldKey": "staff", "dataType": "NUMERICAL"});
    let field = app.post("/custom-fields").json(&body(&app, &id, field)).send().await.expect(201).json();
    assert_eq!(field["field"]["fieldKey"], "business.staff");
    let renamed =
        app.put(&format!("/custom-fields/folder/{id}")).json(&json!({"name": "Figures", "locationId": here}));
    assert_eq!(renamed.send().await.expect(200).json()["name"], "Figures");
    let removed =
        app.delete(&format!("/custom-fields/folder/{id}?locationId={here}")).send().await.expect(200);
    assert_eq!(removed.json(), json!({"succeded": true, "id": id, "key": "business.numbers"}));
    let list =
        app.get(&format!("/custom-fields/object-key/business?locationId={here}")).send().await.expect(200);
    assert_eq!((&list.json()["folders"], &list.json()["fields"][0]["parentId"]), (&json!([]), &json!("")));
    for gone in [app.delete(&format!("/custom-fields/folder/{id}")), app.get(&format!("/custom-fields/{id}"))]
    {
        gone.send().await.expect(400);
    }
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn a_property_is_removed_unless_it_came_with_its_object() {
    let app = TestApp::start().await;
    let folder = pet(&app).await;
    let made =
        app.post("/custom-fields").json(&body(&app, &folder, json!({}))).send().await.expect(201).json();
    let id = made["field"]["id"].as_str().unwrap();
    let removed = app.delete(&format!("/custom-fields/{id}")).send().await.expect(200).json();
    assert_eq!(removed, json!({"succeded": true, "id": id, "key": "custom_objects.pet.colour"}));
    app.delete(&format!("/custom-fields/{id}")).send().await.expect(400);
    let list = app.get("/custom-fields/object-key/custom_objects.pet").send().await.expect(200).json();
    let name = list["fields"][0]["id"].as_str().unwrap();
    let refused = app.delete(&format!("/custom-fields/{name}")).send().await.expect(400).json();
    assert_eq!(refused["message"], "Name came with its object and stays.");
}

#[tokio::test]
async fn another_locations_properties_are_forbidden() {
    let app = TestApp::start().await;
    let folder = pet(&app).await;
    let made =
        app.post("/custom-fields").json(&body(&app, &folder, json!({}))).send().await.expect(201).json();
    let id = made["field"]["id"].as_str().unwrap();
    let token = &app.agency.second_token;
    let change = json!({"name": "x", "showInForms": true, "locationId": app.agency.second.location_id()});
    for path in [format!("/custom-fields/{id}"), format!("/custom-fields/folder/{folder}")] {
        app.put(&path).token(token).json(&change).send().await.expect(403);
        app.delete(&path).token(token).send().await.expect(403);
    }
    app.get(&format!("/custom-fields/{folder}")).token(token).send().await.expect(403);
    app.get("/custom-fields/object-key/custom_objects.pet").token(token).send().await.expect(404);
    assert_eq!(app.get(&format!("/custom-fields/{id}")).send().await.expect(200).json(), made);
}

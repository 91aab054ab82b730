//! `/custom-menus`

use leadhold_testkit::{Answer, TestApp};
use serde_json::{Value, json};

fn menu(title: &str, more: &Value) -> Value {
    let mut body = json!({
        "title": title, "url": "https://custom-menus.com/", "icon": {"name": "yin-yang", "fontFamily": "fab"},
        "showOnCompany": true, "showOnLocation": true, "showToAllLocations": true, "openMode": "iframe",
        "locations": [], "userRole": "all",
    });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    body
}

async fn make(app: &TestApp, title: &str, more: &Value) -> Answer {
    app.post("/custom-menus/").token(&app.agency.token).json(&menu(title, more)).send().await
}

async fn titles(app: &TestApp, query: &str) -> (Vec<String>, i64) {
    let list = app.get(&format!("/custom-menus/?{query}")).token(&app.agency.token);
    let found = list.send().await.expect(200).json();
    let title = |menu: &Value| menu["title"].as_str().expect("a title").to_owned();
    let titles = found["customMenus"].as_array().expect("a list").iter().map(title).collect();
    (titles, found["totalLinks"].as_i64().expect("a number"))
}

#[tokio::test]
async fn a_menu_is_made_read_changed_and_removed() {
    let app = TestApp::start().await;
    let agency = &app.agency.token;
    let made = make(&app, "Custom Menu", &json!({"allowCamera": true})).await.expect(201).json();
    insta::assert_json_snapshot!(made, { ".customMenu.id" => "[menu]" }, @r#"
    {
      "customMenu": {
        "id": "[menu]",
        "icon": {
          "name": "yin-yang",
          "fontFamily": "fab"
        },
        "title": "Custom Menu",
        "url": "https://custom-menus.com/",
        "showOnCompany": true,
        "showOnLocation": true,
        "showToAllLocations": true,
        "locations": [],
        "openMode": "iframe",
        "userRole": "all",
        "allowCamera": true,
        "allowMicrophone": false,
        "order": 1
      }
    }
    "#);
    let id = made["customMenu"]["id"].as_str().expect("an id");
    let path = format!("/custom-menus/{id}");
    assert_eq!(app.get(&path).token(agency).version("v3").send().await.expect(200).json(), made);
    let change =
        json!({"title": "New", "icon": {"name": "star", "fontFamily": "far"}, "showOnCompany": false});
    let changed = app.put(&path).token(agency).json(&change).send().await.expect(200).json();
    assert_eq!(changed["success"], true);
    for (name, value) in change.as_object().expect("an object") {
        assert_eq!(&changed["customMenu"][name], value);
    }
    assert_eq!(changed["customMenu"]["url"], made["customMenu"]["url"]);
    let removed = app.delete(&path).token(agency).send().await.expect(200).json();
    insta::assert_json_snapshot!(removed, { ".deletedMenuId" => "[menu]" }, @r#"
    {
      "success": true,
      "message": "Custom menu successfully deleted",
      "deletedMenuId": "[menu]",
      "deletedAt": "2026-01-15T10:00:00.000Z"
    }
    "#);
    for call in [app.get(&path), app.put(&path), app.delete(&path)] {
        let gone = call.token(agency).send().await.expect(404).json();
        assert_eq!(gone["message"], format!("Custom menu with id {id} not found"));
    }
    assert_eq!(app.new_event_kinds().await, [""; 0]);
}

#[tokio::test]
async fn menus_are_listed_in_order_for_those_who_see_them() {
    let app = TestApp::start().await;
    let (first, second) =
        (app.agency.location.location_id().to_string(), app.agency.second.location_id().to_string());
    make(&app, "Everywhere", &json!({})).await.expect(201);
    make(&app, "Agency", &json!({"showOnLocation": false})).await.expect(201);
    make(
        &app,
        "One",
        &json!({"showOnCompany": false, "showToAllLocations": false, "locations": [second, second]}),
    )
    .await
    .expect(201);
    assert_eq!(titles(&app, "").await, (vec!["Everywhere".into(), "Agency".into(), "One".into()], 3));
    assert_eq!(titles(&app, "skip=1&limit=1").await, (vec!["Agency".into()], 3));
    assert_eq!(titles(&app, "showOnCompany=true").await, (vec!["Everywhere".into(), "Agency".into()], 2));
    assert_eq!(titles(&app, "showOnCompany=false").await, (vec!["One".into()], 1));
    assert_eq!(titles(&app, "query=ONE").await, (vec!["One".into()], 1));
    let at = |location: &str| format!("locationId={location}&showOnCompany=true");
    assert_eq!(titles(&app, &at(&first)).await, (vec!["Everywhere".into()], 1));
    assert_eq!(titles(&app, &at(&second)).await, (vec!["Everywhere".into(), "One".into()], 2));
    let elsewhere = app.other.location.location_id();
    let foreign = app.get(&format!("/custom-menus/?locationId={elsewhere}")).token(&app.agency.token);
    foreign.send().await.expect(403);
}

#[tokio::test]
async fn a_menu_is_refused_with_all_its_faults() {
    let app = TestApp::start().await;
    let agency = &app.agency.token;
    let refused =
        app.post("/custom-menus/").token(agency).json(&json!({"foo": 1})).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property foo should not exist",
      "title must be a string",
      "title should not be empty",
      "url must be a string",
      "url should not be empty",
      "icon should not be empty",
      "openMode must be one of the following values: iframe, new_tab, current_tab",
      "locations must be an array",
      "userRole must be one of the following values: all, admin, user"
    ]
    "#);
    let wrong = json!({
        "url": "javascript:alert(1)", "icon": {"name": "", "fontFamily": "comic"}, "openMode": "popup",
        "showOnCompany": "yes", "locations": [1],
    });
    let refused = make(&app, "Wrong", &wrong).await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "url must be a URL address",
      "icon.name should not be empty",
      "icon.fontFamily must be one of the following values: fab, fas, far",
      "showOnCompany must be a boolean value",
      "openMode must be one of the following values: iframe, new_tab, current_tab",
      "each value in locations must be a string"
    ]
    "#);
    let elsewhere = app.other.location.location_id().to_string();
    let refused = make(&app, "Foreign", &json!({"locations": [elsewhere]})).await.expect(400).json();
    assert_eq!(refused["message"], format!("Location with id {elsewhere} not found"));
    assert_eq!(titles(&app, "").await.1, 0);
    let menu = make(&app, "Right", &json!({})).await.expect(201).json();
    let path = format!("/custom-menus/{}", menu["customMenu"]["id"].as_str().expect("an id"));
    app.put(&path).token(agency).json(&json!({"url": ""})).send().await.expect(422);
    app.put(&path).token(agency).json(&json!({"locations": [elsewhere]})).send().await.expect(400);
    for call in [app.get(&path), app.delete(&path)] {
        call.token(&app.other.token).send().await.expect(404);
    }
    app.get(&path).send().await.expect(403);
    assert_eq!(app.get(&path).token(agency).send().await.expect(200).json(), menu);
}

#[tokio::test]
async fn a_menu_leads_to_a_page_of_the_web() {
    let app = TestApp::start().await;
    for url in [
        "HTTPS://example.com",
        "https://example.com/{{ location.id }}?user={{user.email}}#x",
        "http://10.0.0.1:8080/",
    ] {
        let made = make(&app, "Right", &json!({"url": url})).await.expect(201).json();
        assert_eq!(made["customMenu"]["url"], url);
    }
    for url in [
        "https:// \"><script>",
        "https://example.com/<script>",
        "https://example.com/a b",
        "https://exa\tmple.com",
        "https://",
        "https://example.com:port/",
        "{{user.website}}",
        "ftp://example.com",
    ] {
        let refused = make(&app, "Wrong", &json!({"url": url})).await.expect(422).json();
        assert_eq!(refused["message"], json!(["url must be a URL address"]), "{url}");
    }
}

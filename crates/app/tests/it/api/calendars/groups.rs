//! `/calendars/groups`

use leadhold_testkit::TestApp;
use serde_json::json;
use tokio::task::JoinSet;

use super::{calendar, shown};

#[tokio::test]
async fn a_group_has_its_life() {
    let app = TestApp::start().await;
    let here = app.agency.location.location_id().to_string();
    let body = json!({"locationId": here, "name": "Sales", "description": "", "slug": "sales"});
    let made = app.post("/calendars/groups").json(&body).send().await.expect(201).json();
    insta::assert_json_snapshot!(shown(&made), @r#"
    {
      "group": {
        "id": "[id]",
        "locationId": "[id]",
        "name": "Sales",
        "description": "",
        "slug": "sales",
        "isActive": true
      }
    }
    "#);
    let available = async |slug: &str| {
        let body = json!({"locationId": here, "slug": slug});
        app.post("/calendars/groups/validate-slug").json(&body).send().await.expect(200).json()
    };
    assert_eq!(available("sales").await, json!({"available": false}));
    assert_eq!(available("support").await, json!({"available": true}));
    let taken = app.post("/calendars/groups").json(&body).send().await.expect(400).json();
    assert_eq!(taken["message"], "The slug sales is already taken");

    let path = format!("/calendars/groups/{}", made["group"]["id"].as_str().expect("an id"));
    let change = json!({"name": "Support", "description": "Help", "slug": "support"});
    let changed = app.put(&path).json(&change).send().await.expect(200).json();
    assert_eq!((&changed["group"]["slug"], &changed["group"]["isActive"]), (&json!("support"), &json!(true)));
    let off = app.put(&format!("{path}/status")).json(&json!({"isActive": false})).send().await.expect(200);
    assert_eq!(off.json(), json!({"success": true}));
    let all = app.get(&format!("/calendars/groups?locationId={here}")).send().await.expect(200).json();
    assert_eq!(
        (&all["groups"][0]["isActive"], &all["groups"][0]["name"]),
        (&json!(false), &json!("Support"))
    );

    let inside = calendar(&app, json!({"groupId": made["group"]["id"]})).await;
    let gone = app.delete(&path).send().await.expect(200).json();
    assert_eq!(gone, json!({"success": true}));
    let left = app.get(&format!("/calendars/{inside}")).send().await.expect(200).json();
    assert_eq!(left["calendar"].get("groupId"), None);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn what_is_wrong_is_named_and_changes_nothing() {
    let app = TestApp::start().await;
    let here = app.agency.location.location_id().to_string();
    let body = json!({"locationId": here, "name": "Sales", "description": "", "slug": "sales"});
    let made = app.post("/calendars/groups").json(&body).send().await.expect(201).json();
    let path = format!("/calendars/groups/{}", made["group"]["id"].as_str().expect("an id"));
    let before = app.database.content().await;
    let mut said = Vec::new();
    for (method, path, body) in [
        ("POST", "/calendars/groups".to_owned(), json!({"isActive": 1, "colour": "red"})),
        ("PUT", path.clone(), json!({"name": " ", "isActive": true})),
        ("PUT", format!("{path}/status"), json!({})),
        ("POST", "/calendars/groups/validate-slug".to_owned(), json!({})),
    ] {
        let method: http::Method = method.parse().expect("a method");
        let answer = app.call(method, &path).json(&body).send().await.expect(422).json();
        said.push(answer["message"].clone());
    }
    insta::assert_json_snapshot!(said, @r#"
    [
      [
        "property colour should not exist",
        "isActive must be a boolean value",
        "name must be a string",
        "name should not be empty",
        "description must be a string",
        "slug must be a string",
        "slug should not be empty"
      ],
      [
        "property isActive should not exist",
        "name should not be empty",
        "description must be a string",
        "slug must be a string",
        "slug should not be empty"
      ],
      [
        "isActive must be a boolean value"
      ],
      [
        "slug must be a string",
        "slug should not be empty"
      ]
    ]
    "#);
    app.delete("/calendars/groups/aaaaaaaaaaaaaaaaaaaa").send().await.expect(400);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.put(&path).token(token).json(&json!({})).send().await.expect(403);
        app.delete(&path).token(token).send().await.expect(403);
    }
    assert_eq!(app.database.content().await, before);
}

/// A calendar that joins a group while it is deleted either came first, and is released, or finds no group.
#[tokio::test(flavor = "multi_thread")]
async fn no_calendar_joins_a_group_that_goes() {
    let app = crate::api::contacts::unlimited().await;
    let calendars = [calendar(&app, json!({})).await, calendar(&app, json!({})).await];
    for round in 0..20 {
        let body = json!({"name": "Sales", "description": "", "slug": format!("sales-{round}")});
        let made = app.post("/calendars/groups").json(&body).send().await.expect(201).json();
        let group = made["group"]["id"].as_str().expect("an id");
        let mut calls = JoinSet::new();
        for calendar in &calendars {
            let joining = app.put(&format!("/calendars/{calendar}")).json(&json!({"groupId": group}));
            calls.spawn(joining.send());
        }
        calls.spawn(app.delete(&format!("/calendars/groups/{group}")).send());
        let statuses: Vec<u16> = calls.join_all().await.iter().map(|answer| answer.status.as_u16()).collect();
        assert!(statuses.iter().all(|status| [200, 422].contains(status)), "{statuses:?}");
        for calendar in &calendars {
            let left = app.get(&format!("/calendars/{calendar}")).send().await.expect(200).json();
            assert_eq!(left["calendar"].get("groupId"), None, "round {round}");
        }
    }
}

//! Do not disturb: every channel in both versions' spelling, and `ContactDndUpdate`.

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{make, shown};

/// The channels as v2 spells them, as v3 does, and the status that each is given.
const CHANNELS: [(&str, &str, &str); 6] = [
    ("Call", "call", "active"),
    ("Email", "email", "permanent"),
    ("SMS", "sms", "inactive"),
    ("WhatsApp", "whatsApp", "active"),
    ("GMB", "gmb", "inactive"),
    ("FB", "fb", "active"),
];

fn settings(name: impl Fn(&(&'static str, &'static str, &'static str)) -> &'static str) -> Value {
    let setting = |status| json!({"status": status, "message": "m", "code": "101"});
    CHANNELS
        .iter()
        .map(|channel| (name(channel).to_owned(), setting(channel.2)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[tokio::test]
async fn every_channel_is_announced_under_its_v2_name_however_it_was_spelled() {
    for (version, written) in [("2021-07-28", settings(|c| c.0)), ("v3", settings(|c| c.1))] {
        let app = TestApp::start().await;
        let id = make(&app, json!({"firstName": "A"})).await;
        app.new_events().await;
        let path = format!("/contacts/{id}");
        let body = json!({"dnd": true, "dndSettings": written});
        app.put(&path).version(version).json(&body).send().await.expect(200);
        let events = app.new_events().await;
        let kinds: Vec<&str> = events.iter().map(|event| event.0.as_str()).collect();
        assert_eq!(kinds, ["ContactUpdate", "ContactDndUpdate"]);
        assert_eq!((&events[1].2["dnd"], &events[1].2["dndSettings"]), (&json!(true), &settings(|c| c.0)));
        assert_eq!(shown(&app, &id).await["dndSettings"], settings(|c| c.0));
        let v3 = app.get(&path).version("v3").send().await.expect(200).json();
        assert_eq!(v3["contact"]["dndSettings"], settings(|c| c.1));

        app.put(&path).version(version).json(&body).send().await.expect(200);
        assert!(app.new_events().await.is_empty());
    }
}

#[tokio::test]
async fn one_channel_changes_alone_and_is_found() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "A", "dndSettings": settings(|c| c.0)})).await;
    app.new_events().await;
    for (v2, v3, _) in CHANNELS {
        let body = json!({"dndSettings": {v3: {"status": "permanent"}}});
        app.put(&format!("/contacts/{id}")).version("v3").json(&body).send().await.expect(200);
        let events = app.new_events().await;
        let expected = if v2 == "Email" { "message and code are gone" } else { "another status" };
        assert_eq!(events.last().map(|event| event.0.as_str()), Some("ContactDndUpdate"), "{v2}: {expected}");
        let search = json!({"locationId": app.agency.location.location_id(), "pageLimit": 1,
            "filters": [{"field": format!("dndSettings.{v2}.status"), "operator": "eq", "value": "permanent"}]});
        assert_eq!(
            app.post("/contacts/search").json(&search).send().await.expect(200).json()["total"],
            1,
            "{v2}"
        );
    }
}

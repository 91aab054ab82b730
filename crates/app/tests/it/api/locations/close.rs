//! `DELETE /locations/{locationId}`

use leadhold_app::oauth::apps::Distribution;
use leadhold_store::params;
use leadhold_testkit::{Receiver, TestApp};
use serde_json::{Value, json};

use super::{body, path};
use crate::api::oauth;
use crate::api::workflows::{made, published};

leadhold_store::statements! {
    MARK across tenants "a test's location" = "update locations set deleted_at = 0 where id = $1";
}

fn gone(app: &TestApp) -> String {
    format!("{}?deleteTwilioAccount=false", path(app))
}

#[tokio::test]
async fn a_deleted_location_is_gone_for_everybody() {
    let app = TestApp::start().await;
    let answer = app.delete(&gone(&app)).token(&app.agency.token).send().await.expect(200).json();
    let id = app.agency.location.location_id();
    assert_eq!(answer, json!({"success": true, "message": format!("Deleted location with id: {id}")}));
    let refused = app.get(&path(&app)).send().await.expect(401).json();
    assert_eq!(refused["message"], "Invalid Private Integration token");
    app.get(&path(&app)).token(&app.agency.token).send().await.expect(403);
    let change = body(&app, json!({}));
    app.put(&path(&app)).token(&app.agency.token).json(&change).send().await.expect(403);
    app.delete(&gone(&app)).token(&app.agency.token).send().await.expect(403);
    let list = app.get("/locations/search").token(&app.agency.token).send().await.expect(200).json();
    let names: Vec<&Value> =
        list["locations"].as_array().expect("a list").iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["Second Location"]);
    let company = format!("/companies/{}", app.agency.company.company_id());
    let company = app.get(&company).token(&app.agency.token).send().await.expect(200).json();
    assert_eq!(company["company"]["locationCount"], 1);
    // The agency's other location does not notice.
    app.get("/contacts/?limit=1").token(&app.agency.second_token).send().await.expect(200);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn nothing_happens_at_a_deleted_location_any_more() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    let tell = json!({"method": "POST", "url": receiver.url, "customData": {}});
    let workflow = made(&app, &published(json!({
        "name": "Later",
        "triggers": [{"id": "hook", "type": "inbound_webhook"}, {"id": "made", "type": "contact_created"}],
        "steps": [
            {"id": "rest", "type": "wait", "next": "tell", "attributes": {"for": {"value": 1, "unit": "days"}}},
            {"id": "tell", "type": "webhook", "attributes": tell},
        ],
    })))
    .await;
    let hooks = crate::api::hooks::paths(&workflow);
    app.post(&hooks[0]).token("").json(&json!({"n": 1})).send().await.expect(200);
    app.run_until_idle().await; // the run waits
    app.post("/contacts/").json(&json!({"firstName": "A"})).send().await.expect(201); // an event nobody has seen yet
    app.delete(&gone(&app)).token(&app.agency.token).send().await.expect(200);
    for hook in &hooks {
        let answer = app.post(hook).token("").json(&json!({"n": 2})).send().await.expect(200).json();
        assert!(answer.get("id").is_none(), "hooks never tell, and this one took nothing: {answer}");
    }
    app.clock.advance(2 * 86_400_000);
    app.run_until_idle().await;
    assert!(receiver.requests().is_empty());
    let health = app.get("/leadhold/v1/health").send().await.expect(200).json();
    assert_eq!(health["waiting"]["events"], 0, "{health}");
    assert!(app.jobs().await.is_empty());
}

#[tokio::test]
async fn people_lose_their_way_to_it_and_stay() {
    let app = TestApp::start().await;
    let locations = [&app.agency.location, &app.agency.second].map(|here| here.location_id().to_string());
    let user = json!({
        "companyId": app.agency.company.company_id(), "firstName": "A", "lastName": "B", "email": "a@example.com",
        "password": "correct horse", "type": "account", "role": "user", "locationIds": locations,
    });
    let user = app.post("/users/").token(&app.agency.token).json(&user).send().await.expect(201).json();
    app.delete(&gone(&app)).token(&app.agency.token).send().await.expect(200);
    let path = format!("/users/{}", user["id"].as_str().expect("an id"));
    let left = app.get(&path).token(&app.agency.token).send().await.expect(200).json();
    assert_eq!(left["roles"]["locationIds"], json!([locations[1]]));
}

#[tokio::test]
async fn deleting_one_is_the_agencys_and_has_to_say_what_becomes_of_twilio() {
    let app = TestApp::start().await;
    let before = app.database.content().await;
    app.delete(&gone(&app)).send().await.expect(403);
    app.delete(&gone(&app)).token(&app.other.token).send().await.expect(403);
    app.delete("/locations/nobody00000000000000?deleteTwilioAccount=true")
        .token(&app.agency.token)
        .send()
        .await
        .expect(403);
    for query in ["", "?deleteTwilioAccount=maybe", "?deleteTwilioAccount="] {
        let refused = app.delete(&format!("{}{query}", path(&app))).token(&app.agency.token).send().await;
        let refused = refused.expect(422).json();
        assert_eq!(refused["message"], json!(["deleteTwilioAccount must be a boolean value"]), "{query}");
    }
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn its_apps_are_uninstalled_and_their_tokens_end() {
    let app = TestApp::start().await;
    let partner = oauth::partner(&app, Distribution::Both).await;
    let tokens = oauth::install(&app, &partner, oauth::one_location(&app)).await;
    let [access, refresh] =
        ["access_token", "refresh_token"].map(|name| oauth::text(&tokens, name).to_owned());
    app.get("/contacts/?limit=1").token(&access).send().await.expect(200);
    app.new_events().await;
    app.delete(&gone(&app)).token(&app.agency.token).send().await.expect(200);
    assert_eq!(app.new_event_kinds().await, ["UNINSTALL"]);
    app.get("/contacts/?limit=1").token(&access).send().await.expect(401);
    let refused = oauth::refresh(&app, &partner, &refresh).await;
    assert!([400, 401].contains(&refused.status.as_u16()), "{}", refused.json());
}

/// They may be made while the location is deleted, and so not be among those that end with it.
#[tokio::test]
async fn credentials_of_a_deleted_location_are_refused_for_its_mark_alone() {
    let app = TestApp::start().await;
    let partner = oauth::partner(&app, Distribution::Both).await;
    let tokens = oauth::install(&app, &partner, oauth::one_location(&app)).await;
    let bearers = [oauth::text(&tokens, "access_token"), app.agency.location_token.as_str()];
    for bearer in bearers {
        app.get("/contacts/?limit=1").token(bearer).send().await.expect(200);
    }
    let here = app.agency.location.location_id().clone();
    app.write(move |tx, _| Ok(tx.exec(MARK, params![&here]).map(drop)?)).await;
    for bearer in bearers {
        app.get("/contacts/?limit=1").token(bearer).send().await.expect(401);
    }
    oauth::refresh(&app, &partner, oauth::text(&tokens, "refresh_token")).await.expect(400);
}

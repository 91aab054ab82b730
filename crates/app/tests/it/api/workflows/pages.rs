//! `/developer/workflows`: the list, a workflow, a run, and trying.

use leadhold_app::users::{Role, Type};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{made, path_of, published};
use crate::api::portal::{admin, seen, send, unescaped};

const PAGE: &str = "/developer/workflows";

#[track_caller]
fn has(shown: &str, parts: &[&str]) {
    for part in parts {
        assert!(shown.contains(part), "{part} is missing in {shown}");
    }
}

fn definition() -> Value {
    json!({
        "name": "New <leads>",
        "triggers": [{"id": "new", "type": "inbound_webhook",
                      "filters": [{"field": "inboundWebhookRequest.email", "operator": "is_not_empty"}]}],
        "steps": [
            {"id": "save", "type": "create_update_contact", "next": "rest",
             "attributes": {"fields": {"email": "{{inboundWebhookRequest.email}}"}}},
            {"id": "rest", "type": "wait", "attributes": {"for": {"value": 1, "unit": "days"}}, "next": "tag"},
            {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["{{inboundWebhookRequest.tag}}"]}}
        ],
    })
}

#[tokio::test]
async fn only_an_agencys_administrator_sees_them() {
    let app = TestApp::start().await;
    let workflow = made(&app, &definition()).await;
    let own = format!("{PAGE}/{}", workflow["id"].as_str().unwrap());
    let answer = app.get(PAGE).token("").send().await.expect(303);
    assert_eq!(answer.header("location"), "/login?next=%2Fdeveloper%2Fworkflows");
    let person = app.person(&app.agency, Type::Account, Role::Admin, &[&app.agency.location]).await;
    let session = app.sign_in(&person).await;
    let run = format!("{own}/runs/aaaaaaaaaaaaaaaaaaaa");
    for path in [PAGE, &own, &format!("{own}/dry-run"), &run] {
        seen(&app, &session, path, 403).await;
    }
    let stranger = app.person(&app.other, Type::Agency, Role::Admin, &[]).await;
    let stranger = app.sign_in(&stranger).await;
    for path in [&own, &format!("{own}/dry-run"), &run] {
        seen(&app, &stranger, path, 404).await;
    }
    send(&app, &stranger, &format!("{own}/dry-run"), &[]).await.expect(404);
    send(&app, &stranger, &run, &[]).await.expect(404);
    let foreign = format!("{PAGE}?locationId={}", app.agency.location.location_id());
    seen(&app, &stranger, &foreign, 403).await;
    assert!(seen(&app, &stranger, PAGE, 200).await.contains("This location has no workflow yet"));
}

#[tokio::test]
async fn a_workflow_is_drawn_with_its_counters_and_its_runs_are_told_and_replayed() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let workflow = made(&app, &published(definition())).await;
    let id = workflow["id"].as_str().unwrap();
    let list = format!("{PAGE}?locationId={}", app.agency.location.location_id());
    has(&seen(&app, &who, &list, 200).await, &["New &lt;leads&gt;", ">published</span>"]);
    let own = format!("{PAGE}/{id}");
    has(&seen(&app, &who, &own, 200).await, &["It has not run yet", "<svg", ">rest</text>", "aria-label"]);

    let hook = workflow["inboundHookPath"].as_str().expect("a hook");
    app.post(hook).token("").json(&json!({"email": "ada@example.com", "tag": ""})).send().await.expect(200);
    app.run_until_idle().await;
    let shown = seen(&app, &who, &own, 200).await;
    has(
        &shown,
        &["All filters held, and a run began.", "<code>inboundWebhookRequest.email</code> is_not_empty"],
    );
    has(&shown, &["1 runs began: 1 go on", "1 wait</text>", ">sleeping</span>", "until 2026-01-16 10:00"]);
    let runs = app.get(&format!("{}/runs", path_of(&workflow))).send().await.expect(200).json();
    let run = format!("{own}/runs/{}", runs["runs"][0]["id"].as_str().unwrap());
    assert!(shown.contains(&run));
    has(&seen(&app, &who, &format!("{own}?stepId=rest"), 200).await, &[&run]);
    has(&seen(&app, &who, &format!("{own}?status=failed"), 200).await, &["No run matches"]);
    let shown = seen(&app, &who, &run, 200).await;
    has(&shown, &["Waits at", "\"email\": \"ada@example.com\"", "create_update_contact"]);
    assert!(!shown.contains("Replay from"), "it goes on");
    let refused = send(&app, &who, &run, &[("from", "")]).await.expect(409);
    has(&unescaped(&refused), &["The run goes on"]);

    app.clock.advance(86_400_000);
    app.run_until_idle().await;
    let who = admin(&app).await; // the session is over, too
    has(&seen(&app, &who, &run, 200).await, &["Every tag of this step came out empty", "Replay from"]);
    let refused = send(&app, &who, &run, &[("from", "gone")]).await.expect(422);
    has(&unescaped(&refused), &["has no `gone`"]);
    let begun = send(&app, &who, &run, &[("from", "tag")]).await.expect(303);
    let replay = begun.header("location").to_owned();
    has(&seen(&app, &who, &replay, 200).await, &["It began.", "Replays", " from <code>tag</code>"]);
    has(&seen(&app, &who, &run, 200).await, &["Replayed by"]);
}

#[tokio::test]
async fn a_workflow_is_tried_in_a_form() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let workflow = made(&app, &published(definition())).await;
    let path = format!("{PAGE}/{}/dry-run", workflow["id"].as_str().unwrap());
    has(&seen(&app, &who, &path, 200).await, &["new (inbound_webhook)", "value=\"7d\""]);
    let fields =
        [("trigger", "new"), ("for", "7d"), ("data", "{\"email\": \"ada@example.com\", \"tag\": \"x\"}")];
    let told = unescaped(&send(&app, &who, &path, &fields).await.expect(200));
    has(
        &told,
        &[
            "fits</span>",
            "inboundWebhookRequest.email",
            "What would happen",
            "The run would be over: finished",
        ],
    );
    let told = unescaped(&send(&app, &who, &path, &[("data", "{}")]).await.expect(200));
    has(&told, &["does not fit", "The workflow would not start"]);
    let faulty =
        [("for", "soon"), ("data", "{"), ("events", "[{}]"), ("contactId", "nobody"), ("email", "a@b.c")];
    let told = unescaped(&send(&app, &who, &path, &faulty).await.expect(422));
    has(
        &told,
        &["data is no JSON", "for must be a span", "events.0.at must say", "contact must not be there"],
    );
    let runs = app.get(&format!("{}/runs", path_of(&workflow))).send().await.expect(200).json();
    assert_eq!(runs["runs"], json!([]));
}

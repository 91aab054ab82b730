//! `/leadhold/v1/apps/{appId}/listeners`: deliveries that a developer's machine asks for.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leadhold_app::webhooks::FORGOTTEN;
use leadhold_outbound::verify;
use leadhold_testkit::{Answer, TestApp};

use super::*;

struct Machine<'a> {
    app: &'a TestApp,
    path: String,
}

impl Machine<'_> {
    /// The app's listener `laptop`, for `events`.
    async fn begin<'a>(app: &'a TestApp, registered: &Registered, events: Value) -> Machine<'a> {
        let path = format!("/leadhold/v1/apps/{}/listeners/laptop", registered.app_id);
        app.put(&path).token(&app.agency.token).json(&events).send().await.expect(200);
        Machine { app, path }
    }

    async fn asked(&self) -> Vec<Value> {
        let call = self.app.get(&format!("{}/deliveries", self.path)).token(&self.app.agency.token);
        call.send().await.expect(200).json()["deliveries"].as_array().expect("a list").clone()
    }

    async fn report(&self, attempts: Value) -> Answer {
        let call = self.app.post(&format!("{}/attempts", self.path)).token(&self.app.agency.token);
        call.json(&json!({"attempts": attempts})).send().await
    }
}

async fn installed(app: &TestApp) -> Registered {
    let registered = register(app, Kinds::Only(Vec::new()), "http://127.0.0.1:9/").await;
    install(app, &registered, Place::Location(app.agency.location.clone()), "*").await;
    app.run_until_idle().await; // who listens from now on hears nothing of the install
    registered
}

#[tokio::test]
async fn a_delivery_is_handed_out_until_its_outcome_is_reported() {
    let app = TestApp::start().await;
    let registered = installed(&app).await;
    let machine = Machine::begin(&app, &registered, json!({})).await;
    app.run_until_idle().await;
    let event = create_contact(&app).await;
    let [one] = &machine.asked().await[..] else { panic!("one is due") };
    assert_eq!(
        (one["type"].as_str(), one["webhookId"].as_str()),
        (Some("ContactCreate"), Some(event.id.as_str()))
    );
    let body = STANDARD.decode(one["bodyBase64"].as_str().unwrap()).unwrap();
    let key = app.app.world.keys.public().ed25519.pem();
    assert!(verify(&key, &body, one["headers"]["x-ghl-signature"].as_str().unwrap()));
    let signed = [
        format!("{}.{}.", event.id, one["headers"]["webhook-timestamp"].as_str().unwrap()).as_bytes(),
        &body,
    ]
    .concat();
    let standard =
        one["headers"]["webhook-signature"].as_str().unwrap().trim_start_matches("v1a,").to_owned();
    assert!(verify(&key, &signed, &standard));
    assert_eq!(machine.asked().await.len(), 1, "again, since nothing was reported");

    let done = json!([{"deliveryId": one["id"], "number": 1, "status": 204, "tookMillis": 12}]);
    assert_eq!(machine.report(done.clone()).await.expect(200).json(), json!({"recorded": 1}));
    assert_eq!(machine.report(done).await.expect(200).json(), json!({"recorded": 0}), "once");
    assert_eq!(machine.asked().await.len(), 0);
    let logged = newest(&app).await;
    assert_eq!((&logged["state"], &logged["url"]), (&json!("delivered"), &json!("listen:laptop")));
    assert_eq!(
        (&logged["attempts"][0]["status"], &logged["attempts"][0]["tookMillis"]),
        (&json!(204), &json!(12))
    );
}

#[tokio::test]
async fn a_failure_is_tried_again_by_the_schedule_or_given_up() {
    let app = TestApp::start().await;
    let registered = installed(&app).await;
    let machine = Machine::begin(&app, &registered, json!({"events": ["ContactCreate"]})).await;
    create_contact(&app).await;
    let id = machine.asked().await[0]["id"].clone();
    machine.report(json!([{"deliveryId": id, "number": 1, "error": "connection refused"}])).await.expect(200);
    assert_eq!(machine.asked().await.len(), 0, "not yet");
    app.clock.advance(6_000);
    let again = machine.asked().await;
    assert_eq!((&again[0]["id"], &again[0]["number"]), (&id, &json!(2)));
    machine.report(json!([{"deliveryId": id, "number": 2, "status": 500, "giveUp": true}])).await.expect(200);
    app.clock.advance(100 * 3_600_000);
    assert_eq!(machine.asked().await.len(), 0);
    assert_eq!(newest(&app).await["state"], "dead");
}

#[tokio::test]
async fn it_hears_what_it_chose_in_order_and_another_machine_too() {
    let app = TestApp::start().await;
    let registered = installed(&app).await;
    let machine = Machine::begin(&app, &registered, json!({"events": ["ContactCreate"]})).await;
    let other = format!("/leadhold/v1/apps/{}/listeners/desk", registered.app_id);
    app.put(&other)
        .token(&app.agency.token)
        .json(&json!({"events": ["ContactDelete"]}))
        .send()
        .await
        .expect(200);
    let mut events = Vec::new();
    for _ in 0..5 {
        events.push(create_contact(&app).await.id.to_string());
    }
    let heard: Vec<_> =
        machine.asked().await.iter().map(|one| one["webhookId"].as_str().unwrap().to_owned()).collect();
    assert_eq!(heard, events);
    let list = format!("/leadhold/v1/apps/{}/listeners", registered.app_id);
    let list = app.get(&list).token(&app.agency.token).send().await.expect(200).json();
    let shown: Vec<_> = list["listeners"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].clone(), one["waiting"].clone()))
        .collect();
    assert_eq!(shown, [(json!("desk"), json!(0)), (json!("laptop"), json!(5))]);
    let deleted = app.delete(&machine.path).token(&app.agency.token).send().await.expect(200).json();
    assert_eq!(deleted, json!({"succeeded": true}));
    app.get(&format!("{}/deliveries", machine.path)).token(&app.agency.token).send().await.expect(404);
    assert_eq!(app.database.content().await["listener_deliveries"].len(), 0, "with what waited");
}

#[tokio::test]
async fn one_that_does_not_ask_for_a_week_is_forgotten() {
    let app = TestApp::start().await;
    let registered = installed(&app).await;
    let machine = Machine::begin(&app, &registered, json!({"events": ["ContactCreate"]})).await;
    create_contact(&app).await;
    app.clock.advance(FORGOTTEN + 1);
    create_contact(&app).await;
    let content = app.database.content().await;
    assert_eq!(
        content["listeners"].len()
            + content["listener_deliveries"].len()
            + content["webhook_deliveries"].len(),
        0
    );
    app.get(&format!("{}/deliveries", machine.path)).token(&app.agency.token).send().await.expect(404);
}

#[tokio::test]
async fn what_is_faulty_or_anothers_is_refused() {
    let app = TestApp::start().await;
    let registered = installed(&app).await;
    let machine = Machine::begin(&app, &registered, json!({})).await;
    let put = |path: String, body: Value| app.put(&path).token(&app.agency.token).json(&body);
    put(machine.path.clone(), json!({"events": ["Nothing"]})).send().await.expect(422);
    put(machine.path.clone(), json!({"events": []})).send().await.expect(422);
    put(machine.path.replace("laptop", "a%20b"), json!({})).send().await.expect(422);
    let refused = machine.report(json!([{"number": 0}])).await.expect(422).json();
    assert!(refused["message"].as_array().unwrap().len() >= 3, "{refused}");
    machine.report(json!([])).await.expect(422);
    assert_eq!(
        machine
            .report(json!([{"deliveryId": "nobody", "number": 1, "status": 200}]))
            .await
            .expect(200)
            .json(),
        json!({"recorded": 0})
    );
    for path in [machine.path.clone(), format!("{}/deliveries", machine.path)] {
        let call =
            if path.ends_with("deliveries") { app.get(&path) } else { app.put(&path).json(&json!({})) };
        call.token(&app.other.token).send().await.expect(404);
    }
    app.get(&format!("{}/deliveries", machine.path)).send().await.expect(403);
    app.get(&format!("{}/deliveries?wait=21", machine.path))
        .token(&app.agency.token)
        .send()
        .await
        .expect(422);
}

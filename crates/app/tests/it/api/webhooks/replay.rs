//! `POST /leadhold/v1/webhooks/deliveries/{deliveryId}/replay`, `POST …/deliveries/replay` and `GET …/replays/{replayId}`.

use leadhold_app::oauth::apps::Distribution;
use leadhold_testkit::{Receiver, TestApp};

use super::super::oauth;
use super::*;

const LIST: &str = "/leadhold/v1/webhooks/deliveries";

fn replay_of(delivery: &Value) -> String {
    format!("{LIST}/{}/replay", delivery["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn a_delivered_one_is_sent_again_with_the_same_bytes() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    create_contact(&app).await;
    let before = newest(&app).await;
    assert_eq!(before["state"], "delivered");
    app.clock.advance(1000);
    let answer = app.post(&replay_of(&before)).send().await.expect(202).json();
    assert_eq!((&answer["state"], &answer["replays"]), (&json!("pending"), &json!(1)));
    assert_eq!(answer["webhookId"], before["webhookId"]);
    app.run_until_idle().await;
    let [first, second] = &receiver.requests()[..] else { panic!("{:?}", receiver.requests()) };
    assert_eq!(first.body, second.body);
    let after = newest(&app).await;
    assert_eq!((&after["state"], &after["attemptCount"]), (&json!("delivered"), &json!(2)));
    let shown: Vec<_> = after["attempts"].as_array().unwrap().iter().map(|a| a["replay"].clone()).collect();
    assert_eq!(shown, [0, 1]);
    let lines = app.get("/leadhold/v1/audit").token(&app.agency.token).send().await.expect(200).json();
    let deeds: Vec<_> = lines["entries"].as_array().unwrap().iter().map(|line| &line["action"]).collect();
    assert!(deeds.contains(&&json!("webhooks.delivery.replayed")), "{lines}");
}

#[tokio::test]
async fn a_dead_one_begins_its_schedule_anew() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    (0..12).for_each(|_| receiver.answer_next(500));
    create_contact(&app).await;
    use_up(&app).await;
    let dead = newest(&app).await;
    assert_eq!((&dead["state"], &dead["attemptCount"]), (&json!("dead"), &json!(10)));
    app.post(&replay_of(&dead)).send().await.expect(202);
    app.run_until_idle().await;
    let failed = newest(&app).await;
    assert_eq!(
        (&failed["state"], &failed["attemptCount"]),
        (&json!("pending"), &json!(11)),
        "not dead at once"
    );
    app.clock.advance(60_000);
    app.run_until_idle().await;
    app.clock.advance(600_000);
    app.run_until_idle().await;
    assert_eq!(newest(&app).await["state"], "delivered");
    assert_eq!(receiver.requests().len(), 13);
}

#[tokio::test]
async fn a_pending_one_is_sent_at_once_and_only_once() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    receiver.answer_next(500);
    create_contact(&app).await;
    let pending = newest(&app).await;
    assert_eq!(pending["state"], "pending");
    for _ in 0..2 {
        app.post(&replay_of(&pending)).send().await.expect(202);
    }
    app.run_until_idle().await;
    assert_eq!((receiver.requests().len(), newest(&app).await["state"].clone()), (2, json!("delivered")));
    app.clock.advance(3 * 86_400_000);
    app.run_until_idle().await;
    assert_eq!(receiver.requests().len(), 2, "the job of the first round found nothing to send");
    assert!(app.jobs().await.is_empty());
}

#[tokio::test]
async fn a_key_replays_once() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    create_contact(&app).await;
    let path = replay_of(&newest(&app).await);
    for _ in 0..3 {
        app.post(&path).header("idempotency-key", "once").send().await.expect(202);
        app.run_until_idle().await;
    }
    assert_eq!(receiver.requests().len(), 2);
}

#[tokio::test]
async fn nothing_is_sent_to_who_is_gone() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let registered = listen(&app, &receiver.url).await;
    create_contact(&app).await;
    let delivery = newest(&app).await;
    let (id, here) = (registered.app_id.clone(), app.agency.location.clone());
    app.write(move |tx, cx| {
        marketplace::uninstall(tx, cx, &Place::Location(here.clone()), &id, None).map(drop)
    })
    .await;
    let refused = app.post(&replay_of(&delivery)).send().await.expect(422).json();
    assert_eq!(refused["message"], json!(["The app is not installed here any more."]));
    let many = app.post(&format!("{LIST}/replay")).json(&json!({ "state": "delivered" })).send().await;
    let many = many.expect(202).json();
    assert_eq!((&many["replay"]["replayed"], &many["replay"]["gone"]), (&json!(0), &json!(1)));
    app.run_until_idle().await;
    assert_eq!(receiver.requests().len(), 1);
    let nobody = app.post(&format!("{LIST}/DeLiVeRy000000000001/replay")).send().await.expect(404).json();
    assert_eq!(nobody["message"], "There is no delivery with id DeLiVeRy000000000001 here.");
}

#[tokio::test]
async fn many_are_replayed_in_steps_whose_progress_can_be_read() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    let here = app.agency.location.clone();
    for _ in 0..250 {
        happen(&app, EventKind::ContactCreate, &here, json!({})).await;
    }
    app.run_until_idle().await;
    app.clock.advance(1000);
    happen(&app, EventKind::NoteCreate, &here, json!({})).await;
    app.run_until_idle().await;
    assert_eq!(receiver.requests().len(), 251);

    let ask = json!({ "type": "ContactCreate", "from": "2026-01-15T10:00:00Z" });
    let begun = app.post(&format!("{LIST}/replay")).json(&ask).send().await.expect(202).json();
    insta::assert_json_snapshot!(begun, { ".replay.id" => "[replay]", ".replay.url" => "[url]" }, @r#"
    {
      "replay": {
        "id": "[replay]",
        "state": "running",
        "filter": {
          "type": "ContactCreate",
          "from": "2026-01-15T10:00:00.000Z"
        },
        "replayed": 200,
        "gone": 0,
        "createdAt": "2026-01-15T10:00:01.000Z",
        "finishedAt": null,
        "url": "[url]"
      }
    }
    "#);
    let path = begun["replay"]["url"].as_str().unwrap();
    app.run_until_idle().await;
    let done = app.get(path).send().await.expect(200).json();
    let (state, count) = (&done["replay"]["state"], &done["replay"]["replayed"]);
    assert_eq!((state, count), (&json!("done"), &json!(250)));
    assert_eq!(receiver.requests().len(), 501);

    for stranger in [&app.agency.second_token, &app.agency.token, &app.other.location_token, &app.other.token]
    {
        app.get(path).token(stranger).send().await.expect(404);
    }
    app.get("/leadhold/v1/webhooks/replays/nobody").send().await.expect(404);
}

#[tokio::test]
async fn to_replay_everything_one_has_to_say_so() {
    let app = TestApp::start().await;
    let refused = app.post(&format!("{LIST}/replay")).json(&json!({})).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "filter must name at least one of: state, type, appId, subscriptionId, recordId, webhookId, from, to"
    ]
    "#);
    let ask = json!({ "state": "lost", "typ": "ContactCreate" });
    let refused = app.post(&format!("{LIST}/replay")).json(&ask).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property typ should not exist",
      "state must be one of: pending, delivered, dead, held"
    ]
    "#);
}

#[tokio::test]
async fn an_app_replays_its_own_and_no_other_apps() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let partner = oauth::partner(&app, Distribution::Both).await;
    listen(&app, &receiver.url).await;
    let token = oauth::install(&app, &partner, oauth::one_location(&app)).await;
    let bearer = oauth::text(&token, "access_token");
    create_contact(&app).await;
    app.post(&replay_of(&newest(&app).await)).token(bearer).send().await.expect(404);
    let many = app.post(&format!("{LIST}/replay")).token(bearer).json(&json!({ "state": "delivered" }));
    assert_eq!(many.send().await.expect(202).json()["replay"]["replayed"], 0);
    app.run_until_idle().await;
    assert_eq!(receiver.requests().len(), 1);
}

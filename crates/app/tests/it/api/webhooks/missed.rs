//! `GET /leadhold/v1/events`.

use std::sync::mpsc;

use leadhold_app::Config;
use leadhold_app::oauth::apps::Distribution;
use leadhold_app::tokens::{self, Kind, Owner};
use leadhold_testkit::{Receiver, TestApp};

use super::super::oauth;
use super::*;

const EVENTS: &str = "/leadhold/v1/events";

async fn poll(app: &TestApp, token: &str, query: &str) -> Value {
    app.get(&format!("{EVENTS}?{query}")).token(token).send().await.expect(200).json()
}

fn kinds(page: &Value) -> Vec<String> {
    let events = page["events"].as_array().expect("a list").iter();
    events.map(|event| event["body"]["type"].as_str().expect("a type").to_owned()).collect()
}

/// What this token polls from `after` on until there is nothing more, in pages of `limit`.
async fn all(app: &TestApp, token: &str, after: &str, limit: usize) -> (Vec<String>, String) {
    let (mut seen, mut after) = (Vec::new(), after.to_owned());
    loop {
        let page = poll(app, token, &format!("after={after}&limit={limit}")).await;
        seen.extend(kinds(&page));
        after = page["next"].as_str().expect("a cursor").to_owned();
        if page["more"] == false {
            return (seen, after);
        }
    }
}

#[tokio::test]
async fn a_poller_reads_each_event_once_and_oldest_first() {
    let app = TestApp::start().await;
    let (token, here) = (&app.agency.location_token, app.agency.location.clone());
    let nothing = poll(&app, token, "").await;
    assert_eq!((&nothing["events"], &nothing["more"]), (&json!([]), &json!(false)));
    let start = nothing["next"].as_str().unwrap().to_owned();

    let order =
        [EventKind::ContactCreate, EventKind::NoteCreate, EventKind::ContactUpdate, EventKind::TaskCreate];
    for kind in order {
        happen(&app, kind, &here, json!({ "id": "CoNtAcT0000000000001" })).await;
        happen(&app, kind, &app.agency.second, json!({})).await;
        app.clock.advance(1);
    }
    happen(&app, EventKind::InboundWebhook, &here, json!({ "secret": "1" })).await;
    app.run_until_idle().await;
    let names: Vec<_> = order.iter().map(|kind| kind.name().to_owned()).collect();
    for limit in [1, 2, 3, 100] {
        assert_eq!(all(&app, token, &start, limit).await.0, names, "in pages of {limit}");
    }
    let (_, next) = all(&app, token, &start, 2).await;
    assert_eq!(all(&app, token, &next, 2).await, (Vec::new(), next.clone()));
    happen(&app, EventKind::ContactDelete, &here, json!({})).await;
    app.run_until_idle().await;
    assert_eq!(all(&app, token, &next, 2).await.0, ["ContactDelete"]);
    assert_eq!(kinds(&poll(&app, token, "types=NoteCreate,TaskCreate").await), ["NoteCreate", "TaskCreate"]);
    assert_eq!(kinds(&poll(&app, &app.agency.token, "").await), [""; 0], "an agency reads its own events");
}

#[tokio::test]
async fn an_app_reads_what_it_would_have_been_told_since_it_is_here() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    create_contact(&app).await;
    app.clock.advance(1000);
    let partner = oauth::partner(&app, Distribution::Both).await;
    let (id, url) = (partner.app_id.clone(), receiver.url.clone());
    app.write(move |tx, cx| apps::subscribe(tx, cx, &id, &Kinds::All, &url).map(drop)).await;
    let stranger = register(&app, Kinds::All, "http://127.0.0.1:9/").await;
    install(&app, &stranger, Place::Location(app.agency.location.clone()), "*").await;
    let token = oauth::install(&app, &partner, oauth::one_location(&app)).await;
    let bearer = oauth::text(&token, "access_token");
    app.clock.advance(1000);
    create_contact(&app).await;
    happen(&app, EventKind::InvoicePaid, &app.agency.location, json!({})).await;
    app.run_until_idle().await;
    let page = poll(&app, bearer, "").await;
    assert_eq!(
        kinds(&page),
        ["INSTALL", "ContactCreate"],
        "not the other app's, not what was before, not invoices"
    );
    let bodies: Vec<_> = receiver.requests().iter().map(leadhold_testkit::Received::json).collect();
    assert_eq!(page["events"][1]["body"], bodies[0], "what the webhook carried");
    assert_eq!(page["events"][0]["body"]["appId"], partner.app_id.as_str());
    insta::assert_json_snapshot!(page["events"][1], {
        ".cursor" => "[cursor]", ".body.locationId" => "[location]", ".body.companyId" => "[company]",
        ".body.appId" => "[app]", ".body.versionId" => "[version]", ".body.webhookId" => "[event]",
    }, @r#"
    {
      "cursor": "[cursor]",
      "body": {
        "type": "ContactCreate",
        "locationId": "[location]",
        "companyId": "[company]",
        "appId": "[app]",
        "versionId": "[version]",
        "timestamp": "2026-01-15T10:00:02.000Z",
        "webhookId": "[event]",
        "sequence": 4,
        "id": "CoNtAcT0000000000001",
        "firstName": "Zoë",
        "tags": [
          "lead"
        ]
      }
    }
    "#);
}

#[tokio::test]
async fn who_may_not_read_a_record_reads_no_event_of_it() {
    let app = TestApp::start().await;
    create_contact(&app).await;
    let here = Owner::Location(app.agency.location.clone());
    let narrow = app
        .write(move |tx, cx| {
            let scopes = ScopeSet::parse("calendars.readonly").unwrap();
            tokens::create(tx, cx, &here, Kind::Private, "narrow", scopes)
        })
        .await;
    assert_eq!(poll(&app, &narrow.secret, "").await["events"], json!([]));
    let foreign = format!("{EVENTS}?locationId={}", app.agency.location.location_id());
    app.get(&foreign).token(&app.agency.second_token).send().await.expect(403);
    app.get(&foreign).token(&app.other.token).send().await.expect(403);
    app.get(EVENTS).token("").send().await.expect(401);
    let faulty =
        app.get(&format!("{EVENTS}?after=x&limit=101&types=Nothing")).send().await.expect(422).json();
    insta::assert_json_snapshot!(faulty["message"], @r#"
    [
      "after must be the `next` of an earlier answer",
      "limit must not be greater than 100",
      "types must not contain Nothing, which is no event that webhooks carry"
    ]
    "#);
}

/// A reader on PostgreSQL sees a transaction that began late before one that began early: the later place is the early one's.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_whose_transaction_ends_late_is_not_passed_over() {
    let app = TestApp::start().await;
    if !app.database.is_postgres() {
        return; // one writer: transactions do not overlap
    }
    let (token, here) = (&app.agency.location_token, app.agency.location.clone());
    let (_, start) = all(&app, token, "0", 100).await;
    let (store, cx) = (app.app.world.store.clone(), app.app.world.cx());
    let (begun, has_begun) = mpsc::channel::<()>();
    let (end, may_end) = mpsc::channel::<()>();
    let (place, may_end) = (here.clone(), std::sync::Mutex::new(may_end));
    let mut long = tokio::task::JoinSet::new();
    long.spawn(async move {
        store
            .write(move |tx| {
                outbox::append(tx, &place.event(&cx, EventKind::NoteCreate, "early", json!({})))?;
                begun.send(()).expect("somebody waits");
                may_end.lock().expect("no panic").recv().expect("somebody lets it end");
                Ok::<_, leadhold_store::DbError>(())
            })
            .await
    });
    tokio::task::spawn_blocking(move || has_begun.recv()).await.unwrap().unwrap();
    happen(&app, EventKind::ContactCreate, &here, json!({})).await;
    app.run_until_idle().await;
    let (seen, next) = all(&app, token, &start, 100).await;
    assert_eq!(seen, ["ContactCreate"]);
    end.send(()).unwrap();
    long.join_next().await.unwrap().unwrap().unwrap();
    app.run_until_idle().await;
    assert_eq!(
        all(&app, token, &next, 100).await.0,
        ["NoteCreate"],
        "its number is lower and its place is higher"
    );
    assert_eq!(all(&app, token, &start, 100).await.0, ["ContactCreate", "NoteCreate"]);
}

/// Writers, two relays and a reader at once: the reader, who only ever asks for what is behind its cursor, misses nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_beside_many_writers_misses_nothing() {
    const EACH: usize = 25;
    let app = TestApp::with(Config { rate_limit: false, ..Config::default() }).await;
    let (token, here) = (&app.agency.location_token, app.agency.location.clone());
    let (_, mut after) = all(&app, token, "0", 100).await;
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (world, here) = (app.app.world.clone(), here.clone());
        writers.spawn(async move {
            for turn in 0..EACH {
                let (cx, here) = (world.cx(), here.clone());
                let event = here.event(&cx, EventKind::ContactUpdate, "x", json!({ "turn": turn }));
                world.store.write(move |tx| outbox::append(tx, &event)).await.expect("the event is appended");
            }
        });
    }
    for _ in 0..2 {
        let queue = app.app.queue.clone();
        writers.spawn(async move {
            for _ in 0..40 {
                queue.run_until_idle().await.expect("the queue runs");
                tokio::task::yield_now().await;
            }
        });
    }
    let mut seen = Vec::new();
    let mut ids = std::collections::HashSet::new();
    loop {
        let over = writers.is_empty();
        while writers.try_join_next().is_some() {}
        if over {
            app.run_until_idle().await;
        }
        let page = poll(&app, token, &format!("after={after}&limit=7")).await;
        seen.extend(kinds(&page));
        ids.extend(
            page["events"].as_array().unwrap().iter().map(|event| event["body"]["webhookId"].to_string()),
        );
        after = page["next"].as_str().unwrap().to_owned();
        if over && page["events"] == json!([]) {
            break;
        }
    }
    assert_eq!((seen.len(), ids.len()), (8 * EACH, 8 * EACH), "each once");
}

#[tokio::test]
async fn what_is_old_is_forgotten_and_what_is_pending_is_not() {
    const DAY: i64 = 86_400_000;
    let (app, good, bad) = (TestApp::start().await, Receiver::start().await, Receiver::start().await);
    let token = &app.agency.location_token;
    let (_, start) = all(&app, token, "0", 100).await;
    listen(&app, &good.url).await;
    listen(&app, &bad.url).await;
    bad.answer_next(500);
    create_contact(&app).await;
    let world = &app.app.world;
    let none = webhooks::Pruned::default();
    assert_eq!(webhooks::prune(world, 30).await, Ok(none));
    app.clock.advance(31 * DAY);
    assert_eq!(webhooks::prune(world, 0).await, Ok(none), "0 is for ever");
    let pruned = webhooks::prune(world, 30).await.expect("it prunes");
    assert_eq!(pruned.deliveries, 1);
    assert!(pruned.events > 0);
    let list = app.get("/leadhold/v1/webhooks/deliveries").send().await.expect(200).json();
    let states: Vec<_> = list["deliveries"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["pending"]);
    create_contact(&app).await;
    let page = poll(&app, token, &format!("after={start}")).await;
    assert_eq!((kinds(&page), &page["expired"]), (vec!["ContactCreate".to_owned()], &json!(start != "0")));
    let next = page["next"].as_str().unwrap().to_owned();
    assert_eq!(poll(&app, token, &format!("after={next}")).await["expired"], false);
}

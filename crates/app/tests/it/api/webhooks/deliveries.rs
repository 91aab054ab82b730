//! `GET /leadhold/v1/webhooks/deliveries` and `GET …/{deliveryId}`.

use leadhold_app::oauth::apps::Distribution;
use leadhold_app::tokens::{self, Kind, Owner};
use leadhold_testkit::{Receiver, TestApp};

use super::super::oauth;
use super::*;

const LIST: &str = "/leadhold/v1/webhooks/deliveries";

/// The ids of a list, and where it goes on.
fn ids(list: &Value) -> (Vec<String>, Option<String>) {
    let deliveries = list["deliveries"].as_array().expect("a list");
    let ids = deliveries.iter().map(|d| d["id"].as_str().expect("an id").to_owned());
    (ids.collect(), list["next"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn the_list_is_newest_first_and_paged() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    let mut events = Vec::new();
    for turn in 0..7 {
        events.push(create_contact(&app).await.id.to_string());
        app.clock.advance(turn % 2); // some share their millisecond
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    for size in [3, 3, 1] {
        let page = app.get(&format!("{LIST}?limit=3{after}")).send().await.expect(200).json();
        let (ids, next) = ids(&page);
        assert_eq!((ids.len(), next.is_some()), (size, size == 3));
        seen.extend(page["deliveries"].as_array().unwrap().iter().map(|d| {
            (d["createdAt"].as_str().unwrap().to_owned(), d["webhookId"].as_str().unwrap().to_owned())
        }));
        after = format!("&after={}", next.unwrap_or_default());
    }
    assert!(seen.is_sorted_by(|a, b| a.0 >= b.0), "{seen:?}");
    let mut found: Vec<_> = seen.into_iter().map(|(_, event)| event).collect();
    found.sort();
    events.sort();
    assert_eq!(found, events, "each once");
    let exact = app.get(&format!("{LIST}?limit=7")).send().await.expect(200).json();
    assert_eq!((ids(&exact).0.len(), exact["next"].clone()), (7, Value::Null));
}

#[tokio::test]
async fn the_list_can_be_narrowed_to_a_state() {
    let (app, good, bad) = (TestApp::start().await, Receiver::start().await, Receiver::start().await);
    listen(&app, &good.url).await;
    listen(&app, &bad.url).await;
    listen(&app, "http://192.168.1.1/").await;
    for _ in 0..10 {
        bad.answer_next(500);
    }
    create_contact(&app).await;
    let states = |list: Value| -> Vec<String> {
        let entries = list["deliveries"].as_array().unwrap().clone();
        entries.iter().map(|d| format!("{} {}", d["state"].as_str().unwrap(), d["attemptCount"])).collect()
    };
    let narrowed =
        async |state: &str| app.get(&format!("{LIST}?state={state}")).send().await.expect(200).json();
    assert_eq!(states(narrowed("delivered").await), ["delivered 1"]);
    assert_eq!(states(narrowed("pending").await), ["pending 1", "pending 1"]);
    assert_eq!(states(narrowed("dead").await), [""; 0]);
    use_up(&app).await;
    assert_eq!(states(narrowed("dead").await), ["dead 10", "dead 10"]);
    assert_eq!(states(narrowed("pending").await), [""; 0]);
}

#[tokio::test]
async fn a_faulty_query_is_told_all_its_faults() {
    let app = TestApp::start().await;
    let answer = app.get(&format!("{LIST}?state=lost&limit=0&after=x")).send().await.expect(422);
    insta::assert_json_snapshot!(answer.json()["message"], @r#"
    [
      "state must be one of: pending, delivered, dead, held",
      "limit must be a whole number from 1 to 100",
      "after must be the `next` of an earlier page"
    ]
    "#);
}

#[tokio::test]
async fn nobody_elses_credential_sees_a_delivery() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    create_contact(&app).await;
    let id = newest(&app).await["id"].as_str().unwrap().to_owned();
    let here = app.agency.location.location_id();
    for stranger in [
        &app.agency.second_token,
        &app.agency.token,
        &app.agency.key,
        &app.other.location_token,
        &app.other.token,
        &app.other.key,
    ] {
        let list = app.get(LIST).token(stranger).send().await.expect(200);
        assert_eq!(list.json(), json!({ "deliveries": [], "next": null }));
        app.get(&format!("{LIST}/{id}")).token(stranger).send().await.expect(404);
        app.get(&format!("{LIST}?locationId={here}")).token(stranger).send().await.expect(403);
        app.get(&format!("{LIST}/{id}?locationId={here}")).token(stranger).send().await.expect(403);
    }
    let foreign = format!("{LIST}?companyId={}", app.agency.company.company_id());
    app.get(&foreign).token(&app.other.token).send().await.expect(403);
    app.get(LIST).token("").send().await.expect(401);
}

#[tokio::test]
async fn an_id_that_nobody_has_is_not_found() {
    let app = TestApp::start().await;
    for id in ["DeLiVeRy000000000001", "%01", "a%20b", "x".repeat(65).as_str()] {
        let answer = app.get(&format!("{LIST}/{id}")).send().await.expect(404);
        assert!(
            answer.json()["message"].as_str().unwrap().starts_with("There is no delivery with id "),
            "{id}"
        );
    }
}

#[tokio::test]
async fn the_body_is_shown_to_who_may_read_its_records() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    create_contact(&app).await;
    let whole = newest(&app).await;
    assert_eq!(whole["body"].as_str().unwrap().as_bytes(), receiver.requests()[0].body);

    let here = Owner::Location(app.agency.location.clone());
    let narrow = app
        .write(move |tx, cx| {
            let scopes = ScopeSet::parse("calendars.readonly").unwrap();
            tokens::create(tx, cx, &here, Kind::Private, "narrow", scopes)
        })
        .await;
    let path = format!("{LIST}/{}", whole["id"].as_str().unwrap());
    let guarded = app.get(&path).token(&narrow.secret).send().await.expect(200);
    assert_eq!(guarded.json()["bodyNeedsScope"], "contacts.readonly");
    assert!(!String::from_utf8_lossy(&guarded.body).contains("Zoë"), "{guarded:?}");
}

/// A URL may be a secret of the app's, and what happens to an app is nobody else's business.
#[tokio::test]
async fn an_app_sees_its_own_deliveries_and_no_other_apps() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let partner = oauth::partner(&app, Distribution::Both).await;
    listen(&app, &receiver.url).await;
    for pick in [oauth::one_location(&app), oauth::Pick { company: true, ..oauth::Pick::default() }] {
        let other = register(&app, Kinds::All, &receiver.url).await;
        install(&app, &other, Place::Company(app.agency.company.clone()), "*").await;
        let token = oauth::install(&app, &partner, pick).await;
        let bearer = oauth::text(&token, "access_token");
        create_contact(&app).await;
        let id = newest(&app).await["id"].as_str().unwrap().to_owned();
        let list = app.get(LIST).token(bearer).send().await.expect(200);
        assert_eq!(list.json(), json!({ "deliveries": [], "next": null }));
        app.get(&format!("{LIST}/{id}")).token(bearer).send().await.expect(404);
    }
    let (id, url) = (partner.app_id.clone(), receiver.url.clone());
    app.write(move |tx, cx| apps::subscribe(tx, cx, &id, &Kinds::All, &url).map(drop)).await;
    let token = oauth::install(&app, &partner, oauth::one_location(&app)).await;
    create_contact(&app).await;
    let call = app.get(LIST).token(oauth::text(&token, "access_token"));
    let list = call.send().await.expect(200).json();
    let found: Vec<_> =
        list["deliveries"].as_array().unwrap().iter().map(|one| one["appId"].clone()).collect();
    assert_eq!(found, [json!(partner.app_id)]);
    let path = format!("{LIST}/{}", list["deliveries"][0]["id"].as_str().unwrap());
    app.get(&path).token(oauth::text(&token, "access_token")).send().await.expect(200);
}

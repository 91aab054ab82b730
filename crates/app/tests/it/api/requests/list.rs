//! `GET /leadhold/v1/requests`.

use http::Method;
use leadhold_app::Config;
use leadhold_app::tokens::{self, Kind, Owner};
use leadhold_kernel::ScopeSet;
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{lines, paths};

#[tokio::test]
async fn a_line_says_who_asked_what_let_them_in_and_how_it_ended() {
    let app = TestApp::start().await;
    app.get("/contacts/?limit=5&query=Ada").send().await.expect(200);
    let lines = lines(&app, &app.agency.key, "").await;
    insta::assert_json_snapshot!(lines, {
        "[].traceId" => "[trace]", "[].credentialId" => "[token]", "[].companyId" => "[company]", "[].locationId" => "[location]",
    }, @r#"
    [
      {
        "traceId": "[trace]",
        "at": "2026-01-15T10:00:00.000Z",
        "method": "GET",
        "path": "/contacts/",
        "query": "limit=5&query=***",
        "status": 200,
        "durationMicros": 0,
        "client": "private_token",
        "credentialId": "[token]",
        "appId": null,
        "companyId": "[company]",
        "locationId": "[location]",
        "scope": "contacts.readonly",
        "rateLimit": {
          "admitted": true,
          "remaining": 99,
          "dailyRemaining": 199999
        }
      }
    ]
    "#);
}

#[tokio::test]
async fn a_location_sees_its_own_lines_and_an_agency_those_of_all_of_its_own() {
    let app = TestApp::start().await;
    app.get("/contacts/first").send().await.expect(400);
    app.get("/contacts/second").token(&app.agency.second_token).send().await.expect(400);
    app.get("/contacts/agency").token(&app.agency.token).send().await.expect(401);
    app.get("/contacts/other").token(&app.other.location_token).send().await.expect(400);
    app.get("/contacts/nobody").token("").send().await.expect(401);
    assert_eq!(paths(&lines(&app, &app.agency.location_token, "").await), ["/contacts/first"]);
    let all = ["/contacts/agency", "/contacts/second", "/contacts/first"];
    assert_eq!(paths(&lines(&app, &app.agency.token, "").await), all);
    let second = format!("locationId={}", app.agency.second.location_id());
    assert_eq!(paths(&lines(&app, &app.agency.key, &second).await), ["/contacts/second"]);
    assert_eq!(paths(&lines(&app, &app.other.key, "").await), ["/contacts/other"]);
}

#[tokio::test]
async fn strangers_and_tokens_without_the_scope_see_nothing() {
    let app = TestApp::start().await;
    let here = format!("/leadhold/v1/requests?locationId={}", app.agency.location.location_id());
    for token in [&app.agency.second_token, &app.other.location_token, &app.other.token, &app.other.key] {
        app.get(&here).token(token).send().await.expect(403);
    }
    app.get("/leadhold/v1/requests").token("").send().await.expect(401);
    let owner = Owner::Location(app.agency.location.clone());
    let poor = app
        .write(move |tx, cx| {
            let scopes = ScopeSet::parse("contacts.readonly").unwrap();
            Ok(tokens::create(tx, cx, &owner, Kind::Private, "poor", scopes)?.secret)
        })
        .await;
    let refused = app.get("/leadhold/v1/requests").token(&poor).send().await.expect(401).json();
    assert_eq!(refused["message"], "The token is not authorized for this scope.");
    let line = &lines(&app, &app.agency.key, "status=401").await;
    assert!(line.is_empty(), "only the reading itself: {line:?}");
}

#[tokio::test]
async fn each_filter_leaves_what_it_names() {
    let app = TestApp::start().await;
    app.get("/contacts/one").send().await.expect(400);
    app.clock.advance(3_600_000);
    app.post("/contacts/").json(&json!({"email": "ada@example.com"})).send().await.expect(201);
    let tags = format!("/locations/{}/tags", app.agency.location.location_id());
    let last = app.get(&tags).send().await.expect(200);
    for (query, expected) in [
        ("status=4xx", vec!["/contacts/one"]),
        ("status=201", vec!["/contacts/"]),
        ("status=2xx", vec![&tags, "/contacts/"]),
        ("method=post", vec!["/contacts/"]),
        ("path=/contacts", vec!["/contacts/", "/contacts/one"]),
        ("path=/contacts/o", vec!["/contacts/one"]),
        ("path=%25", vec![]),
        ("since=30m", vec![&tags, "/contacts/"]),
        ("until=30m", vec!["/contacts/one"]),
        ("since=2026-01-15T10:00:00Z&until=2026-01-15T11:00:00Z", vec!["/contacts/one"]),
        ("appId=65a0b1c2d3e4f5a6b7c8d9e0", vec![]),
        (&format!("traceId={}", last.header("x-trace-id")), vec![&tags]),
    ] {
        for token in [&app.agency.key, &app.agency.location_token] {
            assert_eq!(paths(&lines(&app, token, query).await), expected, "{query}");
        }
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let app = TestApp::with(Config { sandbox: true, rate_limit: false, ..Config::default() }).await;
    for i in 0..25 {
        app.get(&format!("/contacts/{i}")).send().await.expect(400);
        app.clock.advance(i % 2);
    }
    app.write_log().await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/leadhold/v1/requests?path=/contacts/&limit=10&cursor={cursor}");
        let page = app.get(&path).token(&app.agency.key).send().await.expect(200).json();
        let lines = page["requests"].as_array().unwrap().clone();
        seen.extend(lines.iter().map(|line| line["path"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    let expected: Vec<_> = (0..25).rev().map(|i| format!("/contacts/{i}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn faults_are_told_at_once() {
    let app = TestApp::start().await;
    let path = "/leadhold/v1/requests?status=99&since=soon&cursor=x&method=LOOK&limit=101&colour=red";
    let refused = app.get(path).token(&app.agency.key).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property colour should not exist",
      "method must be one of the following values: GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS",
      "status must be a status such as 404 or a class such as 4xx",
      "since must be a date such as 2026-01-31T12:00:00Z, or a time ago such as 1h or 7d",
      "cursor must be the `next` of an answer",
      "limit must not be greater than 100"
    ]
    "#);
}

#[tokio::test]
async fn what_the_rate_limit_refused_says_so_and_is_not_let_in() {
    let app = TestApp::start().await;
    for _ in 0..101 {
        app.call(Method::GET, "/contacts/x").send().await;
    }
    let lines = lines(&app, &app.agency.key, "status=429").await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["rateLimit"], json!({"admitted": false, "remaining": 0, "dailyRemaining": 199_900}));
}

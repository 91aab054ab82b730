//! `GET /leadhold/v1/tokens`, and when tokens were used last.

use super::*;

async fn listed(app: &TestApp, token: &str, query: &str) -> Vec<Value> {
    let list = app.get(&format!("{TOKENS}{query}")).token(token).send().await.expect(200).json();
    list["tokens"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn an_agency_sees_all_a_location_its_own_and_nobody_a_secret() {
    let app = TestApp::start().await;
    let agency = &app.agency;
    assert_eq!(listed(&app, &agency.token, "").await.len(), 4);
    let second = format!("?locationId={}", agency.second.location_id());
    assert_eq!(listed(&app, &agency.token, &second).await.len(), 1);
    let mine = listed(&app, &agency.location_token, "").await;
    assert_eq!(mine.len(), 1);
    assert_eq!(mine[0]["hint"], agency.location_token[..8]);
    let all = app.get(TOKENS).token(&agency.token).send().await;
    let text = String::from_utf8_lossy(&all.body).into_owned();
    for secret in [&agency.token, &agency.key, &agency.location_token, &agency.second_token] {
        assert!(!text.contains(secret.as_str()) && text.contains(&secret[..8]));
    }
    let theirs = format!("{TOKENS}?locationId={}", app.other.location.location_id());
    app.get(&theirs).token(&agency.token).send().await.expect(403);
    app.get(&format!("{TOKENS}{second}")).send().await.expect(403);
    let (_, without) = token(&app, here(&app), "contacts.readonly").await;
    app.get(TOKENS).token(&without).send().await.expect(401);
}

#[tokio::test]
async fn what_has_ended_is_not_listed() {
    let app = TestApp::start().await;
    let (id, _) = token(&app, here(&app), "contacts.readonly").await;
    let is_listed = async || listed(&app, &app.agency.token, "").await.iter().any(|token| token["id"] == id);
    assert!(is_listed().await);
    app.post(&format!("{TOKENS}/{id}/rotate")).send().await.expect(201);
    assert!(is_listed().await, "for seven more days");
    app.clock.advance(7 * 86_400_000);
    assert!(!is_listed().await);
}

#[tokio::test]
async fn the_last_use_is_known_to_the_minute_and_written_by_nobody_who_waits() {
    let app = TestApp::start().await;
    let (id, secret) = token(&app, here(&app), "contacts.readonly").await;
    let path = format!("{TOKENS}/{id}");
    let last = async || {
        app.get(&path).token(&app.agency.token).send().await.expect(200).json()["token"]["lastUsedAt"].clone()
    };
    let used = async || {
        app.get("/contacts/").token(&secret).send().await.expect(200);
    };
    let write = async || app.app.token_uses.write(&app.app.world.store).await.expect("uses are written");
    assert_eq!(last().await, Value::Null);
    used().await;
    assert_eq!(last().await, Value::Null, "no request writes it");
    write().await;
    assert_eq!(last().await, "2026-01-15T10:00:00.000Z");
    app.clock.advance(59_000);
    used().await;
    write().await;
    assert_eq!(last().await, "2026-01-15T10:00:00.000Z", "once a minute is enough");
    app.clock.advance(1_000);
    used().await;
    write().await;
    assert_eq!(last().await, "2026-01-15T10:01:00.000Z");
    app.get("/contacts/").token(&secret.replace('-', "")).send().await.expect(401);
    app.delete(&path).token(&app.agency.token).send().await.expect(200);
    app.clock.advance(60_000);
    app.get("/contacts/").token(&secret).send().await.expect(401);
    write().await;
    assert_eq!(last().await, "2026-01-15T10:01:00.000Z", "a refusal is no use");
}

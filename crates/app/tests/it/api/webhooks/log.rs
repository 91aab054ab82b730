//! What the log keeps of each attempt, and how it is narrowed.

use leadhold_testkit::{Receiver, TestApp};

use super::*;

const LIST: &str = "/leadhold/v1/webhooks/deliveries";

#[tokio::test]
async fn an_attempt_shows_what_was_sent_and_what_was_answered() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &format!("{}/hook", receiver.url)).await;
    receiver.answer_next_with(503, vec![("set-cookie", "session=1".into()), ("x-why", "resting".into())]);
    create_contact(&app).await;
    let mut delivery = newest(&app).await;
    let sent = &receiver.requests()[0];
    let attempt = &delivery["attempts"][0];
    for name in ["x-ghl-signature", "user-agent", "content-type"] {
        assert_eq!(attempt["requestHeaders"][name], sent.header(name), "{name}");
    }
    let signatures = attempt["signatures"].as_array().unwrap();
    assert_eq!(signatures[0], json!({ "header": "x-ghl-signature", "valid": true }));
    assert!(signatures.iter().all(|check| check["valid"] == true), "{signatures:?}");
    assert_eq!(attempt["status"], 503);
    assert_eq!(attempt["responseHeaders"]["x-why"], "resting");
    assert_eq!(attempt["responseHeaders"]["set-cookie"], "***");
    assert_eq!(delivery["body"].as_str().unwrap().as_bytes(), sent.body);
    let curl = delivery["curl"].as_str().unwrap();
    assert!(curl.starts_with(&format!("curl -X POST '{}/hook'", receiver.url)), "{curl}");
    assert!(curl.contains(&format!("-H 'x-ghl-signature: {}'", sent.header("x-ghl-signature"))), "{curl}");
    assert!(curl.contains("--data-raw '{\"type\":\"ContactCreate\""), "{curl}");
    delivery["attempts"] = json!([]);
    insta::assert_json_snapshot!(delivery, {
        ".id" => "[delivery]", ".webhookId" => "[event]", ".appId" => "[app]", ".subscriptionId" => "[subscription]",
        ".companyId" => "[company]", ".locationId" => "[location]", ".url" => "[url]", ".nextAttemptAt" => "[soon]",
        ".body" => "[body]", ".curl" => "[curl]", ".lastTookMillis" => 3,
    }, @r#"
    {
      "id": "[delivery]",
      "type": "ContactCreate",
      "webhookId": "[event]",
      "appId": "[app]",
      "subscriptionId": "[subscription]",
      "companyId": "[company]",
      "locationId": "[location]",
      "method": "POST",
      "url": "[url]",
      "state": "pending",
      "attemptCount": 1,
      "nextAttemptAt": "[soon]",
      "createdAt": "2026-01-15T10:00:00.000Z",
      "replays": 0,
      "lastStatus": 503,
      "lastTookMillis": 3,
      "body": "[body]",
      "curl": "[curl]",
      "attempts": []
    }
    "#);
}

#[tokio::test]
async fn the_list_is_narrowed_by_what_a_developer_knows() {
    let (app, one, two) = (TestApp::start().await, Receiver::start().await, Receiver::start().await);
    let first = listen(&app, &one.url).await;
    listen(&app, &two.url).await;
    let created = create_contact(&app).await;
    app.clock.advance(60_000);
    let payload = json!({ "id": "NoTe0000000000000001" });
    let here = app.agency.location.clone();
    happen(&app, EventKind::NoteCreate, &here, payload).await;
    app.run_until_idle().await;
    let found = async |query: &str| {
        let list = app.get(&format!("{LIST}?{query}")).send().await.expect(200).json();
        let entries = list["deliveries"].as_array().unwrap().clone();
        let shown = entries.iter().map(|d| {
            let own = d["appId"] == first.app_id.as_str();
            format!("{} to {}", d["type"].as_str().unwrap(), if own { "first" } else { "second" })
        });
        let mut shown: Vec<_> = shown.collect();
        shown.sort();
        shown.join(", ")
    };
    let all = "ContactCreate to first, ContactCreate to second, NoteCreate to first, NoteCreate to second";
    assert_eq!(found("").await, all);
    assert_eq!(found("type=NoteCreate").await, "NoteCreate to first, NoteCreate to second");
    let of_first = "ContactCreate to first, NoteCreate to first";
    assert_eq!(found(&format!("appId={}", first.app_id)).await, of_first);
    assert_eq!(found(&format!("appId={}", first.client_id)).await, of_first);
    let of_event = "ContactCreate to first, ContactCreate to second";
    assert_eq!(found(&format!("webhookId={}", created.id)).await, of_event);
    assert_eq!(found("recordId=CoNtAcT0000000000001").await, all);
    assert_eq!(found("recordId=nobody").await, "");
    let both = |record: &str| format!("recordId={record}&webhookId={}", created.id);
    assert_eq!(found(&both("CoNtAcT0000000000001")).await, of_event);
    assert_eq!(found(&both("nobody")).await, "");
    assert_eq!(found("to=2026-01-15T10:01:00Z").await, of_event);
    assert_eq!(found("from=2026-01-15T10:01:00Z").await, "NoteCreate to first, NoteCreate to second");
    assert_eq!(found("from=2026-01-15T10:01:00Z&state=pending").await, "");
    let list = app.get(&format!("{LIST}?type=NoteCreate&limit=1")).send().await.expect(200).json();
    let subscription = list["deliveries"][0]["subscriptionId"].as_str().unwrap();
    assert!(
        found(&format!("subscriptionId={subscription}&type=NoteCreate")).await.starts_with("NoteCreate to ")
    );
    let faulty = app.get(&format!("{LIST}?from=soon&to=later")).send().await.expect(422).json();
    insta::assert_json_snapshot!(faulty["message"], @r#"
    [
      "from must be a valid ISO 8601 date string",
      "to must be a valid ISO 8601 date string"
    ]
    "#);
}

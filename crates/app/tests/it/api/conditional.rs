//! `ETag`, `If-None-Match` and `Last-Modified` on reads.

use leadhold_testkit::{Answer, TestApp};
use serde_json::json;

use super::contacts::make;
use super::forms::{ADA, contact_us, made, page_of, send};
use super::medias::folder;
use super::opportunities::Board;

async fn again(app: &TestApp, path: &str, tag: &str) -> Answer {
    app.get(path).header("if-none-match", tag).send().await
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "Ada", "email": "ada@example.com"})).await;
    let paths = [format!("/contacts/{id}"), "/contacts".into(), "/opportunities/pipelines".into()];
    for path in &paths {
        let first = app.get(path).send().await.expect(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{path}: {tag}");
        assert_eq!(first.header("cache-control"), "private, no-cache");
        assert_eq!(first.header("vary"), "authorization, version");
        for known in [tag.clone(), format!("\"other\", {tag}"), "*".to_owned()] {
            let same = again(&app, path, &known).await.expect(304);
            assert_eq!(
                (std::str::from_utf8(&same.body).unwrap(), same.header("etag")),
                ("", tag.as_str()),
                "{path} {known}"
            );
            assert_eq!(same.header("content-type"), "", "{path}");
        }
        again(&app, path, "\"other\"").await.expect(200);
    }
}

#[tokio::test]
async fn every_change_changes_the_tag() {
    let app = TestApp::start().await;
    let id = make(&app, json!({"firstName": "Ada"})).await;
    let (one, list) = (format!("/contacts/{id}"), "/contacts");
    let tags = [app.get(&one).send().await, app.get(list).send().await].map(|a| a.header("etag").to_owned());
    app.put(&one).json(&json!({"firstName": "Grace"})).send().await.expect(200);
    let now = again(&app, &one, &tags[0]).await.expect(200);
    assert_eq!(now.json()["contact"]["firstName"], "Grace");
    let changed = again(&app, list, &tags[1]).await.expect(200).header("etag").to_owned();
    app.delete(&one).send().await.expect(200);
    again(&app, list, &changed).await.expect(200);
}

#[tokio::test]
async fn a_refusal_a_write_and_a_page_have_no_tag() {
    let app = TestApp::start().await;
    let refused =
        app.get("/contacts/ocQHyuzHvysMo5N5VsXc").header("if-none-match", "*").send().await.expect(400);
    assert_eq!(refused.header("etag"), "");
    let foreign = app.get("/contacts").token("pit-unknown").header("if-none-match", "*").send().await;
    foreign.expect(401);
    let created =
        app.post("/contacts").header("if-none-match", "*").json(&json!({"firstName": "Ada"})).send();
    assert_eq!(created.await.expect(201).header("etag"), "");
    let page = app.get("/login").header("if-none-match", "*").send().await.expect(200);
    assert_eq!(page.header("etag"), "");
}

#[tokio::test]
async fn a_list_says_when_its_newest_record_changed() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/contacts").send().await.expect(200).header("last-modified"), "");
    make(&app, json!({"firstName": "Ada"})).await;
    app.clock.advance(90_000);
    make(&app, json!({"firstName": "Grace"})).await;
    let list = app.get("/contacts").send().await.expect(200);
    assert_eq!(list.header("last-modified"), "Thu, 15 Jan 2026 10:01:30 GMT");
    // A date is too coarse to trust: it is told, and not believed.
    let since = app.get("/contacts").header("if-modified-since", list.header("last-modified")).send().await;
    since.expect(200);
}

/// A list, and what changes its newest record.
type Changing = (String, String, serde_json::Value);

/// A record in each list, made at 10:00:00.
async fn filled(board: &Board) -> Vec<Changing> {
    let (app, here) = (&board.app, board.app.agency.location.location_id().to_string());
    let made = async |path: &str, body: serde_json::Value, status: u16, pointer: &str| -> String {
        let made = app.post(path).json(&body).send().await.expect(status).json();
        made.pointer(pointer)
            .and_then(|id| id.as_str())
            .unwrap_or_else(|| panic!("{pointer} in {made}"))
            .to_owned()
    };
    let contact = format!("/contacts/{}", board.contact);
    let (notes, tasks) = (format!("{contact}/notes"), format!("{contact}/tasks"));
    let in_location = |what: &str| format!("/locations/{here}/{what}");
    let (fields, values, tags) =
        (in_location("customFields"), in_location("customValues"), in_location("tags"));
    let task = json!({"title": "Call", "dueDate": "2026-02-01T09:00:00Z", "completed": false});
    let link = json!({"locationId": here, "name": "Sale", "redirectTo": "https://example.com"});
    let object = json!({
        "locationId": here, "key": "custom_objects.pet", "labels": {"singular": "Pet", "plural": "Pets"},
        "primaryDisplayPropertyDetails": {"key": "name", "name": "Pet name", "dataType": "TEXT"},
    });
    let form = contact_us();
    let opportunity = board.make(json!({})).await;
    let media = folder(app, "Pictures", None).await;
    let changed_media = json!({"altType": "location", "altId": here, "name": "Photos"});
    let note_id = made(&notes, json!({"body": "tea"}), 201, "/note/id").await;
    let task_id = made(&tasks, task, 201, "/task/id").await;
    let field = made(&fields, json!({"name": "Size", "dataType": "TEXT"}), 201, "/customField/id").await;
    let value = made(&values, json!({"name": "Site", "value": "a"}), 201, "/customValue/id").await;
    let tag = made(&tags, json!({"name": "silver"}), 200, "/tag/id").await;
    let link_id = made("/links/", link.clone(), 201, "/link/id").await;
    let pet = made("/objects/", object, 201, "/object/key").await;
    let form_id = made("/leadhold/v1/forms", form.clone(), 201, "/form/id").await;
    let campaign = made("/leadhold/v1/campaigns", json!({"name": "Spring"}), 201, "/campaign/id").await;
    let template = json!({"name": "A", "type": "sms", "body": "x"});
    let template = made("/leadhold/v1/templates", template, 201, "/template/id").await;
    let mut renamed_form = form;
    renamed_form["name"] = json!("Write to us");
    let moved = json!({"name": "Sale", "redirectTo": "https://example.org"});
    let searched = json!({"locationId": here, "searchableProperties": []});
    vec![
        (notes.clone(), format!("{notes}/{note_id}"), json!({"body": "coffee"})),
        (tasks.clone(), format!("{tasks}/{task_id}"), json!({"title": "Write"})),
        (
            format!("/opportunities/search?location_id={here}"),
            format!("/opportunities/{opportunity}"),
            json!({"name": "Mill"}),
        ),
        (fields.clone(), format!("{fields}/{field}"), json!({"name": "Length"})),
        (values.clone(), format!("{values}/{value}"), json!({"name": "Site", "value": "b"})),
        (tags.clone(), format!("{tags}/{tag}"), json!({"name": "gold"})),
        (format!("/links/?locationId={here}"), format!("/links/{link_id}"), moved),
        (format!("/objects/?locationId={here}"), format!("/objects/{pet}"), searched),
        (
            format!("/medias/files?altType=location&altId={here}&type=folder&sortBy=createdAt&sortOrder=asc"),
            format!("POST /medias/{media}"),
            changed_media,
        ),
        (format!("/forms/?locationId={here}"), format!("/leadhold/v1/forms/{form_id}"), renamed_form),
        (
            format!("/campaigns/?locationId={here}"),
            format!("/leadhold/v1/campaigns/{campaign}"),
            json!({"name": "Autumn"}),
        ),
        (
            format!("{}?originId={here}", in_location("templates")),
            format!("/leadhold/v1/templates/{template}"),
            json!({"name": "B"}),
        ),
    ]
}

#[tokio::test]
async fn every_list_of_records_says_when_the_newest_changed() {
    let board = Board::start().await;
    let app = &board.app;
    let lists = filled(&board).await;
    app.clock.advance(90_000);
    for (list, record, change) in lists {
        let first = app.get(&list).send().await.expect(200);
        assert_eq!(first.header("last-modified"), "Thu, 15 Jan 2026 10:00:00 GMT", "{list}");
        let changed = match record.strip_prefix("POST ") {
            Some(path) => app.post(path).json(&change).send().await,
            None => app.put(&record).json(&change).send().await,
        };
        assert!(changed.status.is_success(), "{record}: {changed:?}");
        let then = app.get(&list).send().await.expect(200);
        assert_eq!(then.header("last-modified"), "Thu, 15 Jan 2026 10:01:30 GMT", "{list}");
    }
    let pipelines = app.get("/opportunities/pipelines").send().await.expect(200);
    assert_eq!(pipelines.header("last-modified"), "Thu, 15 Jan 2026 10:00:00 GMT");
}

#[tokio::test]
async fn submissions_say_when_the_newest_was_sent() {
    let app = TestApp::start().await;
    let form = made(&app, &contact_us()).await;
    let list = format!("/forms/submissions?locationId={}", app.agency.location.location_id());
    assert_eq!(app.get(&list).send().await.expect(200).header("last-modified"), "");
    app.clock.advance(90_000);
    send(&app, &page_of(&form), ADA).await.expect(303);
    let sent = app.get(&list).send().await.expect(200);
    assert_eq!(sent.header("last-modified"), "Thu, 15 Jan 2026 10:01:30 GMT");
}

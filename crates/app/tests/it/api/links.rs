//! `/links`, `/l/{linkId}` and `/leadhold/v1/links/{linkId}/clicks`

use leadhold_app::links::Urls;
use leadhold_kernel::{Id, id};
use leadhold_testkit::{Answer, Receiver, TestApp};
use serde_json::{Value, json};

fn here(app: &TestApp) -> String {
    app.agency.location.location_id().to_string()
}

async fn make(app: &TestApp, name: &str, redirect_to: &str) -> String {
    let body = json!({"locationId": here(app), "name": name, "redirectTo": redirect_to});
    let made = app.post("/links/").json(&body).send().await.expect(201).json();
    made["link"]["id"].as_str().expect("an id").to_owned()
}

async fn contact(app: &TestApp, body: &Value) -> Id<id::Contact> {
    let made = app.post("/contacts/").json(body).send().await.expect(201).json();
    Id::parse(made["contact"]["id"].as_str().expect("an id")).expect("an id")
}

/// The URL without its server, as the server's own merge field writes it.
fn path_for(app: &TestApp, link: &str, contact: Option<&Id<id::Contact>>) -> String {
    Urls::new("", app.app.world.seal.clone()).of(link, contact)
}

async fn follow(app: &TestApp, path: &str) -> Answer {
    app.get(path).token("").send().await
}

async fn counts(app: &TestApp, link: &str) -> (i64, i64) {
    let found = app.get(&format!("/leadhold/v1/links/{link}/clicks")).send().await.expect(200).json();
    (found["total"].as_i64().expect("a number"), found["unique"].as_i64().expect("a number"))
}

#[tokio::test]
async fn a_link_is_made_read_changed_and_removed() {
    let app = TestApp::start().await;
    let body = json!({"locationId": here(&app), "name": "Offer", "redirectTo": "https://example.com/offer"});
    let made = app.post("/links/").json(&body).send().await.expect(201).json();
    insta::assert_json_snapshot!(made, {
        ".link.id" => "[link]", ".link.locationId" => "[location]",
        ".link.fieldKey" => insta::dynamic_redaction(|key, _| {
            let key = key.as_str().expect("a key").to_owned();
            assert!(key.starts_with("{{trigger_link.") && key.ends_with("}}") && key.len() == 37, "{key}");
            "[key]"
        }),
    }, @r#"
    {
      "link": {
        "id": "[link]",
        "name": "Offer",
        "redirectTo": "https://example.com/offer",
        "fieldKey": "[key]",
        "locationId": "[location]"
      }
    }
    "#);
    let id = made["link"]["id"].as_str().expect("an id");
    let shown = format!("/links/id/{id}?locationId={}", here(&app));
    assert_eq!(app.get(&shown).version("v3").send().await.expect(200).json(), made);
    let change = json!({"name": "Sale", "redirectTo": "https://example.com/sale"});
    let changed = app.put(&format!("/links/{id}")).json(&change).send().await.expect(201).json();
    assert_eq!(
        (&changed["link"]["name"], &changed["link"]["redirectTo"]),
        (&change["name"], &change["redirectTo"])
    );
    let removed = app.delete(&format!("/links/{id}")).send().await.expect(201).json();
    assert_eq!(removed, json!({"succeded": true}));
    let gone = app.get(&shown).send().await.expect(400).json();
    assert_eq!(gone["message"], format!("Link with id {id} not found"));
    let id = make(&app, "Another", "https://example.com").await;
    let removed = app.delete(&format!("/links/{id}")).version("v3").send().await.expect(201).json();
    assert_eq!(removed, json!({"succeded": true, "succeeded": true}));
    follow(&app, &format!("/l/{id}")).await.expect(404);
    assert_eq!(app.new_event_kinds().await, [""; 0], "nobody is told of links");
}

#[tokio::test]
async fn links_are_listed_and_searched() {
    let app = TestApp::start().await;
    for name in ["Offer", "100% off", "OFFER two"] {
        make(&app, name, "https://example.com").await;
        app.clock.advance(1000);
    }
    let names = async |path: &str| {
        let url = format!("{path}locationId={}", here(&app));
        let found = app.get(&url).send().await.expect(200).json();
        let name = |link: &Value| link["name"].as_str().expect("a name").to_owned();
        found["links"].as_array().expect("a list").iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(names("/links/?").await, ["Offer", "100% off", "OFFER two"]);
    assert_eq!(names("/links/search?query=offer&").await, ["Offer", "OFFER two"]);
    assert_eq!(names("/links/search?query=0%25&").await, ["100% off"]);
    assert_eq!(names("/links/search?skip=1&limit=1&").await, ["100% off"]);
    let refused = app.get("/links/search?limit=1000&skip=x").send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "locationId must be a string",
      "locationId should not be empty",
      "skip must be a number conforming to the specified constraints",
      "limit must not be greater than 100"
    ]
    "#);
}

#[tokio::test]
async fn a_link_that_leads_nowhere_is_refused() {
    let app = TestApp::start().await;
    for redirect_to in [
        "javascript:alert(1)",
        "example.com",
        "ftp://example.com",
        "https://{{contact.website}}",
        "https:///{{contact.company_name}}/x",
        "https:///{{contact.company_name | default: \"evil.example\"}}/x",
        "https://\t/{{contact.city}}/",
        "https:/{{contact.city}}/a://b",
        "https://example.com/\n{{contact.city}}",
    ] {
        let body = json!({"locationId": here(&app), "name": "Offer", "redirectTo": redirect_to});
        let refused = app.post("/links/").json(&body).send().await.expect(422).json();
        assert_eq!(refused["message"], json!(["redirectTo must be a URL address"]), "{redirect_to}");
    }
    let refused = app.post("/links/").json(&json!({"foo": 1})).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property foo should not exist",
      "locationId must be a string",
      "locationId should not be empty",
      "name must be a string",
      "name should not be empty",
      "redirectTo must be a string",
      "redirectTo should not be empty"
    ]
    "#);
    let id = make(&app, "Offer", "https://example.com").await;
    let refused = app.put(&format!("/links/{id}")).json(&json!({"name": 1})).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "name must be a string",
      "name should not be empty",
      "redirectTo must be a string",
      "redirectTo should not be empty"
    ]
    "#);
    app.put(&format!("/links/{id}"))
        .token(&app.agency.second_token)
        .json(&json!({}))
        .send()
        .await
        .expect(403);
}

#[tokio::test]
async fn clicks_are_counted_by_whom_they_are() {
    let app = TestApp::start().await;
    let link =
        make(&app, "Offer", "https://example.com/a?mail={{contact.email}}&no={{contact.nothing}}").await;
    let ada = contact(&app, &json!({"firstName": "Ada", "email": "ada+1@example.com"})).await;
    app.new_events().await;
    let nobody = follow(&app, &path_for(&app, &link, None)).await.expect(302);
    assert_eq!(nobody.header("location"), "https://example.com/a?mail=&no=");
    assert_eq!(nobody.header("cache-control"), "no-store");
    assert_eq!(app.new_event_kinds().await, [""; 0], "a click of nobody starts nothing");
    app.clock.advance(1000);
    for _ in 0..2 {
        let known = follow(&app, &path_for(&app, &link, Some(&ada))).await.expect(302);
        assert_eq!(known.header("location"), "https://example.com/a?mail=ada%2B1%40example.com&no=");
    }
    let events = app.new_events().await;
    assert_eq!(events.len(), 2);
    let (kind, record, payload) = &events[0];
    assert_eq!((kind.as_str(), record.as_str()), ("LinkClick", ada.as_str()));
    insta::assert_json_snapshot!(payload, {
        ".id" => "[link]", ".contactId" => "[contact]", ".locationId" => "[location]",
    }, @r#"
    {
      "id": "[link]",
      "redirectTo": "https://example.com/a?mail={{contact.email}}&no={{contact.nothing}}",
      "contactId": "[contact]",
      "locationId": "[location]"
    }
    "#);
    assert_eq!(counts(&app, &link).await, (3, 1));
    // A HEAD looks where a link leads and is nobody's click.
    let looked = app.call(http::Method::HEAD, &path_for(&app, &link, Some(&ada))).token("").send().await;
    assert_eq!(looked.expect(302).header("location"), "https://example.com/a?mail=ada%2B1%40example.com&no=");
    assert_eq!(counts(&app, &link).await, (3, 1));
}

#[tokio::test]
async fn nobody_can_click_for_somebody_else() {
    let app = TestApp::start().await;
    let link = make(&app, "Offer", "https://example.com/?mail={{contact.email}}").await;
    let other = make(&app, "Other", "https://example.com/").await;
    let ada = contact(&app, &json!({"email": "ada@example.com"})).await;
    app.new_events().await;
    let for_other = path_for(&app, &other, Some(&ada)).replace(&other, &link);
    for path in [
        format!("/l/{link}?contact_id={ada}"),
        format!("/l/{link}?contactId={ada}"),
        format!("/l/{link}?c={ada}"),
        format!("/l/{link}?c={ada}.0000"),
        for_other,
    ] {
        let answer = follow(&app, &path).await.expect(302);
        assert_eq!(answer.header("location"), "https://example.com/?mail=", "{path}");
    }
    assert_eq!(app.new_event_kinds().await, [""; 0]);
    assert_eq!(counts(&app, &link).await, (5, 0));
}

#[tokio::test]
async fn clicks_are_read_page_by_page_newest_first() {
    let app = TestApp::start().await;
    let link = make(&app, "Offer", "https://example.com").await;
    let ada = contact(&app, &json!({"email": "ada@example.com"})).await;
    for who in [Some(&ada), None, Some(&ada)] {
        follow(&app, &path_for(&app, &link, who)).await.expect(302);
        app.clock.advance(1000);
    }
    let url = format!("/leadhold/v1/links/{link}/clicks?limit=2");
    let first = app.get(&url).send().await.expect(200).json();
    insta::assert_json_snapshot!(first, {
        ".clicks[].id" => "[click]", ".clicks[0].contactId" => "[contact]", ".next" => "[cursor]",
    }, @r#"
    {
      "clicks": [
        {
          "id": "[click]",
          "contactId": "[contact]",
          "clickedAt": "2026-01-15T10:00:02.000Z"
        },
        {
          "id": "[click]",
          "contactId": null,
          "clickedAt": "2026-01-15T10:00:01.000Z"
        }
      ],
      "total": 3,
      "unique": 1,
      "next": "[cursor]"
    }
    "#);
    let next = first["next"].as_str().expect("a cursor");
    let rest = app.get(&format!("{url}&cursor={next}")).send().await.expect(200).json();
    assert_eq!(rest["clicks"][0]["contactId"], ada.as_str());
    assert_eq!((rest["clicks"].as_array().map(Vec::len), &rest["next"]), (Some(1), &Value::Null));
    app.get(&format!("{url}&cursor=x")).send().await.expect(422);
    app.get(&url).token(&app.agency.second_token).send().await.expect(403);
}

#[tokio::test]
async fn a_deleted_contact_and_a_closed_location_click_no_more() {
    let app = TestApp::start().await;
    let link = make(&app, "Offer", "https://example.com").await;
    let ada = contact(&app, &json!({"email": "ada@example.com"})).await;
    let path = path_for(&app, &link, Some(&ada));
    app.delete(&format!("/contacts/{ada}")).send().await.expect(200);
    app.new_events().await;
    follow(&app, &path).await.expect(302);
    assert_eq!(app.new_event_kinds().await, [""; 0]);
    let close = format!("/locations/{}?deleteTwilioAccount=false", here(&app));
    app.delete(&close).token(&app.agency.token).send().await.expect(200);
    follow(&app, &path).await.expect(404);
}

#[tokio::test]
async fn a_click_starts_a_workflow_and_a_step_writes_the_contacts_own_link() {
    let app = TestApp::start().await;
    let receiver = Receiver::start().await;
    let (link, other) =
        (make(&app, "Offer", "https://example.com").await, make(&app, "Other", "https://example.com").await);
    let workflow = json!({
        "name": "Clicked",
        "triggers": [{
            "id": "clicked", "type": "trigger_link",
            "filters": [{"field": "link.id", "operator": "is", "value": link}],
        }],
        "steps": [{"id": "tell", "type": "webhook", "name": "Tell", "attributes": {
            "method": "POST", "url": receiver.url, "customData": {
                "who": "{{contact.first_name}}", "link": "{{link.redirectTo}}",
                "next": format!("{{{{trigger_link.{other}}}}}"), "none": "[{{trigger_link.nothing}}]",
            },
        }}],
    });
    let made = app.post("/leadhold/v1/workflows").json(&workflow).send().await.expect(201).json();
    let id = made["workflow"]["id"].as_str().expect("an id");
    app.post(&format!("/leadhold/v1/workflows/{id}/publish")).send().await.expect(200);
    let ada = contact(&app, &json!({"firstName": "Ada", "email": "ada@example.com"})).await;
    follow(&app, &path_for(&app, &other, Some(&ada))).await.expect(302);
    app.run_until_idle().await;
    assert_eq!(receiver.requests().len(), 0, "another link does not fit the filter");
    follow(&app, &path_for(&app, &link, Some(&ada))).await.expect(302);
    app.run_until_idle().await;
    let told = receiver.requests().first().expect("a request").json()["customData"].clone();
    assert_eq!(
        (&told["who"], &told["link"], &told["none"]),
        (&json!("Ada"), &json!("https://example.com"), &json!("[]"))
    );
    let next = told["next"].as_str().expect("a URL");
    let base = leadhold_app::Config::default().base_url;
    assert_eq!(next, format!("{base}{}", path_for(&app, &other, Some(&ada))));
}

#[tokio::test]
async fn what_a_visitor_calls_themselves_does_not_change_the_path() {
    let app = TestApp::start().await;
    let link =
        make(&app, "Offer", "https://example.com/a/{{contact.first_name}}/b?n={{contact.last_name}}").await;
    let leads = async |body: &Value| {
        let contact = contact(&app, body).await;
        follow(&app, &path_for(&app, &link, Some(&contact))).await.expect(302).header("location").to_owned()
    };
    assert_eq!(leads(&json!({"firstName": "..", "lastName": "."})).await, "https://example.com/a//b?n=");
    let plain = leads(&json!({"firstName": "../J. R.", "lastName": "a.b"})).await;
    assert_eq!(plain, "https://example.com/a/..%2FJ.%20R./b?n=a.b");
}

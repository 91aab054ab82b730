//! `GET /forms/submissions` and `GET /surveys/submissions`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{ADA, contact_us, custom_field, made, page_of, send};

async fn found(app: &TestApp, query: &str) -> Value {
    let here = app.agency.location.location_id();
    app.get(&format!("/forms/submissions?locationId={here}{query}")).send().await.expect(200).json()
}

fn names(list: &Value) -> Vec<&str> {
    list["submissions"].as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect()
}

#[tokio::test]
async fn a_submission_is_read_as_documented() {
    let app = TestApp::start().await;
    let budget = custom_field(&app, &json!({"name": "Budget", "dataType": "NUMERICAL"})).await;
    let mut body = contact_us();
    body["fields"]
        .as_array_mut()
        .expect("a list")
        .push(json!({"type": "custom_field", "key": "contact.budget"}));
    let path = page_of(&made(&app, &body).await);
    let link = format!("{path}?utm_source=news&fbclid=F1");
    send(&app, &link, &[ADA, &[("budget", "20"), ("_referrer", "https://site.example/a")]].concat())
        .await
        .expect(303);
    let list = found(&app, "").await;
    let shown = list.to_string().replace(&budget, "[budget]").replace(&path, "/f/[form]");
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    insta::assert_json_snapshot!(shown, {
        ".**.id" => "[submission]", ".**.contactId" => "[contact]", ".**.formId" => "[form]",
        ".**.mediumId" => "[form]", ".**.parentId" => "[form]", ".**.createdAt" => "[time]", ".**.timestamp" => "[time]",
    }, @r#"
    {
      "submissions": [
        {
          "id": "[submission]",
          "contactId": "[contact]",
          "createdAt": "[time]",
          "formId": "[form]",
          "name": "Ada",
          "email": "ada@example.com",
          "others": {
            "first_name": "Ada",
            "email": "ada@example.com",
            "campaign": "spring",
            "terms": true,
            "[budget]": 20,
            "eventData": {
              "source": "Paid Social",
              "medium": "form",
              "mediumId": "[form]",
              "parentId": "[form]",
              "parentName": "Contact us",
              "page": {
                "url": "http://127.0.0.1:8080/f/[form]?utm_source=news&fbclid=F1",
                "title": "Talk to us"
              },
              "domain": "127.0.0.1",
              "referrer": "https://site.example/a",
              "timestamp": "[time]",
              "type": "page-visit",
              "pageVisitType": "form",
              "version": "v3",
              "contactSessionIds": null,
              "utmSource": "news",
              "fbclid": "F1"
            },
            "fieldsOriSequance": [
              "first_name",
              "email",
              "campaign",
              "terms",
              "[budget]"
            ]
          }
        }
      ],
      "meta": {
        "total": 1,
        "currentPage": 1,
        "nextPage": null,
        "prevPage": null
      }
    }
    "#);
}

#[tokio::test]
async fn they_are_found_by_form_by_word_by_date_and_by_page() {
    let app = TestApp::start().await;
    let (one, two) = (made(&app, &contact_us()).await, made(&app, &contact_us()).await);
    for (form, name) in [(&one, "Ada Lovelace"), (&two, "Bob 100%"), (&one, "Çağla")] {
        let (email, phone) = (format!("{}@example.com", name.len()), format!("415555267{}", name.len() % 10));
        send(
            &app,
            &page_of(form),
            &[("first_name", name), ("email", &email), ("phone", &phone), ("terms", "1")],
        )
        .await
        .expect(303);
        app.clock.advance(86_400_000);
    }
    let all = found(&app, "").await;
    assert_eq!(names(&all), ["Çağla", "Bob 100%", "Ada Lovelace"]);
    let of_one = format!("&formId={}", one["id"].as_str().expect("an id"));
    assert_eq!(names(&found(&app, &of_one).await), ["Çağla", "Ada Lovelace"]);
    let contact = all["submissions"][1]["contactId"].as_str().expect("a contact").to_owned();
    for (q, expected) in [
        ("lovel", vec!["Ada Lovelace"]),
        ("ADA%20love", vec!["Ada Lovelace"]),
        ("ça", vec!["Çağla"]),
        ("100%25", vec!["Bob 100%"]),
        ("15555267", vec!["Çağla", "Bob 100%", "Ada Lovelace"]),
        ("ağ%25", vec![]), // within a word, and in no id
        ("%25", vec![]),
        ("12@example.com", vec!["Ada Lovelace"]),
        (&contact, vec!["Bob 100%"]),
        ("415555267", vec!["Çağla", "Bob 100%", "Ada Lovelace"]),
    ] {
        let q: String =
            form_urlencoded::byte_serialize(q.replace("%20", " ").replace("%25", "%").as_bytes()).collect();
        assert_eq!(names(&found(&app, &format!("&q={q}")).await), expected, "{q}");
    }
    let page = found(&app, "&limit=2&page=2").await;
    assert_eq!(page["meta"], json!({"total": 3, "currentPage": 2, "nextPage": null, "prevPage": 1}));
    assert_eq!(names(&page), ["Ada Lovelace"]);
    assert_eq!(found(&app, "&limit=2").await["meta"]["nextPage"], 2);
    // In the location's zone, both days included.
    let days: Vec<String> = all["submissions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["createdAt"].as_str().expect("a time")[..10].to_owned())
        .collect();
    let one_day = found(&app, &format!("&startAt={0}&endAt={0}", days[1])).await;
    assert_eq!(names(&one_day), ["Bob 100%"]);
    assert_eq!(names(&found(&app, &format!("&startAt={}", days[1])).await), ["Çağla", "Bob 100%"]);
    app.clock.advance(40 * 86_400_000);
    assert!(names(&found(&app, "").await).is_empty(), "the last month is meant");
}

#[tokio::test]
async fn what_is_asked_wrongly_is_refused() {
    let app = TestApp::start().await;
    let refused =
        app.get("/surveys/submissions?limit=101&page=0&startAt=soon&formId=x").send().await.expect(422);
    insta::assert_json_snapshot!(refused.json()["message"], @r#"
    [
      "property formId should not exist",
      "page must not be less than 1",
      "limit must not be greater than 100",
      "startAt must be a valid date string: YYYY-MM-DD"
    ]
    "#);
    let other = app.other.location.location_id();
    app.get(&format!("/forms/submissions?locationId={other}")).send().await.expect(403);
}

#[tokio::test]
async fn after_a_merge_they_are_found_by_the_contact_that_is_left() {
    let app = TestApp::start().await;
    let path = page_of(&made(&app, &contact_us()).await);
    for (name, phone) in [("Ada", ""), ("Bob", "4155552671")] {
        let email = format!("{name}@example.com");
        let fields = [("first_name", name), ("email", &email), ("phone", phone), ("terms", "1")];
        send(&app, &path, &fields).await.expect(303);
        app.clock.advance(1000);
    }
    let all = found(&app, "").await;
    let contact = |at: usize| all["submissions"][at]["contactId"].as_str().expect("a contact").to_owned();
    let (bob, ada) = (contact(0), contact(1));
    let merge = app.post(&format!("/leadhold/v1/contacts/{ada}/merge")).json(&json!({"contactIds": [bob]}));
    merge.send().await.expect(200);
    app.run_until_idle().await;
    for (q, expected) in [(&ada, vec!["Bob", "Ada"]), (&bob, vec![]), (&"bob 2671".to_owned(), vec!["Bob"])] {
        let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
        assert_eq!(names(&found(&app, &format!("&q={q}")).await), expected, "{q}");
    }
}

leadhold_store::statements! {
    MANY = "insert into form_submissions
        (id, location_id, kind, form_id, contact_id, name, email, searched, answers, event_data, created_at)
        values ($1, $2, 'form', 'x', null, '', null, '', '[]', '{}', $3)";
}

#[tokio::test]
async fn the_last_page_leads_nowhere() {
    let app = TestApp::start().await;
    let here = app.agency.location.location_id().clone();
    app.write(move |tx, cx| {
        for no in 0..1002 {
            tx.exec(MANY, leadhold_store::params![no.to_string(), &here, cx.now])?;
        }
        Ok(())
    })
    .await;
    let meta = async |page: i64| found(&app, &format!("&limit=1&page={page}")).await["meta"].clone();
    assert_eq!(meta(999).await["nextPage"], 1000);
    assert_eq!(
        meta(1000).await,
        json!({"total": 1002, "currentPage": 1000, "nextPage": null, "prevPage": 999})
    );
    app.get("/forms/submissions?limit=1&page=1001").send().await.expect(422);
}

//! `POST /f/{formId}` from programs and from other sites

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{ADA, contact, contact_us, custom_field, made, page_of, send, submissions};

#[tokio::test]
async fn json_is_answered_with_json_on_any_site() {
    let app = TestApp::start().await;
    let path = page_of(&made(&app, &contact_us()).await);
    let preflight = app.call(http::Method::OPTIONS, &path).token("").send().await.expect(204);
    assert_eq!(preflight.header("access-control-allow-headers"), "content-type");
    let answers = json!({"first_name": "Ada", "email": "Ada@Example.com", "phone": "(415) 555-2671", "terms": true,
                         "no_texts": true, "unknown": {"a": [1]}});
    let sent = app.post(&path).token("").header("origin", "https://site.example").json(&answers).send().await;
    assert_eq!(sent.header("access-control-allow-origin"), "*");
    insta::assert_json_snapshot!(sent.expect(201).json(), { ".submissionId" => "[submission]" }, @r#"
    {
      "success": true,
      "submissionId": "[submission]",
      "message": "We will call you.",
      "redirectUrl": null
    }
    "#);
    let kinds: Vec<String> = app.new_event_kinds().await;
    assert_eq!(kinds, ["ContactCreate", "FormSubmission"]);
    let [kept] = submissions(&app).await.try_into().expect("one submission");
    let person = contact(&app, &kept["contactId"]).await;
    insta::assert_json_snapshot!(
        json!({"source": person["source"], "phone": person["phone"], "dndSettings": person["dndSettings"],
               "createdBy": person["createdBy"], "attributionSource": person["attributionSource"]}),
        { ".**.sourceId" => "[form]", ".**.mediumId" => "[form]" }, @r#"
    {
      "source": "Contact us",
      "phone": "+14155552671",
      "dndSettings": {
        "SMS": {
          "status": "active"
        }
      },
      "createdBy": {
        "source": "FORM",
        "channel": "FORM",
        "sourceId": "[form]",
        "timestamp": "2026-01-15T10:00:00.000Z"
      },
      "attributionSource": {
        "sessionSource": "Direct traffic",
        "url": "",
        "medium": "form",
        "mediumId": "[form]"
      }
    }
    "#);

    let wrong = json!({"email": ["x"], "first_name": "x".repeat(5001), "terms": {}, "no_texts": [[1]]});
    let refused = app.post(&path).token("").json(&wrong).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "first_name must be shorter than or equal to 5000 characters",
      "email must be a string",
      "terms must be a boolean value",
      "no_texts must not be nested"
    ]
    "#);
    app.post(&path).token("").body("application/json", "[1]").send().await.expect(422);
    app.post(&path).token("").body("application/json", "{").send().await.expect(400);
    app.post(&path).token("").body("image/png", "x").send().await.expect(400);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn a_tick_closes_what_is_open_and_opens_nothing() {
    let app = TestApp::start().await;
    let fields = json!([
        {"type": "contact", "key": "email"},
        {"type": "dnd", "key": "quiet", "label": "Leave me alone", "channels": ["SMS", "Email", "Call", "WhatsApp"]},
    ]);
    let path = page_of(&made(&app, &json!({"name": "Quiet", "fields": fields})).await);
    let said = json!({"email": "ada@example.com", "dndSettings": {
        "SMS": {"status": "permanent", "message": "Spam", "code": "30004"},
        "Email": {"status": "active", "message": "The contact wrote STOP.", "code": "STOP"},
        "Call": {"status": "inactive", "message": "Asked to be called"},
    }});
    let made = app.post("/contacts/").json(&said).send().await.expect(201).json();
    let id = &made["contact"]["id"];
    let settings = async || contact(&app, id).await["dndSettings"].to_string().replace("},", "},\n");
    let before = settings().await;
    app.new_events().await;

    for unticked in [json!({"email": "ada@example.com"}), json!({"email": "ada@example.com", "quiet": false})]
    {
        app.post(&path).token("").json(&unticked).send().await.expect(201);
    }
    assert_eq!(settings().await, before);
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate", "FormSubmission", "FormSubmission"]);

    let ticked = json!({"email": "ada@example.com", "quiet": true});
    app.post(&path).token("").json(&ticked).send().await.expect(201);
    insta::assert_snapshot!(settings().await, @r#"
    {"Call":{"status":"active"},
    "Email":{"status":"active","message":"The contact wrote STOP.","code":"STOP"},
    "SMS":{"status":"permanent","message":"Spam","code":"30004"},
    "WhatsApp":{"status":"active"}}
    "#);
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate", "ContactDndUpdate", "FormSubmission"]);
    app.post(&path).token("").json(&ticked).send().await.expect(201);
    assert_eq!(app.new_event_kinds().await, ["FormSubmission"], "there was nothing left to close");
}

#[tokio::test]
async fn every_kind_of_custom_field_takes_what_its_input_sends() {
    let app = TestApp::start().await;
    let mut fields = vec![json!({"type": "contact", "key": "email"})];
    let types = [
        ("Text", "TEXT"),
        ("Long", "LARGE_TEXT"),
        ("Age", "NUMERICAL"),
        ("Price", "MONETORY"),
        ("Size", "FLOAT"),
        ("Work phone", "PHONE"),
        ("Work mail", "EMAIL"),
        ("Since", "DATE"),
        ("At", "TIME"),
        ("Sign", "SIGNATURE"),
        ("One", "SINGLE_OPTIONS"),
        ("Some", "MULTIPLE_OPTIONS"),
        ("Ticks", "CHECKBOX"),
        ("Radio", "RADIO"),
        ("Boxes", "TEXTBOX_LIST"),
    ];
    for (name, data_type) in types {
        let mut body = json!({"name": name, "dataType": data_type});
        match data_type {
            "TEXTBOX_LIST" => body["textBoxListOptions"] = json!([{"label": "Street"}, {"label": "House"}]),
            "SINGLE_OPTIONS" | "MULTIPLE_OPTIONS" | "CHECKBOX" | "RADIO" => {
                body["options"] = json!(["a", "b, c", "d"])
            }
            _ => {}
        }
        fields.push(json!({"type": "custom_field", "id": custom_field(&app, &body).await}));
    }
    let form = made(&app, &json!({"name": "All", "fields": fields})).await;
    let path = page_of(&form);
    let wrong = [
        ("age", "old"),
        ("work_mail", "x"),
        ("since", "soon"),
        ("one", "z"),
        ("some[]", "z"),
        ("boxes[Attic]", "x"),
    ];
    let refused = app.post(&path).token("").header("accept", "application/json").form(&wrong).send().await;
    insta::assert_json_snapshot!(refused.expect(422).json()["message"], @r#"
    [
      "age must be a number conforming to the specified constraints",
      "work_mail must be an email",
      "since must be a valid date string: YYYY-MM-DD or MM/DD/YYYY",
      "one must be one of the following values: a, b, c, d",
      "some must contain only the following values: a, b, c, d",
      "boxes must not have the option Attic"
    ]
    "#);
    let html = send(&app, &path, &wrong).await.expect(422);
    assert_eq!(super::text(&html).matches("class=\"fault\"").count(), 6);
    let right = [
        ("email", "ada@example.com"),
        ("text", "t"),
        ("long", "a\r\nb"),
        ("age", "36"),
        ("price", "9.5"),
        ("size", "1"),
        ("work_phone", "(415) 555-2671"),
        ("work_mail", "w@example.com"),
        ("since", "2020-02-29"),
        ("at", "13:30"),
        ("sign", "Ada"),
        ("one", "b, c"),
        ("some[]", "a"),
        ("some[]", "d"),
        ("ticks", "a"),
        ("radio", "d"),
        ("boxes[Street]", "Elm"),
    ];
    send(&app, &path, &right).await.expect(303);
    let [kept] = submissions(&app).await.try_into().expect("one submission");
    let person = contact(&app, &kept["contactId"]).await;
    let values: Vec<&Value> =
        person["customFields"].as_array().expect("a list").iter().map(|one| &one["value"]).collect();
    let mut values = json!(values);
    let last = values.as_array_mut().and_then(|all| all.last_mut()).expect("boxes");
    *last = json!(last.as_object().map(|boxes| boxes.values().cloned().collect::<Vec<_>>()));
    insta::assert_snapshot!(values.to_string(), @r#"["t","a\r\nb",36,9.5,1,"+14155552671","w@example.com","2020-02-29","13:30","Ada","b, c",["a","d"],["a"],"d",["Elm"]]"#);
}

#[tokio::test]
async fn a_known_contact_is_changed_and_keeps_what_it_was_not_asked() {
    let app = TestApp::start().await;
    let path = page_of(&made(&app, &contact_us()).await);
    let known =
        json!({"firstName": "A", "lastName": "Lovelace", "email": "ada@example.com", "source": "Fair"});
    let id = app.post("/contacts/").json(&known).send().await.expect(201).json()["contact"]["id"].clone();
    app.new_events().await;
    let link = format!("{path}?utm_source=news&utm_campaign=May&gclid=G1");
    let fields = [ADA, &[("_referrer", "https://search.example/"), ("phone", "")]].concat();
    send(&app, &link, &fields).await.expect(303);
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate", "FormSubmission"]);
    let person = contact(&app, &id).await;
    assert_eq!(
        (&person["firstName"], &person["lastName"], &person["source"]),
        (&json!("Ada"), &json!("Lovelace"), &json!("Fair"))
    );
    assert_eq!(person["attributionSource"], person["lastAttributionSource"]);
    let second = format!("{path}?fbclid=F1");
    send(&app, &second, ADA).await.expect(303);
    let person = contact(&app, &id).await;
    insta::assert_json_snapshot!(
        json!([person["attributionSource"], person["lastAttributionSource"]]),
        { ".**.mediumId" => "[form]", ".**.url" => "[url]" }, @r#"
    [
      {
        "sessionSource": "Paid Search",
        "url": "[url]",
        "medium": "form",
        "mediumId": "[form]",
        "referrer": "https://search.example/",
        "utmSource": "news",
        "campaign": "May",
        "gclid": "G1"
      },
      {
        "sessionSource": "Paid Social",
        "url": "[url]",
        "medium": "form",
        "mediumId": "[form]",
        "fbclid": "F1"
      }
    ]
    "#);
    // The same once more changes no contact.
    app.new_events().await;
    send(&app, &second, ADA).await.expect(303);
    assert_eq!(app.new_event_kinds().await, ["FormSubmission"]);
}

#[tokio::test]
async fn answers_that_name_nobody_are_kept_without_a_contact() {
    let app = TestApp::start().await;
    let body = json!({"name": "Poll", "fields": [{"type": "hidden", "key": "page"}, {"type": "contact", "key": "city"}]});
    let path = page_of(&made(&app, &body).await);
    send(&app, &path, &[("city", "London"), ("page", "7")]).await.expect(303);
    assert_eq!(app.new_event_kinds().await, ["FormSubmission"]);
    let [kept] = submissions(&app).await.try_into().expect("one submission");
    assert!(
        kept.get("contactId").is_none()
            && kept["others"]["city"] == "London"
            && kept["others"]["page"] == "7"
    );
}

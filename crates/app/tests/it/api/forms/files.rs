//! Files that visitors send with a form, and `POST /forms/upload-custom-files`

use futures_util::Stream;
use leadhold_testkit::{Answer, TestApp};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::{contact, custom_field, made, page_of, submissions, text};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n0000";

/// A field for files.
async fn field(app: &TestApp, more: Value) -> String {
    let mut body = json!({"name": "Plans", "dataType": "FILE_UPLOAD"});
    for (key, value) in more.as_object().expect("an object") {
        body[key] = value.clone();
    }
    custom_field(app, &body).await
}

/// What lies behind a URL of ours.
async fn fetched(app: &TestApp, url: &Value) -> Answer {
    let path = url.as_str().and_then(|url| url.strip_prefix("http://127.0.0.1:8080")).expect("a URL of ours");
    app.get(path).token("").send().await
}

/// The files of a custom value.
fn files(person: &Value) -> Vec<Value> {
    let value = &person["customFields"][0]["value"];
    value.as_object().map(|files| files.values().cloned().collect()).unwrap_or_default()
}

#[tokio::test]
async fn a_form_takes_files_and_they_end_with_the_contact() {
    let app = TestApp::start().await;
    let plans = field(
        &app,
        json!({"isMultipleFile": true, "maxNumberOfFiles": 2, "acceptedFormat": [".png", ".txt"]}),
    )
    .await;
    let form = json!({"name": "Plans", "fields": [
        {"type": "contact", "key": "email", "required": true},
        {"type": "custom_field", "id": plans, "required": true},
    ]});
    let form = made(&app, &form).await;
    assert!(form["embed"]["html"].as_str().expect("a code").contains("enctype=\"multipart/form-data\""));
    let path = page_of(&form);
    let page = text(&app.get(&path).token("").send().await.expect(200));
    for part in [
        "enctype=\"multipart/form-data\"",
        "type=\"file\" name=\"plans\" accept=\".png,.txt\" multiple required",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let send = |email: &'static str, files: &'static [(&str, &str, &[u8])]| {
        app.post(&path).token("").header("accept", "text/html").multipart(&[("email", email)], files).send()
    };
    let none = text(&send("ada@example.com", &[("plans", "", b"")]).await.expect(422));
    assert!(none.contains("Please choose a file."), "{none}");
    let wrong = text(&send("ada@example.com", &[("plans", "a.exe", PNG)]).await.expect(422));
    assert!(wrong.contains("This must be a file of these types: png, txt."), "{wrong}");
    let many =
        send("a@example.com", &[("plans", "a.png", PNG), ("plans", "b.png", PNG), ("plans", "c.png", PNG)])
            .await;
    assert!(text(&many.expect(400)).contains("at most 2 files"));
    let again = text(&send("nobody", &[("plans", "a.png", PNG)]).await.expect(422));
    assert!(again.contains("Please choose your files again."), "{again}");
    assert!(app.new_events().await.is_empty() && submissions(&app).await.is_empty());

    send("ada@example.com", &[("plans", "a.png", PNG), ("plans", "notes.txt", b"x")]).await.expect(303);
    assert_eq!(app.new_event_kinds().await, ["ContactCreate", "FormSubmission"]);
    let [kept] = submissions(&app).await.try_into().expect("one submission");
    let person = contact(&app, &kept["contactId"]).await;
    let sent = files(&person);
    assert_eq!(kept["others"][&plans], person["customFields"][0]["value"]);
    insta::assert_json_snapshot!(sent[0], {
        ".url" => "[url]", ".documentId" => "[file]", ".meta.uuid" => "[uuid]", ".meta.fieldname" => "[field]",
    }, @r#"
    {
      "meta": {
        "fieldname": "[field]",
        "originalname": "a.png",
        "encoding": "7bit",
        "mimetype": "image/png",
        "size": 12,
        "uuid": "[uuid]"
      },
      "url": "[url]",
      "documentId": "[file]"
    }
    "#);
    let found = fetched(&app, &sent[0]["url"]).await.expect(200);
    assert_eq!((found.header("content-type"), &found.body[..]), ("image/png", PNG));

    app.delete(&format!("/contacts/{}", kept["contactId"].as_str().expect("an id"))).send().await.expect(200);
    app.run_until_idle().await;
    fetched(&app, &sent[0]["url"]).await.expect(404);
    assert_eq!(app.database.content().await["contact_files"], Vec::<String>::new());
}

#[tokio::test]
async fn a_form_without_files_takes_a_multipart_body_and_no_file() {
    let app = TestApp::start().await;
    let form = json!({"name": "Plain", "fields": [{"type": "contact", "key": "email"}]});
    let path = page_of(&made(&app, &form).await);
    let texts = [("email", "ada@example.com")];
    let call = |files: &'static [(&str, &str, &[u8])]| {
        app.post(&path).token("").header("accept", "application/json").multipart(&texts, files).send()
    };
    call(&[]).await.expect(201);
    call(&[("plans", "a.png", PNG)]).await.expect(400);
    assert_eq!(submissions(&app).await.len(), 1);
}

#[tokio::test]
async fn a_surveys_files_come_last() {
    let app = TestApp::start().await;
    let plans = field(&app, json!({})).await;
    let slide = json!({"fields": [{"type": "custom_field", "id": plans}]});
    let last = json!({"fields": [{"type": "contact", "key": "email"}]});
    let wrong = json!({"name": "x", "slides": [slide, last]});
    let refused = app.post("/leadhold/v1/surveys").json(&wrong).send().await.expect(422).json();
    let sentence = "slides.0.fields.0 must be on the last slide, because it takes files";
    assert_eq!(refused["message"], json!([sentence]));
    let right = json!({"name": "x", "slides": [last, slide]});
    let made = app.post("/leadhold/v1/surveys").json(&right).send().await.expect(201).json();
    let path = format!("/s/{}", made["survey"]["id"].as_str().expect("an id"));
    let texts = [("_slide", "1"), ("email", "ada@example.com")];
    let call = app.post(&path).token("").header("accept", "text/html");
    call.multipart(&texts, &[("plans", "a.pdf", b"%PDF-1.7")]).send().await.expect(303);
}

#[tokio::test]
async fn files_are_uploaded_for_a_contacts_field() {
    let app = TestApp::start().await;
    let plans = field(&app, json!({"isMultipleFile": true, "maxNumberOfFiles": 2})).await;
    let id = app.post("/contacts/").json(&json!({"email": "ada@example.com"})).send().await.expect(201);
    let id = id.json()["contact"]["id"].as_str().expect("an id").to_owned();
    let here = app.agency.location.location_id().to_string();
    let url = format!("/forms/upload-custom-files?contactId={id}&locationId={here}");
    app.new_events().await;
    let (one, two) = (format!("{plans}_one"), format!("{plans}_two"));
    for (version, name) in [("2021-07-28", &one), ("v3", &two)] {
        let call = app.post(&url).version(version).multipart(&[], &[(name, "a.png", PNG)]);
        let answer = call.send().await.expect(200).json();
        assert_eq!((&answer["id"], &answer["email"]), (&json!(id), &json!("ada@example.com")));
    }
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate", "ContactUpdate"]);
    let person = contact(&app, &json!(id)).await;
    assert_eq!(files(&person).len(), 2, "{person}");
    let url_of = person["customFields"][0]["value"]["one"]["url"].clone();
    assert_eq!(fetched(&app, &url_of).await.expect(200).body, PNG);

    let three = format!("{plans}_three");
    let over = app.post(&url).multipart(&[], &[(&three, "a.png", PNG)]).send().await.expect(422).json();
    assert_eq!(over["message"], json!([format!("{plans} must contain no more than 2 files")]));
    let wrong = [("plans_1", "a.png", PNG), (&plans, "a.png", PNG), (&three, "a.sh", PNG)];
    let wrong = app.post(&url).multipart(&[], &wrong).send().await.expect(422).json();
    let sentences: Vec<String> = wrong["message"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one.as_str().unwrap_or_default().replace(&plans, "[field]"))
        .collect();
    insta::assert_snapshot!(sentences.join("\n"), @"
    plans_1 must be named <id of a custom field for files>_<id of the file>
    [field] must end with an id of the file, such as a UUID
    [field]_three must be a file of these types: pdf, docx, doc, jpg, jpeg, png, gif, csv, xlsx, xls, mp4, mpeg, zip, rar, txt, svg
    ");
    app.post(&url).multipart(&[("x", "y")], &[]).send().await.expect(422);
    app.post(&url).json(&json!({})).send().await.expect(400);
    let nobody = format!("/forms/upload-custom-files?contactId=nobody&locationId={here}");
    app.post(&nobody).multipart(&[], &[(&one, "a.png", PNG)]).send().await.expect(400);
    let unnamed = app.post("/forms/upload-custom-files").multipart(&[], &[(&one, "a.png", PNG)]).send().await;
    assert_eq!(unnamed.expect(422).json()["message"].as_array().map(Vec::len), Some(4));
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn a_field_that_takes_everything_takes_what_forms_take() {
    let app = TestApp::start().await;
    for (key, format) in ["all", ".ALL", "*"].into_iter().enumerate() {
        let plans = field(&app, json!({"name": format!("Plans {key}"), "acceptedFormat": [format]})).await;
        let form = json!({"name": "Plans", "fields": [
            {"type": "contact", "key": "email", "required": true},
            {"type": "custom_field", "id": plans, "required": true},
        ]});
        let path = page_of(&made(&app, &form).await);
        let page = text(&app.get(&path).token("").send().await.expect(200));
        assert!(page.contains("accept=\".pdf,.docx,"), "{format}: {page}");
        let name = format!("plans_{key}");
        let send = async |file: &str| {
            let call = app.post(&path).token("").header("accept", "text/html");
            call.multipart(&[("email", "ada@example.com")], &[(&name, file, PNG)]).send().await
        };
        send("a.exe").await.expect(422);
        send("a.png").await.expect(303);
    }
}

#[tokio::test]
async fn closing_a_location_ends_all_that_visitors_sent_with_its_forms() {
    use futures_util::TryStreamExt;
    let app = TestApp::start().await;
    let plans = field(&app, json!({"isMultipleFile": true, "maxNumberOfFiles": 10})).await;
    let form = json!({"name": "Plans", "fields": [
        {"type": "contact", "key": "email"}, {"type": "custom_field", "id": plans},
    ]});
    let path = page_of(&made(&app, &form).await);
    let files = [("plans", "a.png", PNG); 10];
    let send = async |texts: &[(&str, &str)]| {
        let call = app.post(&path).token("").header("accept", "text/html");
        call.multipart(texts, &files).send().await.expect(303);
    };
    send(&[]).await; // of nobody
    for _ in 0..20 {
        send(&[("email", "ada@example.com")]).await;
    }
    let kept = app.post("/medias/upload-file").multipart(&[], &[("file", "kept.png", PNG)]);
    kept.send().await.expect(200);
    let close = format!("/locations/{}?deleteTwilioAccount=false", app.agency.location.location_id());
    app.delete(&close).token(&app.agency.token).send().await.expect(200);
    app.run_until_idle().await;
    let content = app.database.content().await;
    assert_eq!(content["contact_files"], Vec::<String>::new());
    assert_eq!(content["files"].len(), 1, "the library's");
    let world = &app.app.world;
    let bytes: Vec<String> = world.files.made_on(world.clock.now()).try_collect().await.expect("a list");
    assert_eq!(bytes.len(), 1);
}

/// A body that never ends, and what says that it is being read.
fn endless(read: UnboundedSender<&'static str>) -> impl Stream<Item = &'static str> + Send {
    let begin = "--x\r\ncontent-disposition: form-data; name=\"plans\"; filename=\"a.png\"\r\n\r\n";
    futures_util::stream::unfold(Some(read), move |read| async move {
        let Some(read) = read else { return std::future::pending().await };
        read.send("read").expect("the test listens");
        Some((begin, None))
    })
}

#[tokio::test]
async fn visitors_who_never_end_leave_room_for_callers_and_for_other_visitors() {
    let app = TestApp::start().await;
    let plans = field(&app, json!({})).await;
    let form = json!({"name": "Plans", "fields": [{"type": "custom_field", "id": plans}]});
    let path = page_of(&made(&app, &form).await);
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let mut slow = tokio::task::JoinSet::new();
    let kind = "multipart/form-data; boundary=x";
    for network in 0..10 {
        for _ in 0..3 {
            let call =
                app.post(&path).token("").peer(&format!("203.0.113.{network}")).header("content-type", kind);
            let (body, told) = (endless(told.clone()), told.clone());
            slow.spawn(async move {
                let refused = call.send_pieces(body).await.status;
                told.send(if refused == 503 { "refused" } else { "otherwise" }).expect("the test listens");
            });
        }
    }
    let mut became = std::collections::BTreeMap::new();
    for _ in 0..30 {
        *became.entry(heard.recv().await.expect("what became of a visitor")).or_insert(0) += 1;
    }
    insta::assert_debug_snapshot!(became, @r#"
    {
        "read": 8,
        "refused": 22,
    }
    "#);
    app.post("/medias/upload-file").multipart(&[], &[("file", "a.png", PNG)]).send().await.expect(200);
    slow.shutdown().await;
    let call = app.post(&path).token("").peer("203.0.113.1").header("accept", "text/html");
    call.multipart(&[], &[("plans", "a.png", PNG)]).send().await.expect(303);
}

#[tokio::test]
async fn a_visitor_who_dribbles_is_cut_off() {
    let app = TestApp::start().await;
    let plans = field(&app, json!({})).await;
    let form = json!({"name": "Plans", "fields": [{"type": "custom_field", "id": plans}]});
    let path = page_of(&made(&app, &form).await);
    let begin = "--x\r\ncontent-disposition: form-data; name=\"plans\"; filename=\"a.png\"\r\n\r\n";
    // A byte every four seconds, of a clock that runs on whenever everybody waits.
    let pieces = futures_util::stream::unfold(0, move |at| async move {
        match at {
            0 => tokio::time::pause(),
            _ => tokio::time::sleep(std::time::Duration::from_secs(4)).await,
        }
        let piece = match at {
            0 => begin,
            1..50 => "x",
            50 => "\r\n--x--\r\n",
            _ => return None,
        };
        Some((piece, at + 1))
    });
    let call = app.post(&path).token("").header("accept", "application/json");
    let call = call.header("content-type", "multipart/form-data; boundary=x");
    let refused = call.send_pieces(pieces).await.expect(400).json();
    assert_eq!(refused["message"], "The body did not come in time.");
}

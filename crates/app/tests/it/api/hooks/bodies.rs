//! What a hook takes, and what it refuses without any change.

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{listening, paths, received};

const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";

#[tokio::test]
async fn json_forms_and_queries_become_data() {
    let app = TestApp::start().await;
    let workflow = listening(&app).await;
    let [guide, today] = paths(&workflow);
    let cases: Vec<(String, &str, &str, Value)> = vec![
        (guide.clone(), "application/json", r#"{"a":{"b":[1,null]}}"#, json!({"a": {"b": [1, null]}})),
        (guide.clone(), "text/plain", r#"{"a":1}"#, json!({"a": 1})),
        (
            guide.clone(),
            FORM,
            "email=a%40b.c&tags[]=x&tags[]=y",
            json!({"email": "a@b.c", "tags": ["x", "y"]}),
        ),
        (format!("{guide}&source=ad"), "", "", json!({"source": "ad"})),
        (format!("{today}?source=ad&company_id=x"), "", "", json!({"source": "ad", "company_id": "x"})),
        (
            format!("{today}?a=query&b=query"),
            "application/json",
            r#"{"a":"body"}"#,
            json!({"a": "body", "b": "query"}),
        ),
        (today.clone(), "", "", json!({})),
        (today.clone(), "application/json", r#"["x",{"y":1}]"#, json!(["x", {"y": 1}])),
        (today.clone(), "application/json", r#""text""#, json!("text")),
        (today.clone(), "application/json", "null", json!(null)),
    ];
    for (path, kind, body, expected) in cases {
        let call = app.post(&path).token("");
        let call = if kind.is_empty() { call } else { call.body(kind, body.to_owned()) };
        call.send().await.expect(200);
        assert_eq!(received(&app, &workflow).await[0], expected, "{path} {body}");
        app.clock.advance(1000);
    }
}

#[tokio::test]
async fn broken_bodies_are_refused_and_change_nothing() {
    let app = TestApp::start().await;
    let workflow = listening(&app).await;
    let [guide, _] = paths(&workflow);
    let refused = app.post(&guide).token("").body("application/json", "{\"a\":").send().await.expect(400);
    insta::assert_json_snapshot!(refused.json(), { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 400,
      "message": "The body is not valid JSON: EOF while parsing a value at line 1 column 5. A hook takes JSON, or a form with content-type application/x-www-form-urlencoded or multipart/form-data.",
      "error": "Bad Request",
      "traceId": "[trace]"
    }
    "#);
    for (kind, body) in [
        ("application/json", "{\"a\":\"\\u0000\"}".to_owned()),
        ("application/json", "\u{0}".to_owned()),
        ("application/json", "[".repeat(10_000)),
        (FORM, "a=%00".to_owned()),
        (FORM, "%00=a".to_owned()),
        ("multipart/form-data; boundary=x", "--x".to_owned()),
        ("multipart/form-data; boundary=x", "a=1".to_owned()),
        ("multipart/form-data", "--x--".to_owned()),
        ("multipart/form-data; boundary=x", part("a", "\u{0}")),
        ("multipart/form-data; boundary=x", part("a\u{0}", "b")),
        ("multipart/form-data; boundary=x", part("a", "b").replace("--x--", "").repeat(501) + "--x--"),
    ] {
        let answer = app.post(&guide).token("").body(kind, body.clone()).send().await;
        assert_eq!(answer.status.as_u16(), 400, "{kind} {body:.200}");
    }
    app.get(&format!("{guide}&a=%00")).token("").send().await.expect(400);
    let large = vec![b'1'; 2 * 1024 * 1024 + 1];
    app.post(&guide).token("").body("application/json", large).send().await.expect(413);
    assert_eq!(app.new_event_kinds().await, Vec::<String>::new());
    assert_eq!(received(&app, &workflow).await, Vec::<Value>::new());
}

/// A part of a form whose boundary is `x`, and its end.
fn part(name: &str, text: &str) -> String {
    format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n--x--\r\n")
}

#[tokio::test]
async fn a_form_with_files_becomes_data_without_their_bytes() {
    let app = TestApp::start().await;
    let workflow = listening(&app).await;
    let [guide, _] = paths(&workflow);
    let part =
        |head: &str, text: &str| format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n");
    let body = [
        part("name=\"email\"", "zoë@example.com"),
        part("name=\"tags[]\"", "a"),
        part("name=\"tags[]\"", "b"),
        part("name=\"address[city]\"", "Springfield"),
        part("name=\"cv\"; filename=\"cv.pdf\"\r\nContent-Type: application/pdf", "%PDF-1.7"),
        "--x--\r\n".to_owned(),
    ];
    let call = app.post(&format!("{guide}&source=ad")).token("");
    call.body("multipart/form-data; boundary=x", body.concat()).send().await.expect(200);
    insta::assert_json_snapshot!(received(&app, &workflow).await[0], @r#"
    {
      "email": "zoë@example.com",
      "tags": [
        "a",
        "b"
      ],
      "address": {
        "city": "Springfield"
      },
      "cv": {
        "name": "cv.pdf",
        "type": "application/pdf",
        "size": 8
      },
      "source": "ad"
    }
    "#);
}

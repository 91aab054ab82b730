//! `POST /locations/{locationId}/customFields/upload`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::super::contacts::{field, make, shown};
use super::path;

async fn upload(app: &TestApp, texts: &[(&str, &str)], files: &[(&str, &str, &[u8])], status: u16) -> Value {
    let call = app.post(&format!("{}/upload", path(app))).multipart(texts, files);
    call.send().await.expect(status).json()
}

#[tokio::test]
async fn what_was_uploaded_is_written_into_a_record() {
    let app = TestApp::start().await;
    let papers =
        field(&app, "Papers", "FILE_UPLOAD", json!({"acceptedFormat": [".txt"], "maxNumberOfFiles": 2}))
            .await;
    let contact = make(&app, json!({"firstName": "A"})).await;
    let part = format!("{papers}_1f");
    let made =
        upload(&app, &[("id", &contact), ("maxFiles", "15")], &[(&part, "a.txt", b"hello")], 200).await;
    insta::assert_json_snapshot!(made["meta"], {
        "[].fieldname" => "[field]_1f", "[].url" => "[url]", "[].documentId" => "[file]",
    }, @r#"
    [
      {
        "fieldname": "[field]_1f",
        "originalname": "a.txt",
        "encoding": "7bit",
        "mimetype": "text/plain",
        "size": 5,
        "url": "[url]",
        "documentId": "[file]"
      }
    ]
    "#);
    let url = made["uploadedFiles"][&part].as_str().unwrap();
    assert_eq!(made["meta"][0]["url"], url);
    let at = url.strip_prefix(&*app.app.config.base_url).unwrap();
    let file = app.get(at).token("").send().await.expect(200);
    assert_eq!(file.body, b"hello".as_slice());
    assert_eq!(shown(&app, &contact).await["customFields"], json!([]), "the upload alone sets nothing");
    let value =
        json!({"1f": {"meta": made["meta"][0], "url": url, "documentId": made["meta"][0]["documentId"]}});
    let body = json!({"customFields": [{"id": papers, "field_value": value}]});
    app.put(&format!("/contacts/{contact}")).json(&body).send().await.expect(200);
    assert_eq!(shown(&app, &contact).await["customFields"][0]["value"], value);
}

#[tokio::test]
async fn of_several_files_in_parts_of_one_name_each_has_its_url() {
    let app = TestApp::start().await;
    let files: [(&str, &str, &[u8]); 4] =
        [("file", "a.txt", b"1"), ("file", "b.txt", b"2"), ("file", "b.txt", b"3"), ("other", "c.txt", b"4")];
    let made = upload(&app, &[("id", "anybody"), ("maxFiles", "4")], &files, 200).await;
    let urls = |list: &[Value]| list.iter().map(|one| one["url"].clone()).collect::<Vec<_>>();
    let named: Vec<(&String, &Value)> = made["uploadedFiles"].as_object().unwrap().iter().collect();
    let names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["file", "b.txt", "b.txt_1", "other"]);
    let found: Vec<Value> = named.iter().map(|(_, url)| (*url).clone()).collect();
    assert_eq!(found, urls(made["meta"].as_array().unwrap()));
}

#[tokio::test]
async fn limits_of_the_field_and_of_the_form_hold() {
    let app = TestApp::start().await;
    let papers =
        field(&app, "Papers", "FILE_UPLOAD", json!({"acceptedFormat": [".pdf"], "maxNumberOfFiles": 1}))
            .await;
    let text = field(&app, "Text", "TEXT", json!({})).await;
    let refused = upload(&app, &[("id", &papers)], &[("a", "a.exe", b"x")], 422).await;
    assert_eq!(refused["message"], json!(["a must be a file of one of the following formats: .pdf"]));
    let refused = upload(&app, &[("id", &papers)], &[("a", "a.pdf", b"x"), ("b", "b.pdf", b"x")], 422).await;
    assert_eq!(
        refused["message"],
        json!(["a must contain no more than 1 files", "b must contain no more than 1 files"])
    );
    let refused = upload(&app, &[("id", &text)], &[("a", "a.pdf", b"x")], 422).await;
    assert_eq!(refused["message"], json!(["a must not be given for a field of type TEXT"]));
    let two: [(&str, &str, &[u8]); 2] = [("a", "a.pdf", b"x"), ("b", "b.pdf", b"x")];
    let refused = upload(&app, &[("id", "anybody"), ("maxFiles", "1")], &two, 400).await;
    assert_eq!(refused["message"], "More files than maxFiles were sent: 2");
    upload(&app, &[("id", "anybody")], &two, 200).await;
    let refused = upload(&app, &[("id", &papers)], &[], 400).await;
    assert_eq!(refused["message"], "Send at least one file.");
    let refused = upload(&app, &[], &two, 422).await;
    assert_eq!(refused["message"], json!(["id must be a string", "id should not be empty"]));
    let foreign = app.post(&format!("{}/upload", path(&app))).token(&app.agency.second_token);
    foreign.multipart(&[("id", "x")], &two).send().await.expect(403);
    app.post(&format!("{}/upload", path(&app))).json(&json!({"id": "x"})).send().await.expect(400);
}

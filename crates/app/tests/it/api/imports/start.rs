//! `POST /leadhold/v1/contacts/imports`, and what its job does.

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::super::contacts::{field, make, unlimited};
use super::{PATH, contacts, id, import, rows, shown, upload};

#[tokio::test]
async fn a_file_becomes_contacts_with_their_events() {
    let app = TestApp::start().await;
    let score = field(&app, "Score", "NUMERICAL", json!({})).await;
    field(&app, "Likes", "MULTIPLE_OPTIONS", json!({"options": ["tea", "coffee"]})).await;
    app.new_events().await;
    let csv = "First Name,Last Name,E-Mail,Phone,Tags,Additional Emails,Score,contact.likes,Last Activity\n\
               Ada,Lovelace,ada@example.com,(888) 888-8888,\"VIP, Lead\",ada@work.example,7,\"tea, coffee\",today\n\
               Grace,,grace@example.com; grace@navy.example,,,,,,\n";
    let started = upload(&app, "?fileName=people.csv&tags=imported", csv).await.expect(201).json();
    insta::assert_json_snapshot!(started["import"], { ".id" => "[import]", ".columns[6].field" => "[score]", ".columns[7].field" => "[likes]" }, @r#"
    {
      "id": "[import]",
      "state": "waiting",
      "dryRun": false,
      "duplicates": "update",
      "fileName": "people.csv",
      "encoding": "UTF-8",
      "separator": ",",
      "columns": [
        {
          "header": "First Name",
          "field": "firstName"
        },
        {
          "header": "Last Name",
          "field": "lastName"
        },
        {
          "header": "E-Mail",
          "field": "email"
        },
        {
          "header": "Phone",
          "field": "phone"
        },
        {
          "header": "Tags",
          "field": "tags"
        },
        {
          "header": "Additional Emails",
          "field": "additionalEmails"
        },
        {
          "header": "Score",
          "field": "[score]"
        },
        {
          "header": "contact.likes",
          "field": "[likes]"
        },
        {
          "header": "Last Activity",
          "field": null
        }
      ],
      "tags": [
        "imported"
      ],
      "total": 2,
      "processed": 0,
      "created": 0,
      "updated": 0,
      "unchanged": 0,
      "skipped": 0,
      "failed": 0,
      "percentage": 0,
      "rowsPerSecond": null,
      "undone": 0,
      "kept": 0,
      "dateAdded": "2026-01-15T10:00:00.000Z",
      "startedAt": null,
      "finishedAt": null
    }
    "#);
    app.run_until_idle().await;
    let done = shown(&app, id(&started)).await;
    assert_eq!(
        (&done["state"], &done["created"], &done["percentage"]),
        (&json!("done"), &json!(2), &json!(100))
    );
    let kinds = app.new_event_kinds().await;
    assert_eq!(kinds, ["ContactCreate", "ContactTagUpdate", "ContactCreate", "ContactTagUpdate"]);
    insta::assert_snapshot!(contacts(&app).await, @r#"
    Ada Lovelace ada@example.com +18888888888 - ["vip","lead","imported"]
    Grace - grace@example.com - - ["imported"]
    "#);
    let here = app.agency.location.location_id();
    let body = json!({"locationId": here, "pageLimit": 10, "filters": [{"field": "additionalEmails", "operator": "eq", "value": "ada@work.example"}]});
    let found = app.post("/contacts/search").json(&body).send().await.expect(200).json();
    let ada = &found["contacts"][0];
    assert_eq!(ada["additionalEmails"], json!([{"email": "ada@work.example"}]));
    assert_eq!(ada["customFields"][0], json!({"id": score, "key": "contact.score", "value": 7}));
    assert_eq!(ada["customFields"][1]["value"], json!(["tea", "coffee"]));
    let list = app.get(PATH).send().await.expect(200).json();
    assert_eq!(list["imports"].as_array().map(Vec::len), Some(1));
    let after = app.get(&format!("{PATH}?startAfterId={}", id(&started))).send().await.expect(200).json();
    assert_eq!(after["imports"], json!([]));
}

#[tokio::test]
async fn every_row_tells_what_became_of_it() {
    let app = unlimited().await;
    field(&app, "Score", "NUMERICAL", json!({})).await;
    make(&app, json!({"firstName": "Ada", "email": "ada@example.com", "tags": ["old"], "city": "Rome"}))
        .await;
    app.new_events().await;
    let csv = "Name,Email,Phone,City,DND,Score,Tags\r\n\
               Ada Lovelace,ADA@example.com,,London,,,new\r\n\
               Grace,grace@example.com,+18888888888,,,,\r\n\
               Grace again,,888-888-8888,Arlington,yes,,\r\n\
               ,nobody,,,maybe,many,\r\n\
               ,,,Paris,,,\r\n\
               Ada Lovelace,ADA@example.com,,London,,,old\r\n\
               a,a@example.com,,,,,,too much\r\n";
    let done = import(&app, "", csv).await;
    let counts =
        ["total", "processed", "created", "updated", "unchanged", "skipped", "failed"].map(|key| &done[key]);
    assert_eq!(json!(counts), json!([7, 7, 1, 2, 1, 0, 3]));
    insta::assert_snapshot!(rows(&app, &done, "").await, @"
    1@2 updated
    2@3 created
    3@4 updated
    4@5 failed dnd must be a boolean value; Score must be a number conforming to the specified constraints; email must be an email
    5@6 failed A contact needs at least one of firstName, lastName, name, email, phone or companyName.
    6@7 unchanged
    7@8 failed the row has 8 cells, and the header names 7 columns
    ");
    insta::assert_snapshot!(rows(&app, &done, "?outcome=failed&limit=1&after=4").await, @"5@6 failed A contact needs at least one of firstName, lastName, name, email, phone or companyName.");
    insta::assert_snapshot!(contacts(&app).await, @r#"
    Ada Lovelace ADA@example.com - London ["old","new"]
    Grace again grace@example.com +18888888888 Arlington []
    "#);
    insta::assert_snapshot!(app.new_event_kinds().await.join("\n"), @"
    ContactUpdate
    ContactTagUpdate
    ContactCreate
    ContactUpdate
    ContactDndUpdate
    ");
    let failed =
        app.get(&format!("{PATH}/{}/rows?outcome=failed&limit=1", done["id"].as_str().unwrap_or("")));
    let failed = failed.send().await.expect(200).json();
    assert_eq!(failed["rows"][0]["cells"], json!(["", "nobody", "", "", "maybe", "many", ""]));
    assert_eq!(failed["nextAfter"], 4);
}

#[tokio::test]
async fn a_cell_with_too_much_in_it_fails_its_row_alone() {
    let app = unlimited().await;
    let emails: Vec<String> = (0..101).map(|number| format!("a{number}@example.com")).collect();
    let tags: Vec<String> = (0..1001).map(|number| format!("tag {number}")).collect();
    let csv = format!(
        "Name,Additional Emails,Additional Phones,Tags\nAda,{},{},{}\nGrace,,,\n",
        emails.join(";"),
        vec!["1"; 101].join(";"),
        tags.join(";"),
    );
    let done = import(&app, "?separator=,", &csv).await;
    insta::assert_snapshot!(rows(&app, &done, "").await, @"
    1@2 failed tags must contain no more than 1000 elements; additionalEmails must contain no more than 100 elements; additionalPhones must contain no more than 100 elements
    2@3 created
    ");
}

#[tokio::test]
async fn duplicates_are_changed_skipped_or_made() {
    let app = unlimited().await;
    let ada = make(&app, json!({"firstName": "Ada", "email": "ada@example.com"})).await;
    let csv = format!("Contact Id,Email,City\n,ada@example.com,London\n{ada},,Paris\n,new@example.com,\n");
    let skipped = import(&app, "?duplicates=skip", &csv).await;
    assert_eq!((&skipped["skipped"], &skipped["created"]), (&json!(2), &json!(1)));
    let create = import(&app, "?duplicates=create", "Email,City\nada@example.com,London\n").await;
    insta::assert_snapshot!(rows(&app, &create, "").await, @"1@2 failed This location does not allow duplicated contacts.");
    let updated = import(&app, "?duplicates=update", &csv).await;
    assert_eq!((&updated["updated"], &updated["unchanged"]), (&json!(2), &json!(1)));
    insta::assert_snapshot!(contacts(&app).await, @"
    Ada - ada@example.com - Paris []
    - - new@example.com - - []
    ");
}

#[tokio::test]
async fn a_mapping_comes_in_the_query_or_in_a_json_body() {
    let app = unlimited().await;
    let body = json!({
        "csv": "Wer;Wo\nAda;London\n", "mapping": {"Wer": "firstName", "wo": "city"}, "duplicates": "create", "tags": ["x"],
    });
    let by_body = app.post(PATH).json(&body).send().await.expect(201).json();
    assert_eq!(
        by_body["import"]["columns"],
        json!([{"header": "Wer", "field": "firstName"}, {"header": "Wo", "field": "city"}])
    );
    let mapping = form_urlencoded::byte_serialize(br#"{"Wer":"lastName","Wo":null}"#).collect::<String>();
    let by_query = upload(&app, &format!("?mapping={mapping}&separator=;"), "Wer;Wo\nAda;London\n").await;
    assert_eq!(by_query.expect(201).json()["import"]["columns"][1]["field"], Value::Null);
    app.run_until_idle().await;
    let made = contacts(&app).await;
    let mut made: Vec<&str> = made.lines().collect();
    made.sort_unstable(); // neither has an address to be ordered by
    assert_eq!(made, ["- Ada - - - []", "Ada - - - London [\"x\"]"]);
}

#[tokio::test]
async fn what_cannot_be_an_import_is_refused_and_keeps_nothing() {
    let app = unlimited().await;
    let before = app.database.content().await;
    let mut told = Vec::new();
    for (query, csv) in [
        ("", ""),
        ("", "Email\n"),
        ("", "Colour,Size\nred,1\n"),
        ("?duplicates=perhaps&separator=x&encoding=klingon&mapping=1&dryRun=2&colour=red", "Email\na@b.co\n"),
        ("?mapping=%7B%22Colour%22:%22hue%22,%22Shape%22:%22email%22%7D", "Colour\nred\n"),
    ] {
        let answer = upload(&app, query, csv).await;
        told.push(format!("{} {}", answer.status.as_u16(), answer.json()["message"]));
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
    400 "The file has no header: its first row must name the columns."
    400 "The file has no row beneath its header."
    422 ["mapping must name a column for at least one of id, firstName, lastName, name, email, phone, companyName"]
    422 ["property colour should not exist","encoding must be the name of an encoding, such as utf-8 or windows-1252","dryRun must be a boolean value","duplicates must be one of the following values: update, skip, create","separator must be one of the following values: , ; | tab","mapping must be an object of fields by column"]
    422 ["mapping.Colour must be a field of a contact, a custom field, or null","mapping.Shape is no column of the file"]
    "#);
    app.post(PATH).form(&[("csv", "Email")]).send().await.expect(400);
    app.post(PATH).json(&json!({"mapping": []})).send().await.expect(422);
    assert_eq!(app.database.content().await, before);
    for path in ["", "/rows"] {
        app.get(&format!("{PATH}/000000000000000000000000{path}")).send().await.expect(404);
    }
}

#[tokio::test]
async fn a_long_file_is_done_in_chunks_and_can_be_cancelled() {
    let app = unlimited().await;
    let lines: Vec<String> = (0..250).map(|i| format!("c{i}@example.com")).collect();
    let csv = format!("Email\n{}\n", lines.join("\n"));
    let done = import(&app, "", &csv).await;
    assert_eq!(
        (&done["state"], &done["created"], &done["processed"]),
        (&json!("done"), &json!(250), &json!(250))
    );
    let started = upload(&app, "", &csv).await.expect(201).json();
    let cancel = format!("{PATH}/{}/cancel", id(&started));
    let cancelled = app.post(&cancel).send().await.expect(200).json();
    assert_eq!(cancelled["import"]["state"], "cancelled");
    app.new_events().await;
    app.run_until_idle().await;
    assert_eq!(app.new_event_kinds().await, [""; 0]);
    assert_eq!(shown(&app, id(&started)).await["processed"], 0);
    app.post(&cancel).send().await.expect(409);
    assert!(app.jobs().await.is_empty());
}

#[tokio::test]
async fn a_restart_between_chunks_does_no_row_twice() {
    let app = unlimited().await;
    let lines: Vec<String> = (0..250).map(|i| format!("c{i}@example.com")).collect();
    let csv = format!("Email\n{}\n", lines.join("\n"));
    let started = upload(&app, "?duplicates=create", &csv).await.expect(201).json();
    let app = app.restart().await;
    app.run_until_idle().await;
    let done = shown(&app, id(&started)).await;
    assert_eq!((&done["created"], &done["failed"]), (&json!(250), &json!(0)));
    assert_eq!(app.get("/contacts/?limit=1").send().await.expect(200).json()["count"], 250);
}

#[tokio::test]
async fn nobody_reads_another_locations_import() {
    let app = unlimited().await;
    let done = import(&app, "", "Email\na@example.com\n").await;
    let id = done["id"].as_str().expect("an id");
    for path in ["", "/rows"] {
        app.get(&format!("{PATH}/{id}{path}")).token(&app.agency.second_token).send().await.expect(404);
    }
    for verb in ["cancel", "undo"] {
        app.post(&format!("{PATH}/{id}/{verb}")).token(&app.agency.second_token).send().await.expect(404);
    }
    let list = app.get(PATH).token(&app.agency.second_token).send().await.expect(200).json();
    assert_eq!(list["imports"], json!([]));
}

#[tokio::test]
async fn a_file_comes_in_a_form_or_is_longer_than_other_bodies() {
    let app = unlimited().await;
    let form = "--x\r\nContent-Disposition: form-data; name=\"dryRun\"\r\n\r\ntrue\r\n\
                --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"people.csv\"\r\n\
                Content-Type: text/csv\r\n\r\nEmail\na@example.com\n\r\n--x--\r\n";
    let call = app.post(PATH).body("multipart/form-data; boundary=x", form);
    let made = call.send().await.expect(201).json();
    let shown = ["dryRun", "fileName", "total"].map(|key| &made["import"][key]);
    assert_eq!(json!(shown), json!([true, "people.csv", 1]));
    let without = "--x\r\nContent-Disposition: form-data; name=\"dryRun\"\r\n\r\ntrue\r\n--x--\r\n";
    app.post(PATH).body("multipart/form-data; boundary=x", without).send().await.expect(422);
    let long = format!("Email,Note\na@example.com,{}\n", "x".repeat(3 * 1024 * 1024));
    upload(&app, "?dryRun=true", &long).await.expect(201);
    upload(&app, "", &"x".repeat(31 * 1024 * 1024)).await.expect(413);
}

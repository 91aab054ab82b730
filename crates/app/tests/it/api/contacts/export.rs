//! `GET` and `POST /leadhold/v1/contacts/export`

use serde_json::json;

use super::{field, make, unlimited};
use leadhold_testkit::{Answer, TestApp};

const PATH: &str = "/leadhold/v1/contacts/export";

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).expect("UTF-8")
}

/// A cell of the second row under a header.
fn cell(file: &str, header: &str) -> String {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let at = reader.headers().expect("a header").iter().position(|name| name == header);
    let row = reader.records().next().expect("a row").expect("a readable row");
    row[at.unwrap_or_else(|| panic!("no column {header}"))].to_owned()
}

#[tokio::test]
async fn a_file_has_all_of_a_contact_and_no_formula() {
    let app = TestApp::start().await;
    let likes =
        field(&app, "Likes", "MULTIPLE_OPTIONS", json!({"options": ["tea", "coffee"], "position": 1})).await;
    let score = field(&app, "Score", "NUMERICAL", json!({"position": 2})).await;
    field(&app, "City", "TEXT", json!({"position": 3})).await;
    make(&app, json!({
        "firstName": "=cmd|'/c calc'!A0", "lastName": "O\"Brien, Ö", "email": "ada@example.com", "phone": "+18888888888",
        "tags": ["vip", "lead"], "dateOfBirth": "1990-09-25",
        "customFields": [{"id": likes, "field_value": ["tea", "coffee"]}, {"id": score, "field_value": -3}],
    }))
    .await;
    let answer = app.get(&format!("{PATH}?bom=true")).send().await.expect(200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"contacts.csv\"");
    let file = text(&answer);
    let header = file.strip_prefix('\u{feff}').expect("a mark").lines().next().unwrap_or_default().to_owned();
    insta::assert_snapshot!(header, @"Contact Id,First Name,Last Name,Phone,Email,Business Name,Street Address,City,State,Postal Code,Country,Website,Time Zone,Date Of Birth,Gender,Contact Source,Contact Type,Assigned User,DND,Created,Last Updated,Tags,Additional Emails,Additional Phones,Likes,Score,contact.city_1");
    let cells = [
        "First Name",
        "Last Name",
        "Phone",
        "Tags",
        "Date Of Birth",
        "Likes",
        "Score",
        "DND",
        "contact.city_1",
    ];
    let plain = text(&app.get(PATH).send().await.expect(200));
    let cells = cells.map(|header| format!("{header}: {}", cell(&plain, header)));
    insta::assert_snapshot!(cells.join("\n"), @r#"
    First Name: '=cmd|'/c calc'!A0
    Last Name: O"Brien, Ö
    Phone: '+18888888888
    Tags: vip, lead
    Date Of Birth: 1990-09-25
    Likes: tea, coffee
    Score: -3
    DND: false
    contact.city_1:
    "#);
}

#[tokio::test]
async fn a_file_longer_than_a_page_has_everyone_once_and_comes_back_in() {
    let app = unlimited().await;
    let operations: Vec<_> = (0..1000)
        .map(|i| json!({"method": "POST", "path": "/contacts/", "body": {"name": format!("=c {i}"), "phone": format!("+1888888{i:04}")}}))
        .collect();
    app.post("/leadhold/v1/batch")
        .json(&json!({"mode": "all", "operations": operations}))
        .send()
        .await
        .expect(200);
    make(&app, json!({"firstName": "last"})).await;
    let file = text(&app.get(PATH).send().await.expect(200));
    let mut ids: Vec<_> =
        file.lines().skip(1).map(|line| line.split(',').next().unwrap_or_default()).collect();
    assert_eq!(ids.len(), 1001);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1001);
    app.run_until_idle().await;
    app.new_events().await;
    changes_nothing(&app, file, 1001).await;
}

/// An exported file comes back in: all of its rows are what is there, and nobody is told of anything.
async fn changes_nothing(app: &TestApp, file: String, rows: u64) {
    let back =
        app.post("/leadhold/v1/contacts/imports").body("text/csv", file).send().await.expect(201).json();
    app.run_until_idle().await;
    let id = back["import"]["id"].as_str().expect("an id");
    let done = app.get(&format!("/leadhold/v1/contacts/imports/{id}")).send().await.expect(200).json();
    assert_eq!((&done["import"]["unchanged"], &done["import"]["failed"]), (&json!(rows), &json!(0)));
    assert_eq!(app.new_event_kinds().await, [""; 0]);
}

#[tokio::test]
async fn lists_of_texts_with_commas_come_back_in_as_they_were() {
    let app = unlimited().await;
    let options = json!({"options": ["tea, black", "tea", "[milk", "coffee"], "position": 1});
    let likes = field(&app, "Likes", "MULTIPLE_OPTIONS", options).await;
    let own = field(&app, "Own", "CHECKBOX", json!({"isAllowedCustomOption": true, "position": 2})).await;
    for (name, tags, chosen) in [
        ("Ada", json!(["met in rome, 2025", "vip"]), json!(["tea, black", "coffee"])),
        ("Grace", json!(["one; two"]), json!(["[milk"])),
        ("Alan", json!(["vip", "lead"]), json!(["tea"])),
    ] {
        let custom = json!([{"id": likes, "field_value": chosen}, {"id": own, "field_value": [" x ", "y"]}]);
        make(&app, json!({"firstName": name, "tags": tags, "customFields": custom})).await;
        app.clock.advance(1);
    }
    let file = text(&app.get(PATH).send().await.expect(200));
    let all: Vec<String> = csv::Reader::from_reader(file.as_bytes())
        .records()
        .map(|row| row.expect("a readable row"))
        .map(|row| format!("{}: {} | {} | {}", &row[1], &row[21], &row[24], &row[25]))
        .collect();
    insta::assert_snapshot!(all.join("\n"), @r#"
    Ada: ["met in rome, 2025","vip"] | ["tea, black","coffee"] | [" x ","y"]
    Grace: ["one; two"] | ["[milk"] | [" x ","y"]
    Alan: vip, lead | tea | [" x ","y"]
    "#);
    app.new_events().await;
    changes_nothing(&app, file, 3).await;
}

#[tokio::test]
async fn what_does_not_match_is_left_out_and_faults_are_told() {
    let app = unlimited().await;
    make(&app, json!({"firstName": "Ada", "email": "ada@example.com", "tags": ["vip"]})).await;
    make(&app, json!({"firstName": "Grace", "email": "grace@example.com"})).await;
    let filter = json!({"filters": [{"field": "tags", "operator": "eq", "value": "vip"}]});
    let file = text(&app.post(PATH).json(&filter).send().await.expect(200));
    assert_eq!((file.lines().count(), cell(&file, "Email").as_str()), (2, "ada@example.com"));
    let file = text(&app.get(&format!("{PATH}?query=grace")).send().await.expect(200));
    assert_eq!((file.lines().count(), cell(&file, "Email").as_str()), (2, "grace@example.com"));
    let nobody = app.get(PATH).token(&app.agency.second_token).send().await.expect(200);
    assert_eq!(text(&nobody).lines().count(), 1);
    app.post(PATH)
        .json(&json!({"filters": [{"field": "shoe", "operator": "eq", "value": "1"}]}))
        .send()
        .await
        .expect(400);
    app.post(PATH).json(&json!({"filters": 1, "page": 2})).send().await.expect(422);
    app.get(&format!("{PATH}?bom=perhaps")).send().await.expect(422);
}

//! `/leadhold/v1/contacts/imports`

mod rehearse;
mod start;
mod undo;

use leadhold_testkit::{Answer, TestApp};
use serde_json::Value;

const PATH: &str = "/leadhold/v1/contacts/imports";

/// Uploads a file; `query` begins with `?` or is empty.
async fn upload(app: &TestApp, query: &str, csv: &str) -> Answer {
    app.post(&format!("{PATH}{query}")).body("text/csv", csv.to_owned()).send().await
}

/// Uploads a file and lets it be done; answers the import as it is then.
async fn import(app: &TestApp, query: &str, csv: &str) -> Value {
    let started = upload(app, query, csv).await.expect(201).json();
    app.run_until_idle().await;
    shown(app, id(&started)).await
}

fn id(answer: &Value) -> &str {
    answer["import"]["id"].as_str().expect("an id")
}

async fn shown(app: &TestApp, id: &str) -> Value {
    app.get(&format!("{PATH}/{id}")).send().await.expect(200).json()["import"].clone()
}

/// The rows as lines: number, outcome and faults.
async fn rows(app: &TestApp, import: &Value, query: &str) -> String {
    let path = format!("{PATH}/{}/rows{query}", import["id"].as_str().expect("an id"));
    let answer = app.get(&path).send().await.expect(200).json();
    let line = |row: &Value| {
        let faults: Vec<&str> =
            row["faults"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let undo =
            format!("{} {}", row["undo"].as_str().unwrap_or(""), row["undoNote"].as_str().unwrap_or(""));
        let text =
            format!("{}@{} {} {} {}", row["row"], row["line"], row["outcome"], faults.join("; "), undo);
        text.replace('"', "").trim().to_owned()
    };
    answer["rows"].as_array().expect("rows").iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The contacts of the location as lines, oldest first: name, address, number, city and tags.
async fn contacts(app: &TestApp) -> String {
    let here = app.agency.location.location_id();
    let body = serde_json::json!({"locationId": here, "pageLimit": 100, "sort": [{"field": "email", "direction": "asc"}]});
    let found = app.post("/contacts/search").json(&body).send().await.expect(200).json();
    let text = |contact: &Value, key: &str| contact[key].as_str().unwrap_or("-").to_owned();
    let line = |contact: &Value| {
        let named =
            ["firstName", "lastName", "email", "phone", "city"].map(|key| text(contact, key)).join(" ");
        format!("{named} {}", contact["tags"])
    };
    found["contacts"].as_array().expect("contacts").iter().map(line).collect::<Vec<_>>().join("\n")
}

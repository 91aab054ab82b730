//! What was answered is found by every search that begins afterwards. `LEADHOLD_PAIRS` sets how many pairs of a creation
//! and a search are tried.

use std::sync::Arc;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::unlimited;

/// Clients that write and search at once.
const AT_ONCE: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn a_search_after_a_creation_never_misses() {
    let pairs = crate::how_many("LEADHOLD_PAIRS", 2000);
    let app = Arc::new(unlimited().await);
    let mut clients = JoinSet::new();
    for client in 0..AT_ONCE {
        let app = Arc::clone(&app);
        clients.spawn(async move {
            for number in (client..pairs).step_by(AT_ONCE) {
                pair(&app, number).await;
            }
        });
    }
    clients.join_all().await;
    let list = app.get("/contacts/?limit=1").send().await.expect(200).json();
    assert_eq!(list["meta"]["total"], pairs);
}

/// Creates a contact and looks for it, each time in another way.
async fn pair(app: &TestApp, number: usize) {
    let (email, phone) = (format!("n{number}@example.com"), format!("+1415{:07}", 2_000_000 + number));
    let tag = format!("t{number}");
    let body = json!({"firstName": format!("Ada{number}"), "email": email, "phone": phone, "tags": [tag]});
    let made = app.post("/contacts/").json(&body).send().await.expect(201).json();
    let id = made["contact"]["id"].as_str().expect("an id");
    let eq =
        |field: &str, value: &str| json!({"filters": [{"field": field, "operator": "eq", "value": value}]});
    let found =
        match number % 6 {
            0 => search(app, eq("email", &email)).await,
            1 => search(app, eq("phone", &phone)).await,
            2 => search(app, eq("tags", &tag)).await,
            3 => search(app, json!({"query": email})).await,
            4 => {
                app.get(&format!("/contacts/search/duplicate?email={email}")).send().await.expect(200).json()
                    ["contact"]["id"]
                    .clone()
            }
            _ => app.get(&format!("/contacts/?query={email}")).send().await.expect(200).json()["contacts"][0]
                ["id"]
                .clone(),
        };
    assert_eq!(found, id, "pair {number} was missed");
}

async fn search(app: &TestApp, more: Value) -> Value {
    let location = app.agency.location.location_id();
    let mut body = json!({"locationId": location, "pageLimit": 5, "page": 1});
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    app.post("/contacts/search").json(&body).send().await.expect(200).json()["contacts"][0]["id"].clone()
}

//! A large transaction does not hold up small ones beside it: on PostgreSQL, where they overlap.

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::gate::{BLOCKED, Gate, wait_for};
use crate::api::contacts;
use crate::api::opportunities::Board;

/// Records that the batch makes of each kind: more than a counter has rows.
const MANY: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn others_make_records_while_a_batch_is_not_done() {
    let app = contacts::unlimited().await;
    if !app.database.is_postgres() {
        return; // one writer: transactions do not overlap
    }
    let board = Board::of(app).await;
    let (app, store) = (&board.app, board.app.app.world.store.clone());
    let last = board.make(json!({"name": "Last"})).await;
    let mut buyers = Vec::new();
    for number in 0..MANY {
        buyers.push(contacts::make(app, json!({"email": format!("buyer{number}@example.com")})).await);
    }

    let gate = Gate::close(&store, format!("opportunity:{last}")).await;
    let batch = app.post("/leadhold/v1/batch").json(&batch(&board, &buyers, &last)).send();
    let beside = async {
        wait_for(&store, BLOCKED, 1).await; // the batch has done all but its last operation
        for number in 0..8 {
            let contact = contacts::make(app, json!({"email": format!("beside{number}@example.com")})).await;
            board.make(json!({"name": "Beside", "contactId": contact})).await;
        }
        gate.open().await;
    };
    let (answer, ()) = tokio::join!(batch, beside);

    assert_eq!(answer.expect(200).json()["succeeded"], 2 * MANY + 1);
    assert_eq!(total(app, "/contacts/search", json!({"pageLimit": 1})).await, 1 + 2 * MANY as u64 + 8);
    assert_eq!(total(app, "/opportunities/search", json!({"limit": 1})).await, 1 + MANY as u64 + 8);
}

fn batch(board: &Board, buyers: &[String], last: &str) -> Value {
    let contact = |number: usize| json!({"email": format!("batch{number}@example.com")});
    let contacts = (0..MANY).map(|n| json!({"method": "POST", "path": "/contacts/", "body": contact(n)}));
    let deal = |buyer: &String| board.body(json!({"contactId": buyer}));
    let deals = buyers.iter().map(|b| json!({"method": "POST", "path": "/opportunities/", "body": deal(b)}));
    let end = json!({"method": "PUT", "path": format!("/opportunities/{last}"), "body": {"name": "Done"}});
    json!({"mode": "all", "operations": contacts.chain(deals).chain([end]).collect::<Vec<_>>()})
}

async fn total(app: &TestApp, path: &str, mut body: Value) -> u64 {
    body["locationId"] = json!(app.agency.location.location_id());
    let answer = app.post(path).json(&body).send().await;
    answer.json()["total"].as_u64().expect("a total")
}

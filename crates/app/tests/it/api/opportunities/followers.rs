//! `POST` and `DELETE /opportunities/{id}/followers`

use serde_json::json;

use super::Board;

#[tokio::test]
async fn followers_come_and_go_without_a_word() {
    let board = Board::start().await;
    let id = board.make(json!({})).await;
    let path = format!("/opportunities/{id}/followers");
    let added =
        board.app.post(&path).json(&json!({"followers": ["u1", "u2", "u1"]})).send().await.expect(201);
    assert_eq!(
        (&added.json()["followers"], &added.json()["followersAdded"]),
        (&json!(["u1", "u2"]), &json!(["u1", "u2"]))
    );
    let added =
        board.app.post(&path).json(&json!({"followers": ["u2", "u3"]})).send().await.expect(201).json();
    assert_eq!((&added["followers"], &added["followersAdded"]), (&json!(["u1", "u2", "u3"]), &json!(["u3"])));
    assert_eq!(board.shown(&id).await["followers"], json!(["u1", "u2", "u3"]));
    let removed =
        board.app.delete(&path).json(&json!({"followers": ["u1", "x"]})).send().await.expect(200).json();
    assert_eq!((&removed["followers"], &removed["followersRemoved"]), (&json!(["u2", "u3"]), &json!(["u1"])));
    let all = format!("{path}?isRemoveAllFollowers=true");
    let removed = board.app.delete(&all).send().await.expect(200).json();
    assert_eq!((&removed["followers"], &removed["followersRemoved"]), (&json!([]), &json!(["u2", "u3"])));
    assert!(board.app.new_events().await.is_empty());
}

#[tokio::test]
async fn followers_are_a_list_of_texts() {
    let board = Board::start().await;
    let id = board.make(json!({})).await;
    let path = format!("/opportunities/{id}/followers");
    let before = board.app.database.content().await;
    let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
    for body in
        [json!({}), json!({"followers": "u1"}), json!({"followers": [1]}), json!({ "followers": many })]
    {
        board.app.post(&path).json(&body).send().await.expect(422);
        board.app.delete(&path).json(&body).send().await.expect(422);
    }
    board.app.post(&path).token(&board.app.agency.second_token).json(&json!({})).send().await.expect(403);
    assert_eq!(board.app.database.content().await, before);
}

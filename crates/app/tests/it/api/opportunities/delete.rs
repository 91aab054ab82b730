//! `DELETE /opportunities/{id}`, and the end of what an opportunity hangs on.

use leadhold_app::opportunities;
use leadhold_kernel::Id;
use serde_json::json;

use super::Board;
use crate::api::contacts;

#[tokio::test]
async fn a_removed_opportunity_is_gone() {
    let board = Board::start().await;
    let before = board.app.database.content().await;
    let id = board.make(json!({"monetaryValue": 3})).await;
    let path = format!("/opportunities/{id}");
    let done = board.app.delete(&path).send().await.expect(200).json();
    assert_eq!(done["succeded"], json!(true));
    let events = board.app.new_events().await;
    let kinds: Vec<&str> = events.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, ["OpportunityDelete", "OpportunityUpdate"]);
    assert_eq!((&events[0].1, &events[0].2["monetaryValue"]), (&id, &json!(3)));
    board.app.get(&path).send().await.expect(400);
    board.app.delete(&path).send().await.expect(400);
    assert!(board.app.new_events().await.is_empty());
    let after = board.app.database.content().await;
    for table in ["opportunities", "opportunities_search", "opportunity_field_values"] {
        assert_eq!(before[table], after[table], "{table}");
    }
}

#[tokio::test]
async fn a_contacts_opportunities_end_with_it() {
    let board = Board::start().await;
    let id = board.make(json!({})).await;
    let won = board.make(json!({"status": "won"})).await;
    let bob = contacts::make(&board.app, json!({"firstName": "Bob"})).await;
    let other = board.make(json!({"contactId": bob})).await;
    board.app.delete(&format!("/contacts/{}", board.contact)).send().await.expect(200);
    // Not shown any more from that moment on.
    board.app.get(&format!("/opportunities/{id}")).send().await.expect(400);
    board.app.run_until_idle().await;
    let mut kinds = board.app.new_event_kinds().await;
    kinds.sort();
    let twice = |kind: &str| vec![kind.to_owned(); 2];
    let expected =
        [vec!["ContactDelete".to_owned()], twice("OpportunityDelete"), twice("OpportunityUpdate")].concat();
    assert_eq!(kinds, expected);
    for gone in [&id, &won] {
        board.app.delete(&format!("/opportunities/{gone}")).send().await.expect(400);
    }
    board.shown(&other).await;
}

#[tokio::test]
async fn many_opportunities_of_a_contact_end_in_steps() {
    let board = Board::start().await;
    let (here, contact, pipeline) =
        (board.app.agency.location.clone(), board.contact.clone(), board.pipeline.id.to_string());
    board
        .app
        .write(move |tx, cx| {
            let fields = opportunities::OpportunityFields {
                pipeline_id: Some(pipeline.clone()),
                status: Some(opportunities::Status::Lost),
                ..Default::default()
            };
            for _ in 0..450 {
                opportunities::create(tx, cx, &here, &contact, &fields)?;
            }
            Ok::<_, leadhold_kernel::Error>(())
        })
        .await;
    board.app.new_events().await;
    board.app.delete(&format!("/contacts/{}", board.contact)).send().await.expect(200);
    board.app.run_until_idle().await;
    let kinds = board.app.new_event_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "OpportunityDelete").count(), 450);
    assert_eq!(kinds.len(), 901);
    assert!(board.app.database.content().await["opportunities"].is_empty());
}

#[tokio::test]
async fn all_of_a_contacts_opportunities_move_to_another() {
    let board = Board::start().await;
    let (first, second) = (board.make(json!({})).await, board.make(json!({"status": "won"})).await);
    let bob = contacts::make(&board.app, json!({"firstName": "Bob"})).await;
    board.make(json!({"contactId": bob})).await; // also open: moving makes two
    let (here, from, to) = (board.app.agency.location.clone(), board.contact.clone(), bob.clone());
    let (from, to) = (Id::parse(&from).unwrap(), Id::parse(&to).unwrap());
    board.app.write(move |tx, cx| opportunities::move_to_contact(tx, cx, &here, &from, &to)).await;
    assert_eq!(board.app.new_event_kinds().await, ["OpportunityUpdate", "OpportunityUpdate"]);
    for id in [first, second] {
        let moved = board.shown(&id).await;
        assert_eq!((&moved["contactId"], &moved["contact"]["name"]), (&json!(bob), &json!("Bob")));
    }
}

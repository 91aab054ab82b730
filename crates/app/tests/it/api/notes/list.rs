//! `GET /contacts/{contactId}/notes` and `GET …/{id}`

use leadhold_app::notes;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{contact, make, make_contact, refusals};

fn bodies(list: &Value) -> Vec<&str> {
    list["notes"].as_array().expect("notes").iter().filter_map(|note| note["body"].as_str()).collect()
}

#[tokio::test]
async fn the_newest_note_comes_first_and_others_stay_with_their_contact() {
    let app = TestApp::start().await;
    let (contact, second) = (contact(&app).await, make_contact(&app, json!({"firstName": "Bob"})).await);
    for body in ["one", "two", "three"] {
        make(&app, &contact, json!({"body": body})).await;
        app.clock.advance(1000);
    }
    make(&app, &second, json!({"body": "of Bob"})).await;
    let path = format!("/contacts/{contact}/notes");
    let list = app.get(&path).send().await.expect(200).json();
    assert_eq!(bodies(&list), ["three", "two", "one"]);
    let first = &list["notes"][0];
    let one = format!("{path}/{}", first["id"].as_str().expect("an id"));
    assert_eq!(&app.get(&one).send().await.expect(200).json()["note"], first);
    refusals(&app, &one, http::Method::GET, None).await;
    app.get("/contacts/aaaaaaaaaaaaaaaaaaaa/notes").send().await.expect(400);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.get(&path).token(token).send().await.expect(403);
    }
}

#[tokio::test]
async fn notes_move_to_another_contact() {
    let app = TestApp::start().await;
    let (contact, second) = (contact(&app).await, make_contact(&app, json!({"firstName": "Bob"})).await);
    make(&app, &contact, json!({"body": "one"})).await;
    app.new_events().await;
    let (here, from, to) = (app.agency.location.clone(), contact.clone(), second.clone());
    app.write(move |tx, _| notes::move_to_contact(tx, &here, &from, &to)).await;
    let list = async |of: &str| app.get(&format!("/contacts/{of}/notes")).send().await.expect(200).json();
    assert_eq!((bodies(&list(&contact).await), bodies(&list(&second).await)), (vec![], vec!["one"]));
    assert!(app.new_events().await.is_empty());
}

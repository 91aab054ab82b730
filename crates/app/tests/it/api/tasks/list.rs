//! `GET /contacts/{contactId}/tasks` and `GET …/{taskId}`

use leadhold_app::tasks;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{contact, make, make_contact, refusals};

fn titles(list: &Value) -> Vec<&str> {
    list["tasks"].as_array().expect("tasks").iter().filter_map(|task| task["title"].as_str()).collect()
}

#[tokio::test]
async fn the_newest_task_comes_first_and_others_stay_with_their_contact() {
    let app = TestApp::start().await;
    let (contact, second) = (contact(&app).await, make_contact(&app, json!({"firstName": "Bob"})).await);
    for title in ["one", "two", "three"] {
        make(&app, &contact, title, json!({})).await;
        app.clock.advance(1000);
    }
    make(&app, &second, "of Bob", json!({})).await;
    let path = format!("/contacts/{contact}/tasks");
    let list = app.get(&path).send().await.expect(200).json();
    assert_eq!(titles(&list), ["three", "two", "one"]);
    let first = &list["tasks"][0];
    let one = format!("{path}/{}", first["id"].as_str().expect("an id"));
    assert_eq!(&app.get(&one).send().await.expect(200).json()["task"], first);
    refusals(&app, &one, "", http::Method::GET, None).await;
    app.get("/contacts/aaaaaaaaaaaaaaaaaaaa/tasks").send().await.expect(400);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.get(&path).token(token).send().await.expect(403);
    }
}

#[tokio::test]
async fn tasks_move_to_another_contact() {
    let app = TestApp::start().await;
    let (contact, second) = (contact(&app).await, make_contact(&app, json!({"firstName": "Bob"})).await);
    make(&app, &contact, "one", json!({})).await;
    app.new_events().await;
    let (here, from, to) = (app.agency.location.clone(), contact.clone(), second.clone());
    app.write(move |tx, _| tasks::move_to_contact(tx, &here, &from, &to)).await;
    let list = async |of: &str| app.get(&format!("/contacts/{of}/tasks")).send().await.expect(200).json();
    assert_eq!((titles(&list(&contact).await), titles(&list(&second).await)), (vec![], vec!["one"]));
    assert!(app.new_events().await.is_empty());
}

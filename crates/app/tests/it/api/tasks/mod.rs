//! `/contacts/{contactId}/tasks` and `/locations/{locationId}/tasks/search`

mod change;
mod complete;
mod create;
mod delete;
mod list;
mod recurring;
mod search;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::contacts::make as make_contact;

/// Makes a task with this title and more, and answers its path.
async fn make(app: &TestApp, contact: &str, title: &str, more: Value) -> String {
    let path = format!("/contacts/{contact}/tasks");
    let mut body = json!({"title": title, "dueDate": "2026-02-01T09:00:00Z", "completed": false});
    for (key, value) in more.as_object().expect("an object") {
        body[key] = value.clone();
    }
    let task = app.post(&path).json(&body).send().await.expect(201).json();
    format!("{path}/{}", task["task"]["id"].as_str().expect("an id"))
}

/// A contact without a task.
async fn contact(app: &TestApp) -> String {
    let id = make_contact(app, json!({"firstName": "Ada"})).await;
    app.new_events().await;
    id
}

/// What a credential that is not the location's, or a contact or task that is not there, answers. `rest` is what follows
/// the task in the path.
async fn refusals(app: &TestApp, task: &str, rest: &str, method: http::Method, body: Option<Value>) {
    let (list, id) = task.split_at(task.len() - 20);
    let neighbour = make_contact(app, json!({"firstName": "Neighbour"})).await;
    app.new_events().await;
    let before = app.database.content().await;
    let send = async |path: String, token: &str| {
        let call = app.call(method.clone(), &format!("{path}{rest}")).token(token);
        match &body {
            Some(body) => call.json(body).send().await,
            None => call.send().await,
        }
    };
    let own = &app.agency.location_token;
    let answer = send(format!("{list}aaaaaaaaaaaaaaaaaaaa"), own).await.expect(400).json();
    assert_eq!(answer["message"], "Task with id aaaaaaaaaaaaaaaaaaaa not found");
    send(format!("/contacts/{neighbour}/tasks/{id}"), own).await.expect(400);
    let answer = send(format!("/contacts/aaaaaaaaaaaaaaaaaaaa/tasks/{id}"), own).await.expect(400).json();
    assert_eq!(answer["message"], "Contact with id aaaaaaaaaaaaaaaaaaaa not found");
    for token in [&app.agency.second_token, &app.other.location_token] {
        send(task.to_owned(), token).await.expect(403);
    }
    assert!(app.new_events().await.is_empty());
    assert_eq!(app.database.content().await, before);
}

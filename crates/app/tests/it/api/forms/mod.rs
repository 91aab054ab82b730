//! `/forms`, `/surveys`, their definitions under `/leadhold/v1`, and the pages that visitors see.

mod define;
mod files;
mod forget;
mod list;
mod page;
mod send;
mod submissions;
mod survey;
mod workflow;

use leadhold_testkit::{Answer, TestApp};
use serde_json::{Value, json};

/// A form with something of everything.
pub fn contact_us() -> Value {
    json!({
        "name": "Contact us",
        "title": "Talk to us",
        "fields": [
            {"type": "heading", "label": "About you"},
            {"type": "contact", "key": "first_name", "required": true},
            {"type": "contact", "key": "email", "label": "E-mail", "required": true, "help": "We never pass it on."},
            {"type": "contact", "key": "phone", "placeholder": "(555) 123-4567"},
            {"type": "hidden", "key": "campaign", "value": "spring"},
            {"type": "consent", "key": "terms", "label": "I agree to the terms", "required": true},
            {"type": "dnd", "key": "no_texts", "label": "Do not text me", "channels": ["SMS"]},
        ],
        "submitText": "Send it",
        "thankYouMessage": "We will call you.",
    })
}

/// Makes a form and answers it.
pub async fn made(app: &TestApp, body: &Value) -> Value {
    app.post("/leadhold/v1/forms").json(body).send().await.expect(201).json()["form"].clone()
}

/// The path of a form's page.
pub fn page_of(form: &Value) -> String {
    format!("/f/{}", form["id"].as_str().expect("an id"))
}

/// Sends answers as a browser does.
pub async fn send(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Answer {
    app.post(path).token("").header("accept", "text/html").form(fields).send().await
}

/// What makes `contact_us` content.
pub const ADA: &[(&str, &str)] = &[("first_name", "Ada"), ("email", "ada@example.com"), ("terms", "true")];

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// The submissions of the location, newest first.
pub async fn submissions(app: &TestApp) -> Vec<Value> {
    let here = app.agency.location.location_id();
    let list = app.get(&format!("/forms/submissions?locationId={here}")).send().await.expect(200).json();
    list["submissions"].as_array().expect("a list").clone()
}

/// A contact, as any client reads it.
async fn contact(app: &TestApp, id: &Value) -> Value {
    let path = format!("/contacts/{}", id.as_str().expect("an id"));
    app.get(&path).send().await.expect(200).json()["contact"].clone()
}

/// Defines a custom field and answers its id.
async fn custom_field(app: &TestApp, body: &Value) -> String {
    let path = format!("/locations/{}/customFields", app.agency.location.location_id());
    let made = app.post(&path).json(body).send().await.expect(201).json();
    made["customField"]["id"].as_str().expect("an id").to_owned()
}

//! `/calendars`, one file per verb.

mod appointments;
mod create;
mod delete;
mod events;
mod groups;
mod list;
mod notes;
mod slots;
mod update;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

/// A location with a person, a calendar of hers, and a contact.
pub struct Desk {
    pub app: TestApp,
    pub user: String,
    pub calendar: String,
    pub contact: String,
}

impl Desk {
    /// In the test's first location.
    pub async fn open() -> Self {
        Self::of(TestApp::start().await).await
    }

    /// The same in an application of one's own. The calendar is open on weekdays from nine to five.
    pub async fn of(app: TestApp) -> Self {
        let user = user(&app, "grace@example.com").await;
        let ada = json!({"firstName": "Ada", "lastName": "Lovelace", "email": "ada@b.co"});
        let contact = super::contacts::make(&app, ada).await;
        let more = json!({"calendarType": "personal", "teamMembers": [{"userId": user}]});
        let calendar = calendar(&app, more).await;
        app.new_events().await;
        Self { app, user, calendar, contact }
    }

    /// The body of a booking with more fields.
    pub fn body(&self, start: &str, more: Value) -> Value {
        let body = json!({
            "calendarId": self.calendar, "contactId": self.contact, "startTime": start,
            "locationId": self.app.agency.location.location_id(),
        });
        with(body, more)
    }

    /// Books a time and answers the appointment; its events are read.
    pub async fn book(&self, start: &str, more: Value) -> Value {
        let call = self.app.post("/calendars/events/appointments").json(&self.body(start, more));
        let made = call.send().await.expect(200).json();
        self.app.new_events().await;
        made
    }

    /// Changes one and answers it.
    pub async fn change(&self, id: &Value, body: Value) -> Value {
        let path = format!("/calendars/events/appointments/{}", id.as_str().expect("an id"));
        self.app.put(&path).json(&body).send().await.expect(200).json()
    }
}

/// A person of the location.
pub async fn user(app: &TestApp, email: &str) -> String {
    super::users::add(app, json!({"email": email})).await
}

/// Makes a calendar that is open on weekdays from nine to five, and answers its id.
pub async fn calendar(app: &TestApp, more: Value) -> String {
    let body = json!({
        "name": "Discovery", "locationId": app.agency.location.location_id(),
        "openHours": [{"daysOfTheWeek": [1, 2, 3, 4, 5],
            "hours": [{"openHour": 9, "openMinute": 0, "closeHour": 17, "closeMinute": 0}]}],
    });
    let made = app.post("/calendars/").json(&with(body, more)).send().await.expect(200).json();
    made["calendar"]["id"].as_str().expect("an id").to_owned()
}

/// An object with more fields.
pub fn with(mut body: Value, more: Value) -> Value {
    for (key, value) in more.as_object().expect("an object") {
        body[key] = value.clone();
    }
    body
}

/// What can be compared with a snapshot: without ids.
pub fn shown(value: &Value) -> Value {
    let is_id = |text: &str| text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match value {
        Value::String(text) if is_id(text) => json!("[id]"),
        Value::Array(items) => items.iter().map(shown).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), shown(value))).collect(),
        other => other.clone(),
    }
}

//! Every event that comes, as it is delivered; and the catalogue, `GET /leadhold/v1/webhooks/events`, which says so.
//!
//! Each file makes its area's events happen by real calls and shows the bodies whole. The last test puts all together and
//! holds the catalogue against it: what it calls emitted is emitted, in the form of its example, and nothing else is.

mod accounts;
mod apps;
mod calendars;
mod catalogue;
mod contacts;
mod conversations;
mod objects;
mod opportunities;

use leadhold_app::marketplace::Place;
use leadhold_testkit::{Receiver, TestApp};
use serde_json::{Map, Value};

use super::{install, listen};

/// An application with an app that hears of everything at the first location and at its agency.
pub struct Stage {
    pub app: TestApp,
    pub receiver: Receiver,
    seen: usize,
}

impl Stage {
    pub async fn set() -> Self {
        let app = crate::api::contacts::unlimited().await;
        let receiver = Receiver::start().await;
        let registered = listen(&app, &receiver.url).await;
        install(&app, &registered, Place::Company(app.agency.company.clone()), "*").await;
        Self { app, receiver, seen: 0 }
    }

    /// What came since the last call, by `type`.
    pub async fn delivered(&mut self) -> Vec<Value> {
        self.app.run_until_idle().await;
        let all = self.receiver.requests();
        let mut new: Vec<Value> = all[self.seen..].iter().map(leadhold_testkit::Received::json).collect();
        self.seen = all.len();
        new.sort_by_key(|body| body["type"].to_string());
        new
    }

    /// The first location's id.
    pub fn here(&self) -> String {
        self.app.agency.location.location_id().to_string()
    }
}

/// What can be compared with a snapshot: ids by their form.
pub fn shown(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(id_form(text).unwrap_or(text)),
        Value::Array(items) => items.iter().map(shown).collect(),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| match name.as_str() {
                "type" => (name.clone(), value.clone()), // some are as long as an id
                "sequence" => (name.clone(), Value::from("[sequence]")),
                _ => (name.clone(), shown(value)),
            };
            fields.iter().map(field).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

fn id_form(text: &str) -> Option<&'static str> {
    let all = |of: fn(&u8) -> bool| text.as_bytes().iter().all(of);
    match text.len() {
        20 if all(u8::is_ascii_alphanumeric) => Some("[id]"),
        24 if all(u8::is_ascii_hexdigit) => Some("[hex24]"),
        36 if all(|b| b.is_ascii_hexdigit() || *b == b'-') => Some("[uuid]"),
        _ => None,
    }
}

/// The id in an answer, at `path` such as `/contact/id`.
pub fn id(answer: &Value, path: &str) -> String {
    answer.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("no {path} in {answer}")).to_owned()
}

//! What a campaign says, and when: its steps over time, and what holds for all of them.
//!
//! It is kept as clients wrote it, once every part of it is known to be right; automation makes a workflow of it.

use jiff::civil::Time;
use leadhold_kernel::merge_field::malformed;
use serde_json::{Map, Value, json};

use crate::http::fields::Fields;

/// The most steps: each may need a rest before it, and a workflow has 200.
const MOST_STEPS: usize = 100;
const LINE_LENGTH: usize = 998;
const TEXT_LENGTH: usize = 100_000;
const MOST_OF_A_UNIT: i64 = 3_000;

const UNITS: [&str; 3] = ["minutes", "hours", "days"];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What clients say of a plan: only what is mentioned changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes(Map<String, Value>);

/// The keys of a plan, in the order in which they are kept.
const KEYS: [&str; 5] = ["steps", "stopOnReply", "timeWindow", "timezone", "sender"];

/// Says nothing, and stops when it is answered.
#[must_use]
pub fn empty() -> Value {
    json!({ "steps": [], "stopOnReply": true })
}

/// Whether it says anything.
#[must_use]
pub fn has_steps(plan: &Value) -> bool {
    plan["steps"].as_array().is_some_and(|steps| !steps.is_empty())
}

impl Changes {
    /// The plan with what was mentioned.
    #[must_use]
    pub fn over(&self, plan: &Value) -> Value {
        let mut after = Map::new();
        for key in KEYS {
            let value = self.0.get(key).or_else(|| plan.get(key));
            after.extend(value.filter(|value| !value.is_null()).map(|value| (key.to_owned(), value.clone())));
        }
        Value::Object(after)
    }
}

/// Reads the parts of a plan in a body.
pub fn read(fields: &mut Fields<'_>) -> Changes {
    let mut changes = Map::new();
    if let Some(steps) = fields.objects("steps", step) {
        if steps.len() > MOST_STEPS {
            fields.too_many("steps", MOST_STEPS);
        }
        changes.insert("steps".to_owned(), Value::Array(steps));
    }
    if let Some(stops) = fields.flag("stopOnReply") {
        changes.insert("stopOnReply".to_owned(), Value::from(stops));
    }
    for (key, read) in [
        ("timeWindow", time_window as fn(&mut Fields<'_>) -> Value),
        ("sender", sender as fn(&mut Fields<'_>) -> Value),
    ] {
        match fields.object(key, read) {
            leadhold_kernel::Patch::Absent => {}
            leadhold_kernel::Patch::Null => drop(changes.insert(key.to_owned(), Value::Null)),
            leadhold_kernel::Patch::Value(value) => drop(changes.insert(key.to_owned(), value)),
        }
    }
    if let Some(zone) = fields.one_of("timezone", &["account", "contact"]) {
        changes.insert("timezone".to_owned(), Value::from(zone));
    }
    Changes(changes)
}

/// One step: what it says, and how long after the one before.
fn step(fields: &mut Fields<'_>) -> Value {
    let kind = fields.one_of("type", &["email", "sms", "voicemail", "call"]);
    if kind.is_none() && fields.value("type").is_none_or(Value::is_null) {
        fields.fault("type", "should not be empty");
    }
    let mut step = Map::new();
    step.insert("type".to_owned(), json!(kind));
    if let Some(after) = fields.object("after", period).into_option() {
        step.insert("after".to_owned(), after);
    }
    let (required, optional): (&[&'static str], &[&'static str]) = match kind {
        Some("email") => (&["subject"], &["html", "text", "fromName", "fromEmail"]),
        Some("sms") => (&["message"], &["from"]),
        Some("voicemail") => (&["recording"], &["from"]),
        Some("call") => (&[], &["whisper", "from"]),
        _ => {
            fields.ignore_undeclared(); // one fault is enough
            (&[], &[])
        }
    };
    for name in required {
        let text = fields.required_text_within(name, TEXT_LENGTH);
        keep(fields, &mut step, name, text);
    }
    for name in optional {
        let longest = if ["html", "text", "whisper"].contains(name) { TEXT_LENGTH } else { LINE_LENGTH };
        if let Some(text) = fields.given_text_within(name, longest) {
            keep(fields, &mut step, name, text);
        }
    }
    if kind == Some("email") && !step.contains_key("html") && !step.contains_key("text") {
        fields.fault("html", "should not be empty, unless there is a text");
    }
    Value::Object(step)
}

fn keep(fields: &mut Fields<'_>, step: &mut Map<String, Value>, name: &str, text: String) {
    for field in malformed(&text) {
        fields.fault(name, format!("contains {field}, which is no merge field"));
    }
    step.insert(name.to_owned(), Value::from(text));
}

fn period(fields: &mut Fields<'_>) -> Value {
    let value = fields.integer("value", 0, MOST_OF_A_UNIT);
    let unit = fields.one_of("unit", &UNITS);
    if value.is_none() && fields.value("value").is_none_or(Value::is_null) {
        fields.fault("value", "should not be empty");
    }
    if unit.is_none() && fields.value("unit").is_none_or(Value::is_null) {
        fields.fault("unit", "should not be empty");
    }
    json!({ "value": value, "unit": unit })
}

fn time_window(fields: &mut Fields<'_>) -> Value {
    let mut window = Map::new();
    if let Some(days) = fields.texts("days") {
        if days.iter().any(|day| !DAYS.contains(&day.as_str())) {
            let rule = format!("must be one of the following values: {}", DAYS.join(", "));
            fields.fault_of_each("days", &rule);
        }
        window.insert("days".to_owned(), json!(days));
    }
    for name in ["from", "to"] {
        let text = fields.required_text_within(name, 5);
        if !text.is_empty() && Time::strptime("%H:%M", &text).is_err() {
            fields.fault(name, "must be a time of day such as 08:00");
        }
        window.insert(name.to_owned(), Value::from(text));
    }
    if window["from"] == window["to"] && window["to"] != "" {
        fields.fault("to", "must not be the same as from");
    }
    Value::Object(window)
}

fn sender(fields: &mut Fields<'_>) -> Value {
    let mut sender = Map::new();
    for name in ["name", "email", "phone"] {
        if let Some(text) = fields.given_text_within(name, LINE_LENGTH) {
            keep(fields, &mut sender, name, text);
        }
    }
    Value::Object(sender)
}

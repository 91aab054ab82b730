//! `update_custom_value`: gives a custom value of the location another text. `{"key": "booking_link", "value": "{{…}}"}`
//!
//! `key` is the value's key, with or without `custom_values.` before it, or its id. From the next step on
//! `{{custom_values.…}}` shows the new text.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::merge_field::render;
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Action, At, Done, Effect, Kind, Turn, Visit, shown, within};
use crate::locations::custom_values;
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "update_custom_value",
    parse,
    attributes: r#"{"required": ["key", "value"], "properties": {
        "key": {"type": "string"}, "value": {"type": ["string", "number", "boolean"]}}}"#,
};

/// The longest text in characters, as in the API of custom values.
const LONGEST: usize = 50_000;

#[derive(Debug)]
struct UpdateCustomValue {
    key: String,
    value: String,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let key = from.text("key");
    let value = from.scalar_template("value");
    let key = key?.trim().trim_start_matches("{{").trim_end_matches("}}").trim().to_owned();
    let key = key.strip_prefix("custom_values.").map_or(key.clone(), str::to_owned);
    Some(Arc::new(UpdateCustomValue { key, value: value? }))
}

impl Action for UpdateCustomValue {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        Turn::perform(Set { key: self.key.clone(), value: render(&self.value, visit.fields) })
    }
}

#[derive(Debug, Serialize)]
struct Set {
    key: String,
    value: String,
}

impl Effect for Set {
    fn changes_custom_values(&self) -> bool {
        true
    }

    fn shown(&self) -> Value {
        shown("updateCustomValue", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        within("value", &self.value, LONGEST)?;
        let all = custom_values::list(tx, at.here)?;
        let Some(before) = all.into_iter().find(|one| one.key == self.key || one.id.as_str() == self.key)
        else {
            let shown: String = self.key.chars().take(60).collect();
            return Err(Error::bad_request(format!("The location has no custom value `{shown}`.")));
        };
        custom_values::update(tx, at.cx, at.here, before.id.as_str(), &before.name, &self.value)?;
        Ok(Done::with(json!({"customValueId": before.id, "was": before.value})))
    }
}

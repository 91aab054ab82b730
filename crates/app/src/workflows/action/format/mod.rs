//! Steps that work on values: numbers, dates, texts and lists. Each goes through its `operations` from first to last, brings
//! the outcome as `result`, and may keep it in a field of the contact or the opportunity (`"field": "contact.points"`).
//!
//! Guarantees: numbers are exact decimals of 28 digits, what outgrows them fails the step; a text never outgrows
//! `merge_field::MAX_OUTPUT`, a list never [`MAX_ITEMS`].

pub mod array_formatter;
pub mod date_formatter;
mod decimal;
mod field;
pub mod math_operation;
pub mod number_formatter;
pub mod text_formatter;

use leadhold_kernel::merge_field::{self, MAX_OUTPUT, render};
use serde_json::Value;

/// The most operations of one step.
const MAX_OPERATIONS: usize = 50;
/// The most elements of a list that a step makes or takes.
pub const MAX_ITEMS: usize = 10_000;

/// The value itself where a template is one merge field alone, else its text.
pub fn whole(template: &str, fields: &Value) -> Value {
    let found = merge_field::sole_field(template).and_then(|path| merge_field::find(fields, &path));
    found.cloned().unwrap_or_else(|| Value::String(render(template, fields)))
}

/// Refuses a text that outgrew its bound.
fn bounded(text: String) -> Result<String, String> {
    if text.len() > MAX_OUTPUT {
        return Err(format!("The text grew longer than {MAX_OUTPUT} bytes."));
    }
    Ok(text)
}

/// Enough of a value to recognise it.
fn start_of(text: &str) -> String {
    text.trim().chars().take(60).collect()
}

#[cfg(test)]
mod testing {
    //! Steps of a definition, taken by one run of the example contact.
    use serde_json::{Value, json};

    use crate::workflows::action::{Kind, Turn, Visit};
    use crate::workflows::definition::reader::{Faults, Fields};
    use crate::workflows::engine::RunState;
    use crate::workflows::facts::examples;

    /// What a step brings as `result`, or why it fails. `r` is what `{{r.…}}` names.
    pub fn result(kind: &Kind, attributes: &Value, r: Value) -> Value {
        match output(kind, attributes, r) {
            Ok(output) => output["result"].clone(),
            Err(reason) => json!(format!("failed: {reason}")),
        }
    }

    /// What a step brings, or why it fails.
    pub fn output(kind: &Kind, attributes: &Value, r: Value) -> Result<Value, String> {
        let faults = Faults::default();
        let action = Fields::of(attributes, String::new(), &faults, kind.parse);
        assert!(faults.is_empty(), "{faults:?}");
        let mut facts = examples::facts();
        facts.objects.insert("r".to_owned(), r);
        let run = RunState::new(None);
        let visit = Visit { facts: &facts, fields: &facts.fields(), run: &run, step: "step" };
        match action.expect("no faults").arrive(&visit) {
            Turn::Done(output) => Ok(output),
            Turn::Skip(reason) => Err(reason),
            turn => Err(format!("{turn:?}")),
        }
    }

    /// All that is wrong with attributes, one a line.
    pub fn faults(kind: &Kind, attributes: &Value) -> String {
        let faults = Faults::default();
        Fields::of(attributes, String::new(), &faults, kind.parse);
        faults.into_vec().into_iter().map(|fault| format!("{}: {}\n", fault.at, fault.message)).collect()
    }
}

//! `custom_code`: works out a value with an expression.
//!
//! ```json
//! {"expression": "inputData.items.filter(i, i.price > 10).map(i, i.name).join(', ')",
//!  "inputData": {"items": "{{inboundWebhookRequest.items}}"}}
//! ```
//!
//! The language is CEL's (Common Expression Language): what it can do is in `docs/workflow-code.md`. A map is the step's
//! output itself, anything else its `result`.
//!
//! Guarantees: nothing but the run's facts goes in and nothing but the value comes out; reading is bounded by length, depth
//! and nodes, evaluating by [`evaluate::STEPS`] and [`evaluate::MEMORY`], the output by [`MAX_OUTPUT`]. It is our own reader
//! and evaluator, since those that were measured have no such bounds: their readers use up the stack on a long chain of
//! fields, their evaluators know no end of work.

mod evaluate;
mod functions;
mod syntax;
mod value;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use self::evaluate::Evaluation;
use self::syntax::Expr;
use self::value::Datum;
use super::{Action, Kind, Turn, Visit};
use crate::workflows::action::format::whole;
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "custom_code",
    parse,
    attributes: r#"{"required": ["expression"], "properties": {
        "expression": {"type": "string", "maxLength": 16384},
        "inputData": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}}}"#,
};

/// The largest output, in bytes of JSON: it is kept with the run.
pub const MAX_OUTPUT: usize = 64 * 1024;
/// The most entries of `inputData`.
const MAX_INPUTS: usize = 100;

#[derive(Debug)]
struct CustomCode {
    source: String,
    code: Expr,
    input_data: Vec<(String, String)>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let source = from.text("expression");
    let input_data = from.template_map("inputData", MAX_INPUTS);
    let source = source?;
    match syntax::parse(&source) {
        Ok(code) => Some(Arc::new(CustomCode { source, code, input_data })),
        Err(fault) => {
            from.fault("expression", fault.told(&source));
            None
        }
    }
}

impl Action for CustomCode {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        // A fault of ours must not take the worker along.
        let output = catch_unwind(AssertUnwindSafe(|| self.output(visit)));
        match output {
            Ok(Ok(output)) => Turn::Done(output),
            Ok(Err(reason)) => Turn::Skip(reason),
            Err(_) => Turn::Skip(
                "The code could not be evaluated. This is a fault of the program; please report it."
                    .to_owned(),
            ),
        }
    }
}

impl CustomCode {
    fn output(&self, visit: &Visit<'_>) -> Result<Value, String> {
        let inputs: Map<String, Value> = self
            .input_data
            .iter()
            .map(|(name, template)| (name.clone(), whole(template, visit.fields)))
            .collect();
        let inputs = Value::Object(inputs);
        let now = visit.facts.now.iso();
        let given = HashMap::from([("inputData", Datum::of(&inputs)), ("now", Datum::text(&now))]);
        let mut evaluation = Evaluation::new(visit.fields, given, &visit.facts.zone);
        let value = evaluation.of(&self.code).map_err(|fault| {
            let told = fault.told(&self.source);
            format!("The code failed in {told}.")
        })?;
        if value.weight(MAX_OUTPUT) > MAX_OUTPUT {
            return Err(format!("The code's output is larger than {MAX_OUTPUT} bytes."));
        }
        Ok(match value.json() {
            Value::Object(map) => Value::Object(map),
            other => json!({ "result": other }),
        })
    }
}

#[cfg(test)]
mod tests;

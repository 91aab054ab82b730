//! The JSON Schema of a definition, put together from what each kind of trigger and action says of itself.
//!
//! For editors and other programs: what the server refuses is more (steps that lead nowhere, loops without a rest), and is
//! said by the faults of the definition itself.

use std::sync::LazyLock;

use leadhold_kernel::condition::OPERATORS;
use serde_json::{Value, json};

use super::action::wait;
use super::condition::CHANGES;
use super::definition::{MAX_NAME, MAX_STEPS, MAX_TRIGGERS, on_error, settings};
use super::{action, trigger, watch};

/// The schema.
#[must_use]
pub fn of_definition() -> &'static Value {
    static WHOLE: LazyLock<Value> = LazyLock::new(whole);
    &WHOLE
}

fn whole() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:leadhold:workflow",
        "title": "Workflow",
        "type": "object",
        "required": ["name"],
        "additionalProperties": false,
        "properties": {
            "$schema": {"type": "string", "description": "Where this schema is; the server takes no notice of it."},
            "id": {"type": "string", "description": "Which workflow it is, in a file; absent: the one of its name."},
            "status": {"enum": ["draft", "published"]},
            "name": {"type": "string", "minLength": 1, "maxLength": MAX_NAME},
            "triggers": {"type": "array", "maxItems": MAX_TRIGGERS, "items": {"$ref": "#/$defs/trigger"}},
            "steps": {"type": "array", "maxItems": MAX_STEPS, "items": {"$ref": "#/$defs/step"},
                "description": "A run begins at the first."},
            "settings": closed(read(settings::SCHEMA)),
        },
        "$defs": {
            "trigger": triggers(), "filter": condition(true), "condition": condition(false), "segment": segment(),
            "step": step(), "onError": closed(read(on_error::SCHEMA)), "watch": read(watch::SCHEMA),
            "triggerType": {"enum": trigger_types()}, "unit": {"enum": units()},
            "recurrence": read(wait::RECURRENCE_SCHEMA),
            "timeWindow": read(settings::SCHEMA)["properties"]["timeWindow"],
        },
    })
}

fn trigger_types() -> Vec<&'static str> {
    let kinds = trigger::KINDS.iter();
    kinds.flat_map(|kind| std::iter::once(&kind.name).chain(kind.aliases)).copied().collect()
}

fn units() -> Vec<&'static str> {
    wait::UNITS.iter().map(|(name, _)| *name).collect()
}

fn triggers() -> Value {
    json!({
        "type": "object", "required": ["id", "type"], "additionalProperties": false,
        "properties": {
            "id": {"type": "string", "minLength": 1},
            "type": {"$ref": "#/$defs/triggerType"},
            "filters": {"type": "array", "maxItems": 50, "items": {"$ref": "#/$defs/filter"},
                "description": "All must hold."},
            "attributes": {"type": "object",
                "description": "When it rings, of a trigger that waits for a time; see the table of triggers."},
        },
    })
}

/// A comparison; `of_trigger`: one that may ask what changed.
fn condition(of_trigger: bool) -> Value {
    let changes = CHANGES.iter().map(|(name, _)| *name).filter(|_| of_trigger);
    let operators: Vec<&str> = OPERATORS.iter().map(|(name, _)| *name).chain(changes).collect();
    let one = json!({"type": ["string", "number", "boolean"]});
    json!({
        "type": "object", "required": ["field", "operator"], "additionalProperties": false,
        "properties": {
            "field": {"type": "string", "description": "As a merge field names it: contact.email"},
            "operator": {"enum": operators},
            "value": {"anyOf": [one, {"type": "array", "items": one}]},
        },
    })
}

fn segment() -> Value {
    json!({
        "type": "object", "required": ["conditions"], "additionalProperties": false,
        "properties": {
            "match": {"enum": ["all", "any"], "default": "all"},
            "conditions": {"type": "array", "minItems": 1, "maxItems": 50, "items": {"$ref": "#/$defs/condition"}},
        },
    })
}

fn step() -> Value {
    let kinds: Vec<&str> = action::KINDS.iter().map(|kind| kind.name).collect();
    let of_kind = action::KINDS.iter().map(|kind| {
        json!({
            "if": {"properties": {"type": {"const": kind.name}}},
            "then": {"properties": {"attributes": attributes(kind)}},
        })
    });
    json!({
        "type": "object", "required": ["id", "type", "attributes"], "additionalProperties": false,
        "properties": {
            "id": {"type": "string", "minLength": 1},
            "name": {"type": "string", "description": "For people."},
            "type": {"enum": kinds},
            "attributes": {"type": "object"},
            "next": {"type": "string", "description": "The id of the step after it; absent: the run ends."},
            "onError": {"$ref": "#/$defs/onError"},
        },
        "allOf": of_kind.collect::<Vec<_>>(),
    })
}

/// What the attributes of a kind of action are.
pub(super) fn attributes(kind: &action::Kind) -> Value {
    let mut schema = read(kind.attributes);
    schema["type"] = json!("object");
    closed(schema)
}

/// A text of ours; `false`, which nothing fits, when it is no JSON: a test reads them all.
fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Bool(false))
}

/// The schema, in which no object has keys that it does not name: the reader of definitions refuses them.
fn closed(mut schema: Value) -> Value {
    close(&mut schema);
    schema
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            let alternatives = ["oneOf", "anyOf", "allOf"].iter().any(|key| map.contains_key(*key));
            let open =
                !map.contains_key("additionalProperties") && !map.contains_key("unevaluatedProperties");
            if map.get("type") == Some(&json!("object")) && open && map.contains_key("properties") {
                let word = if alternatives { "unevaluatedProperties" } else { "additionalProperties" };
                map.insert(word.to_owned(), Value::Bool(false));
            }
            // A part of an object's schema does not know the other parts' keys.
            let parts = ["allOf", "if", "then", "else", "not"];
            map.iter_mut()
                .filter(|(key, _)| !parts.contains(&key.as_str()))
                .for_each(|(_, inner)| close(inner));
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[cfg(test)]
mod tests;

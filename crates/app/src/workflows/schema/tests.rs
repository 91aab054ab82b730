//! The schema says what the reader of definitions reads: no key less, none more.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Map;

use super::*;
use crate::workflows::condition::Condition;
use crate::workflows::definition::reader::{Faults, Fields};
use crate::workflows::definition::{OnError, Settings};
use crate::workflows::trigger::Trigger;

/// A key that nobody asks for, so that the reader says for which it asked.
const STRANGE: &str = "strange";

/// The keys of each object by its place, without the numbers of lists.
type Keys = BTreeMap<String, BTreeSet<String>>;

fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str().and_then(|target| target.strip_prefix('#')) {
        Some(pointer) => of_definition().pointer(pointer).unwrap_or_else(|| panic!("{pointer} is not there")),
        None => schema,
    }
}

fn properties(schema: &Value) -> Map<String, Value> {
    let mut all = schema["properties"].as_object().cloned().unwrap_or_default();
    for part in ["oneOf", "anyOf", "allOf"].iter().filter_map(|key| schema[*key].as_array()).flatten() {
        for (key, value) in properties(resolved(part)) {
            all.entry(key).or_insert(value);
        }
    }
    all
}

fn keys_of(schema: &Value, place: &str, keys: &mut Keys) {
    let schema = resolved(schema);
    let own = properties(schema);
    if !own.is_empty() {
        keys.entry(place.to_owned()).or_default().extend(own.keys().cloned());
    }
    for (key, inner) in &own {
        keys_of(inner, &format!("{place}.{key}"), keys);
    }
    if schema["items"].is_object() {
        keys_of(&schema["items"], place, keys);
    }
    for part in ["oneOf", "anyOf"].iter().filter_map(|key| schema[*key].as_array()).flatten() {
        if resolved(part)["items"].is_object() {
            keys_of(&resolved(part)["items"], place, keys);
        }
    }
}

/// Values of which each shows another side of the schema.
fn samples(schema: &Value) -> Vec<Value> {
    let schema = resolved(schema);
    if let Some(values) = schema["enum"].as_array() {
        return values.clone();
    }
    if !schema["const"].is_null() {
        return vec![schema["const"].clone()];
    }
    let own = properties(schema);
    if !own.is_empty() {
        return objects(&own);
    }
    if let Some(parts) = ["oneOf", "anyOf"].iter().find_map(|key| schema[*key].as_array()) {
        return parts.iter().flat_map(samples).collect();
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("string");
    match kind {
        "array" => samples(&schema["items"]).into_iter().map(|item| json!([item])).collect(),
        "object" => vec![json!({"key": "value"})],
        "integer" | "number" => vec![schema["minimum"].as_i64().unwrap_or(1).into()],
        "boolean" => vec![json!(true), json!(false)],
        _ => vec![json!("1"), json!("2026-01-01")],
    }
}

/// Objects in which each value stands alone, each plain value beside each other key, and each among all keys and all but one.
fn objects(own: &Map<String, Value>) -> Vec<Value> {
    let sides: Vec<(&String, Vec<Value>)> = own.iter().map(|(key, inner)| (key, samples(inner))).collect();
    let first = |(key, values): &(&String, Vec<Value>)| ((*key).clone(), values[0].clone());
    let mut found = vec![Value::Object(sides.iter().map(first).collect())];
    for (key, values) in &sides {
        found.extend(sides.iter().map(|(other, others)| json!({*key: values[0], *other: others[0]})));
        for value in values {
            found.push(json!({*key: value}));
            let mut all: Map<String, Value> = sides.iter().map(first).collect();
            all.insert((*key).clone(), value.clone());
            for (without, _) in sides.iter().filter(|(other, _)| other != key) {
                let mut others = all.clone();
                others.remove(*without);
                found.push(Value::Object(others));
            }
            found.push(Value::Object(all));
            let others =
                sides.iter().filter(|(other, _)| other != key && !value.is_object() && !value.is_array());
            found.extend(others.map(|(other, others)| json!({*key: value, *other: others[0]})));
        }
    }
    found.sort_by_key(Value::to_string);
    found.dedup();
    for object in &mut found {
        object[STRANGE] = json!(1);
    }
    found
}

/// The keys that a reader asks for, by place, over many samples.
fn asked<T>(schema: &Value, read: impl Fn(&Fields<'_>) -> Option<T>) -> Keys {
    let mut keys = Keys::new();
    for sample in samples(schema) {
        let faults = Faults::default();
        Fields::of(&sample, "at".to_owned(), &faults, &read);
        for fault in faults.into_vec() {
            let Some(known) = fault.message.strip_prefix(&format!("unknown key `{STRANGE}`; ")) else {
                continue;
            };
            let place: String =
                fault.at.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest)).collect();
            let place =
                place.strip_suffix(&format!(".{STRANGE}")).expect("it is the strange key's").to_owned();
            let known = known.strip_prefix("known here: ").unwrap_or_default();
            let known = known.split(", ").filter(|key| !key.is_empty()).map(str::to_owned);
            keys.entry(place).or_default().extend(known);
        }
    }
    keys
}

/// How the two differ.
fn differ<T>(what: &str, schema: &Value, read: impl Fn(&Fields<'_>) -> Option<T>) -> Option<String> {
    let mut said = Keys::new();
    keys_of(schema, "at", &mut said);
    said.entry("at".to_owned()).or_default();
    let asked = asked(schema, read);
    (asked != said).then(|| format!("{what}: the reader asks for\n  {asked:?}\nthe schema says\n  {said:?}"))
}

#[test]
fn the_schema_names_the_keys_that_are_read() {
    let of_kinds = action::KINDS.iter().map(|kind| (kind, attributes(kind)));
    // No keys: nothing to compare.
    let of_kinds = of_kinds.filter(|(_, schema)| !properties(schema).is_empty());
    let mut differing: Vec<String> =
        of_kinds.filter_map(|(kind, schema)| differ(kind.name, &schema, kind.parse)).collect();
    let whole = of_definition();
    let parts = [
        differ("settings", &whole["properties"]["settings"], Settings::parse),
        differ("onError", &whole["$defs"]["onError"], OnError::parse),
        differ("trigger", &whole["$defs"]["trigger"], Trigger::parse),
        differ("condition", &whole["$defs"]["condition"], Condition::parse),
    ];
    differing.extend(parts.into_iter().flatten());
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn every_part_of_the_schema_is_json() {
    let texts = action::KINDS.iter().map(|kind| (kind.name, kind.attributes));
    for (name, text) in texts.chain([("settings", settings::SCHEMA), ("onError", on_error::SCHEMA)]) {
        serde_json::from_str::<Map<String, Value>>(text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    }
}

/// The fenced examples of a page.
fn examples_of(page: &str) -> Vec<Value> {
    let blocks = page.split("```json\n").skip(1).map(|block| block.split("```").next().unwrap_or_default());
    blocks.map(|text| serde_json::from_str(text).unwrap_or_else(|fault| panic!("{fault}: {text}"))).collect()
}

#[test]
fn the_schema_is_one_and_the_examples_fit_it() {
    let schema = jsonschema::validator_for(of_definition()).expect("it is a schema");
    let fits = |validator: &jsonschema::Validator, example: &Value| {
        let faults: Vec<String> = validator.iter_errors(example).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}: {example:#}");
    };
    let mut examples = 0;
    for mut example in examples_of(include_str!("../../../../../docs/workflow-definition.md")) {
        fits(&schema, &example);
        if let Some(map) = example.as_object_mut() {
            ["$schema", "id", "status"].iter().for_each(|key| drop(map.remove(*key)));
        }
        crate::workflows::definition::Definition::publishable(&example).expect("it can be published");
        examples += 1;
    }
    assert!(examples > 0);
    let step = json!({"$ref": "#/$defs/step", "$defs": of_definition()["$defs"]});
    let step = jsonschema::validator_for(&step).expect("it is a schema");
    for example in examples_of(include_str!("../../../../../docs/workflow-actions.md")) {
        example.as_array().into_iter().flatten().for_each(|one| fits(&step, one));
    }
    for wrong in [
        json!({"steps": []}),
        json!({"name": "a", "colour": "red"}),
        json!({"name": "a", "steps": [{"id": "s", "type": "wait", "attributes": {"for": {"value": 1, "unit": "eons"}}}]}),
        json!({"name": "a", "steps": [{"id": "s", "type": "wait", "attributes": {"till": "noon"}}]}),
        json!({"name": "a", "triggers": [{"id": "t", "type": "full_moon"}]}),
    ] {
        assert!(!schema.is_valid(&wrong), "{wrong}");
    }
}

//! Recorded histories: definition, facts and inputs of runs, with what the engine said to each. A change of the engine that
//! would let an old run take another way fails here.
//!
//! `LEADHOLD_RECORD_HISTORIES=1 cargo nextest run -p leadhold-app histories` writes what is missing: an example of
//! `docs/workflow-actions.md` that has no history yet, or a [`scenes`] that is new. It never writes over one: a history that
//! no longer holds is deleted by whoever means to break with it, and the review sees that.

mod files;
mod world;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use self::files::{History, Turned};
use self::world::World;
use super::*;
use crate::workflows::action;

const DOCUMENTED: &str = include_str!("../../../../../docs/workflow-actions.md");

/// The most inputs of one history: enough for every end but that of a loop.
const MOST_TURNS: usize = 24;

#[test]
fn recorded_runs_take_the_same_way_again() {
    let histories = files::all();
    assert!(histories.len() >= action::KINDS.len(), "the histories are there");
    for (name, history) in histories {
        let again = history.replayed();
        assert_eq!(again.len(), history.turns.len(), "{name}");
        for (turn, (again, recorded)) in again.iter().zip(&history.turns).enumerate() {
            assert_eq!(
                again, recorded,
                "{name}: the input number {turn}; left: the engine now, right: as recorded"
            );
        }
    }
}

#[test]
fn every_kind_and_phase_has_a_history() {
    if files::recording() {
        record();
    }
    let (mut kinds, mut phases) = (BTreeSet::new(), BTreeSet::new());
    for (_, history) in files::all() {
        for turn in &history.turns {
            let lines = turn.said["log"].as_array().cloned().unwrap_or_default();
            kinds.extend(lines.iter().filter_map(|line| line["type"].as_str().map(str::to_owned)));
            phases.extend(turn.said["state"]["phase"]["is"].as_str().map(str::to_owned));
        }
    }
    for kind in action::KINDS {
        assert!(kinds.contains(kind.name), "`{}` stands in no history; see the head of this file", kind.name);
    }
    for phase in ["performing", "answering", "sleeping", "again", "awaiting", "finished", "stopped", "failed"]
    {
        assert!(phases.contains(phase), "no history comes to `{phase}`");
    }
}

/// Writes the histories that are missing.
fn record() {
    let examples = documented().into_iter().flat_map(|(name, definition)| {
        [World::Helps, World::Refuses]
            .map(|world| (format!("{name}.{}", world.name()), definition.clone(), world))
    });
    for (name, definition, world) in examples.chain(scenes()) {
        if !files::exists(&name) {
            files::write(&name, &world::played(&definition, world));
        }
    }
}

/// Each example of the documentation as a definition of its own, with a step wherever it leads.
fn documented() -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for block in DOCUMENTED.split("```json").skip(1) {
        let (json, _) = block.split_once("```").expect("the end of an example");
        let steps: Vec<Value> = serde_json::from_str(json).expect("an example is a list of steps");
        for step in steps {
            let name =
                format!("{}.{}", step["type"].as_str().expect("a type"), step["id"].as_str().expect("an id"));
            let mut targets = BTreeSet::new();
            leads_to(&step, &mut targets);
            let rest = targets.into_iter().map(|id| {
                json!({"id": id, "type": "set_event_start_date", "attributes": {"at": "2030-01-01T00:00:00Z"}})
            });
            let steps: Vec<Value> = std::iter::once(step).chain(rest).collect();
            all.push((name, definition(&json!(steps), &json!({}))));
        }
    }
    all
}

/// The steps that a step names.
fn leads_to(value: &Value, targets: &mut BTreeSet<String>) {
    let words = ["skip", "end", "continue", "skip_messages"];
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value.as_str() {
                    Some(id)
                        if ["next", "step", "then", "ifPassed", "ifCancelled"].contains(&key.as_str()) =>
                    {
                        targets.extend(Some(id.to_owned()).filter(|id| !words.contains(&id.as_str())));
                    }
                    _ => leads_to(value, targets),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| leads_to(value, targets)),
        _ => {}
    }
}

fn definition(steps: &Value, settings: &Value) -> Value {
    let hook = json!([{"id": "hook", "type": "inbound_webhook"}]);
    json!({"name": "History", "triggers": hook, "steps": steps, "settings": settings})
}

/// What no single example shows.
fn scenes() -> Vec<(String, Value, World)> {
    let tag = |id: &str, next: Value| json!({"id": id, "type": "add_contact_tag", "attributes": {"tags": ["x"]}, "next": next});
    let days = |id: &str, next: &str| json!({"id": id, "type": "wait", "attributes": {"for": {"value": 9, "unit": "days"}}, "next": next});
    let says = |id: &str, next: Value| json!({"id": id, "type": "send_sms", "attributes": {"message": "Hi"}, "next": next});
    let lead = json!([
        {"id": "save", "type": "create_update_contact", "next": "score", "attributes": {
            "fields": {"email": "{{inboundWebhookRequest.email}}"}}},
        {"id": "score", "type": "if_else", "attributes": {"branches": [{"name": "Hot", "next": "ask", "segments": [
            {"conditions": [{"field": "inboundWebhookRequest.score", "operator": "greater_than", "value": 40}]}]}]}},
        {"id": "ask", "type": "custom_webhook", "next": "use", "attributes": {"method": "GET", "url": "https://example.com/"}},
        {"id": "use", "type": "add_contact_tag", "next": "rest", "attributes": {"tags": ["{{steps.ask.status}}"]}},
        days("rest", "tell"), says("tell", Value::Null)]);
    let again = json!([
        {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["x"]}, "next": "never",
         "onError": {"retry": {"times": 2, "pause": {"value": 10, "unit": "minutes"}}, "then": "tell"}},
        tag("never", json!("tell")),
        {"id": "tell", "type": "add_contact_tag", "attributes": {"tags": ["y"]}, "onError": {"then": "end"}}]);
    let goal = json!([days("rest", "nag"), tag("nag", json!("goal")),
        {"id": "goal", "type": "goal", "next": "on", "attributes": {"events": [{"type": "contact_tag", "filters": [
            {"field": "contact.tags", "operator": "is", "value": "lead"}]}]}}, tag("on", Value::Null)]);
    let hush = json!([
        {"id": "past", "type": "wait", "next": "left", "attributes": {"until": "2020-01-01", "ifPassed": "skip_messages"}},
        says("left", json!("rest")), days("rest", "said"), says("said", Value::Null)]);
    let reply = json!([says("say", json!("rest")), days("rest", "more"), says("more", Value::Null)]);
    let visit = json!([
        {"id": "book", "type": "book_appointment", "next": "rest", "attributes": {"calendar": "Visits", "startTime": "2025-11-06"}},
        {"id": "rest", "type": "wait", "next": "remind", "attributes": {
            "event": {"when": "before", "value": 1, "unit": "hours"}, "ifCancelled": "sorry"}},
        says("remind", Value::Null), says("sorry", Value::Null)]);
    let window = json!({"timeWindow": {"days": ["monday"], "from": "08:00", "to": "18:00"}});
    [
        ("scene.a_lead", definition(&lead, &json!({})), World::Helps),
        ("scene.tried_again", definition(&again, &json!({})), World::Refuses),
        ("scene.a_goal_from_elsewhere", definition(&goal, &json!({})), World::Helps),
        ("scene.messages_left_out", definition(&hush, &json!({})), World::Helps),
        ("scene.stopped_by_a_reply", definition(&reply, &json!({"stopOnResponse": true})), World::Helps),
        ("scene.an_appointment_is_followed", definition(&visit, &json!({})), World::Helps),
        ("scene.outside_the_window", definition(&reply, &window), World::Refuses),
        ("scene.out_of_turn", definition(&json!([tag("tag", Value::Null)]), &json!({})), World::Confuses),
    ]
    .map(|(name, definition, world)| (name.to_owned(), definition, world))
    .to_vec()
}

/// What the engine says to an input, as it is recorded.
fn said(stepped: &Stepped, definition: &Definition) -> Value {
    let outcome = match &stepped.outcome {
        Outcome::Perform(effect) => json!({"perform": effect.shown()}),
        Outcome::Rest(until) => json!({"rest": until}),
        Outcome::Unchanged => json!("unchanged"),
        Outcome::Over => json!("over"),
    };
    let line = |line: &LogLine| {
        let (output, error) = (line.result.as_ref().ok(), line.result.as_ref().err());
        json!({"visit": line.visit, "step": line.step, "type": line.kind, "began": line.began, "input": line.input,
               "output": output, "error": error, "again": line.again})
    };
    let listens: Vec<&str> = awaited(&stepped.run, definition).iter().map(|kind| kind.name()).collect();
    json!({"entered": stepped.entered, "log": stepped.log.iter().map(line).collect::<Vec<_>>(), "outcome": outcome,
           "state": stepped.run, "listens": listens})
}

impl History {
    /// The same inputs, and what the engine says to them now.
    fn replayed(&self) -> Vec<Turned> {
        let (definition, _) =
            Definition::draft(&self.definition).expect("a definition of that time can be read");
        let mut run = self.begins.clone();
        let mut turns = Vec::new();
        for turn in &self.turns {
            let facts = files::facts(&self.facts, turn, &run);
            let stepped = step(&run, &definition, files::input(&turn.input), &facts);
            turns.push(Turned { said: said(&stepped, &definition), ..turn.clone() });
            run = stepped.run;
        }
        turns
    }
}

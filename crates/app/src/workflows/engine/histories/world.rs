//! The world of a run that is recorded: what it answers when the engine asks for something.

use serde_json::{Map, Value, json};

use super::files::{self, History, Turned};
use super::{MOST_TURNS, said};
use crate::workflows::definition::Definition;
use crate::workflows::engine::{Outcome, Phase, RunState, Stepped, awaited, step};
use crate::workflows::facts::{Facts, examples};
use crate::workflows::trigger;

const DAY: i64 = 86_400_000;

/// How the world takes what a run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// Everything succeeds, and what is waited for happens.
    Helps,
    /// Nothing does; time passes.
    Refuses,
    /// What comes is not what was asked for.
    Confuses,
}

impl World {
    pub fn name(self) -> &'static str {
        match self {
            Self::Helps => "helps",
            Self::Refuses => "refuses",
            Self::Confuses => "confuses",
        }
    }
}

/// Plays a run in this world.
pub fn played(json: &Value, world: World) -> History {
    let (definition, _) = Definition::draft(json).expect("a good definition");
    let facts = files::facts_json(&known(json));
    let begins = RunState::new(examples::facts().contact.map(|contact| contact.id));
    let (mut run, mut at, mut turns) = (begins.clone(), examples::NOW, Vec::new());
    let mut next = Some(json!({"is": "begin"}));
    let mut happened = Vec::new();
    while let Some(input) = next.filter(|_| turns.len() < MOST_TURNS) {
        let mut turn = Turned { at, input, said: Value::Null };
        let known = files::facts(&facts, &turn, &run);
        let stepped = step(&run, &definition, files::input(&turn.input), &known);
        turn.said = said(&stepped, &definition);
        turns.push(turn);
        run = stepped.run.clone();
        next = match (&stepped.outcome, world) {
            (Outcome::Over, _) => None,
            (_, World::Confuses) => {
                let is = ["performed", "woke", "begin"][turns.len() % 3];
                Some(json!({"is": is, "refused": "no"}))
            }
            (Outcome::Perform(_), World::Refuses) => {
                Some(json!({"is": "performed", "refused": "It is full."}))
            }
            (Outcome::Perform(_), World::Helps) => {
                Some(json!({"is": "performed", "done": done(&run, json, at.millis())}))
            }
            (Outcome::Rest(_) | Outcome::Unchanged, _) => {
                let input = rest(&stepped, &definition, world, &mut happened);
                if input.as_ref().is_some_and(|input| input["is"] == "woke") {
                    at = run.phase.until().unwrap_or(at);
                }
                input
            }
        };
    }
    History { definition: json.clone(), facts, begins, turns }
}

/// What is known. Who books an appointment has one tomorrow.
fn known(definition: &Value) -> Facts {
    let mut facts = examples::facts();
    let mut steps = definition["steps"].as_array().expect("steps").iter();
    if steps.any(|step| step["type"] == "book_appointment") {
        let tomorrow = examples::NOW.plus_millis(DAY).iso();
        let appointment = json!({"id": "aPpointmentaPpointme", "status": "confirmed", "startTime": tomorrow});
        facts.objects.insert("appointment".to_owned(), appointment);
    }
    facts
}

/// What comes while a run rests.
fn rest(
    stepped: &Stepped,
    definition: &Definition,
    world: World,
    happened: &mut Vec<String>,
) -> Option<Value> {
    let until = stepped.run.phase.until();
    if matches!(stepped.run.phase, Phase::Answering { .. }) {
        let answered = json!({"is": "answered", "output": {"status": 200, "body": {"grade": "A"}}});
        return Some(if world == World::Helps {
            answered
        } else {
            json!({"is": "answered", "refused": "It answered 500."})
        });
    }
    let new = |kind: &&leadhold_kernel::EventKind| !happened.contains(&kind.name().to_owned());
    let awaited = awaited(&stepped.run, definition);
    if let Some(kind) = awaited.iter().find(new).filter(|_| world == World::Helps) {
        happened.push(kind.name().to_owned());
        let data = json!({"contactId": stepped.run.contact, "tags": ["lead"], "changed": {}});
        let seen = trigger::KINDS.iter().filter(|trigger| trigger.events.contains(kind));
        let seen: Map<String, Value> = seen.map(|trigger| (trigger.name.to_owned(), data.clone())).collect();
        return Some(
            json!({"is": "happened", "kind": kind.name(), "recordId": stepped.run.contact, "data": data, "seen": seen}),
        );
    }
    until.map(|_| json!({"is": "woke"}))
}

/// What an effect brought, as the effects of each kind of step do.
fn done(run: &RunState, definition: &Value, now: i64) -> Value {
    let at = run.phase.step().unwrap_or_default();
    let steps = definition["steps"].as_array().expect("steps");
    let step = steps.iter().find(|step| step["id"] == at).expect("the run's step");
    let attributes = &step["attributes"];
    let exit = |exit: &Value| json!({"goTo": exit["next"]});
    let output = json!({"did": step["type"], "status": 200});
    let next = |then: Value| json!({"output": output, "then": then});
    match step["type"].as_str().unwrap_or_default() {
        "create_update_contact" => {
            json!({"output": output, "then": "next", "contact": "newContactnewContact"})
        }
        "create_update_opportunity" => {
            json!({"output": output, "then": "next", "opportunity": "oPportunityoPportuni"})
        }
        "book_appointment" => {
            json!({"output": output, "then": "next", "appointment": "aPpointmentaPpointme"})
        }
        "find_contact" | "find_opportunity" if attributes.get("found").is_some() => {
            next(exit(&attributes["found"]))
        }
        "split" => next(exit(&attributes["paths"][0])),
        "drip" => next(json!({"rest": now + DAY})),
        "custom_webhook" => next(json!({"answer": null})),
        "set_event_start_date" => json!({"output": output, "then": "next", "eventStart": now + DAY}),
        _ => next(json!("next")),
    }
}

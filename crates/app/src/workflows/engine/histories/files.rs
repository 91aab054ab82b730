//! Histories as files: JSON, a line for each input.

use std::fs;
use std::path::PathBuf;

use leadhold_kernel::id::Id;
use leadhold_kernel::{EventKind, Timestamp};
use serde_json::{Map, Value, json};

use crate::workflows::action::{Done, Then};
use crate::workflows::engine::{Happening, Input, RunState};
use crate::workflows::facts::{ContactFacts, CustomFieldFact, Facts, LocationFacts, examples};
use crate::workflows::trigger;

/// A recorded run.
pub struct History {
    pub definition: Value,
    /// What was known at the beginning.
    pub facts: Value,
    pub begins: RunState,
    pub turns: Vec<Turned>,
}

/// An input, and what was said to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Turned {
    pub at: Timestamp,
    pub input: Value,
    pub said: Value,
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/workflows/engine/histories"))
}

/// Whether missing histories are to be written.
pub fn recording() -> bool {
    std::env::var_os("LEADHOLD_RECORD_HISTORIES").is_some()
}

pub fn exists(name: &str) -> bool {
    folder().join(format!("{name}.json")).exists()
}

/// All of them by name.
pub fn all() -> Vec<(String, History)> {
    let files =
        fs::read_dir(folder()).expect("the folder of histories").map(|file| file.expect("a file").path());
    let mut files: Vec<PathBuf> =
        files.filter(|file| file.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    let read = |file: PathBuf| {
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).expect("a history can be read");
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
        let turned = |turn: &Value| Turned {
            at: moment(&turn["at"]).expect("a moment"),
            input: turn["input"].clone(),
            said: turn["said"].clone(),
        };
        let history = History {
            definition: json["definition"].clone(),
            facts: json["facts"].clone(),
            begins: serde_json::from_value(json["begins"].clone()).expect("a state of that time can be read"),
            turns: json["turns"].as_array().expect("turns").iter().map(turned).collect(),
        };
        (name, history)
    };
    files.into_iter().map(read).collect()
}

pub fn write(name: &str, history: &History) {
    let turns = history
        .turns
        .iter()
        .map(|turn| json!({"at": turn.at, "input": turn.input, "said": turn.said}).to_string());
    let text = format!(
        "{{\"definition\": {},\n\"facts\": {},\n\"begins\": {},\n\"turns\": [\n{}\n]}}\n",
        history.definition,
        history.facts,
        json!(history.begins),
        turns.collect::<Vec<_>>().join(",\n")
    );
    fs::write(folder().join(format!("{name}.json")), text).expect("a history can be written");
}

fn moment(value: &Value) -> Option<Timestamp> {
    serde_json::from_value(value.clone()).ok()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn map(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

pub fn facts_json(facts: &Facts) -> Value {
    let contact = facts.contact.as_ref().map(|c| {
        let fields = c.custom_fields.iter().map(|f| json!({"key": f.key, "name": f.name, "value": f.value}));
        json!({"id": c.id, "name": c.name, "firstName": c.first_name, "lastName": c.last_name, "email": c.email,
            "phone": c.phone, "companyName": c.company_name, "address1": c.address1, "city": c.city, "state": c.state,
            "country": c.country, "postalCode": c.postal_code, "timezone": c.timezone, "dateOfBirth": c.date_of_birth,
            "source": c.source, "website": c.website, "type": c.contact_type, "assignedTo": c.assigned_to,
            "tags": c.tags, "dateAdded": c.date_added, "customFields": fields.collect::<Vec<_>>(),
            "attribution": c.attribution, "lastAttribution": c.last_attribution})
    });
    let l = &facts.location;
    json!({"zone": facts.zone.iana_name(), "contact": contact,
        "location": {"id": l.id, "name": l.name, "address": l.address, "city": l.city, "state": l.state,
            "country": l.country, "postalCode": l.postal_code, "email": l.email, "phone": l.phone, "website": l.website},
        "workflow": {"id": facts.workflow_id, "name": facts.workflow_name},
        "trigger": {"object": facts.trigger_object, "data": facts.trigger_data},
        "customValues": facts.custom_values, "objects": facts.objects, "links": facts.trigger_links})
}

/// What a run knew at an input: what was recorded, at that moment, with what its own steps had brought.
pub fn facts(recorded: &Value, turn: &Turned, run: &RunState) -> Facts {
    let object = trigger::KINDS.iter().filter_map(|kind| kind.object);
    let (workflow, trigger) = (&recorded["workflow"], &recorded["trigger"]);
    let contact = run.contact.clone().filter(|_| recorded["contact"].is_object());
    Facts {
        now: turn.at,
        zone: jiff::tz::TimeZone::get(&text(&recorded["zone"])).expect("a zone"),
        contact: contact.map(|id| ContactFacts { id, ..contact_of(&recorded["contact"]) }),
        location: location_of(&recorded["location"]),
        workflow_id: text(&workflow["id"]),
        workflow_name: text(&workflow["name"]),
        trigger_object: object.into_iter().find(|object| trigger["object"] == *object),
        trigger_data: trigger["data"].clone(),
        trigger_links: map(&recorded["links"]),
        custom_values: map(&recorded["customValues"]),
        objects: map(&recorded["objects"]),
        steps: run.outputs.clone(),
        ..examples::facts()
    }
}

fn contact_of(c: &Value) -> ContactFacts {
    let field = |f: &Value| CustomFieldFact {
        key: text(&f["key"]),
        name: text(&f["name"]),
        value: f["value"].clone(),
    };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    ContactFacts {
        id: Id::parse(&text(&c["id"])).expect("an id"),
        name: text(&c["name"]),
        first_name: text(&c["firstName"]),
        last_name: text(&c["lastName"]),
        email: text(&c["email"]),
        phone: text(&c["phone"]),
        company_name: text(&c["companyName"]),
        address1: text(&c["address1"]),
        city: text(&c["city"]),
        state: text(&c["state"]),
        country: text(&c["country"]),
        postal_code: text(&c["postalCode"]),
        timezone: text(&c["timezone"]),
        date_of_birth: text(&c["dateOfBirth"]),
        source: text(&c["source"]),
        website: text(&c["website"]),
        contact_type: text(&c["type"]),
        assigned_to: text(&c["assignedTo"]),
        tags: list(&c["tags"]).iter().map(text).collect(),
        date_added: moment(&c["dateAdded"]).expect("a moment"),
        custom_fields: list(&c["customFields"]).iter().map(field).collect(),
        attribution: c["attribution"].clone(),
        last_attribution: c["lastAttribution"].clone(),
        ..examples::contact()
    }
}

fn location_of(l: &Value) -> LocationFacts {
    LocationFacts {
        id: text(&l["id"]),
        name: text(&l["name"]),
        address: text(&l["address"]),
        city: text(&l["city"]),
        state: text(&l["state"]),
        country: text(&l["country"]),
        postal_code: text(&l["postalCode"]),
        email: text(&l["email"]),
        phone: text(&l["phone"]),
        website: text(&l["website"]),
        ..LocationFacts::default()
    }
}

/// An input as it is recorded.
pub fn input(json: &Value) -> Input {
    let refused = json["refused"].as_str().map(str::to_owned);
    match json["is"].as_str().unwrap_or_default() {
        "begin" => Input::Begin,
        "woke" => Input::Woke,
        "performed" => Input::Performed(refused.map_or_else(|| Ok(done(&json["done"])), Err)),
        "answered" => Input::Answered(refused.map_or_else(|| Ok(json["output"].clone()), Err)),
        "happened" => Input::Happened(Happening {
            kind: EventKind::parse(&text(&json["kind"])).expect("a kind of event"),
            data: json["data"].clone(),
            seen: map(&json["seen"]),
        }),
        other => panic!("no input is called `{other}`"),
    }
}

fn done(json: &Value) -> Done {
    let then = &json["then"];
    let then = if then.get("goTo").is_some() {
        Then::GoTo(then["goTo"].as_str().map(str::to_owned))
    } else if then.get("rest").is_some() {
        Then::Rest(moment(&then["rest"]).expect("a moment"))
    } else if then.get("answer").is_some() {
        Then::Answer { until: moment(&then["answer"]) }
    } else if then == "end" {
        Then::End
    } else {
        Then::Next
    };
    Done {
        contact: json["contact"].as_str().and_then(Id::parse),
        opportunity: json["opportunity"].as_str().and_then(Id::parse),
        appointment: json["appointment"].as_str().and_then(Id::parse),
        event_start: moment(&json["eventStart"]),
        output: json["output"].clone(),
        then,
    }
}

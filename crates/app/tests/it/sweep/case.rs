//! What is played: a small workflow for each kind of action, and what a run meets beside its actions.

use leadhold_app::locations::{NewLocation, Settings};
use leadhold_kernel::Timestamp;
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Where a case is played.
pub struct Ground {
    pub user: String,
    /// Ada and Grace.
    pub contacts: Vec<String>,
    /// Says something at once, and again after two days.
    pub campaign: String,
    /// Of two contacts.
    pub association: String,
    /// The user's.
    pub calendar: String,
    /// Grace's, in a few years.
    pub appointment: String,
    /// When the play begins: one goes on where the one before ended.
    pub now: Timestamp,
}

/// What is played.
pub struct Case {
    /// Definitions, which are published.
    pub workflows: Vec<Value>,
    /// What happens, one after the other, with a rest behind each.
    pub acts: Vec<Act>,
    /// Whether an app hears of all events.
    pub listened: bool,
}

/// What happens from outside.
pub enum Act {
    /// A client sends this; `{0}` is the first workflow's id, `{hook0}` the path of its hook.
    Post(String, Value),
    /// And this.
    Put(String, Value),
    /// So many milliseconds pass.
    Pass(i64),
}

pub fn location() -> NewLocation {
    NewLocation {
        name: "Swept".into(),
        email: None,
        phone: None,
        country: "US".into(),
        timezone: "America/Chicago".into(),
        settings: Settings::default(),
    }
}

impl Case {
    /// The case of this name.
    pub fn named(name: &str, ground: &Ground, receiver: &str) -> Self {
        match name {
            "create_update_contact" => hooked(steps(name, ground, receiver)),
            "wait" => {
                enrolled(ground, steps(name, ground, receiver)).and(Act::Pass(HOUR)).and(Act::Pass(DAY))
            }
            "goal" => enrolled(ground, steps(name, ground, receiver)).and(tagged(ground, "customer")),
            "drip" => both(ground, steps(name, ground, receiver), json!({})).and(Act::Pass(HOUR)),
            "go_to" => {
                enrolled(ground, steps(name, ground, receiver)).and(Act::Pass(HOUR)).and(Act::Pass(HOUR))
            }
            "a_failed_step_is_tried_again" => {
                enrolled(ground, steps(name, ground, receiver)).and(Act::Pass(HOUR))
            }
            "an_event_ends_a_wait" => {
                enrolled(ground, steps(name, ground, receiver)).and(tagged(ground, "woken"))
            }
            "runs_wait_for_their_turn" => {
                both(ground, steps(name, ground, receiver), json!({"limits": {"running": 1}}))
                    .and(Act::Pass(HOUR))
                    .and(Act::Pass(HOUR))
            }
            "runs_begin_by_the_minute" => {
                both(ground, steps(name, ground, receiver), json!({"limits": {"perMinute": 1}}))
                    .and(Act::Pass(HOUR))
            }
            "a_wait_follows_an_appointment" => followed(ground),
            "an_appointment_starts_a_workflow" => bookings(ground),
            "deliveries_of_events" => Self { listened: true, ..hooked(steps(name, ground, receiver)) },
            "a_workflow_starts_another" => chain(ground),
            "add_to_workflow" => with_second(ground, steps(name, ground, receiver)),
            _ => enrolled(ground, steps(name, ground, receiver)),
        }
    }

    fn and(mut self, act: Act) -> Self {
        self.acts.push(act);
        self
    }
}

fn definition(steps: Value, settings: Value) -> Value {
    let mut steps = steps;
    let list = steps.as_array_mut().expect("a list of steps");
    for (n, step) in list.iter_mut().enumerate() {
        step["id"] = json!(format!("s{n}"));
    }
    for n in 1..list.len() {
        let next = list[n]["id"].clone();
        let before = list[n - 1].as_object_mut().expect("a step");
        let has_exits = ["split", "if_else", "go_to"].contains(&before["type"].as_str().unwrap_or_default());
        if !has_exits {
            before.entry("next").or_insert(next);
        }
    }
    json!({"name": "Swept", "status": "published", "triggers": [{"id": "hook", "type": "inbound_webhook"}],
           "steps": steps, "settings": settings})
}

fn enrol(contact: &str) -> Act {
    Act::Post(format!("/contacts/{contact}/workflow/{{0}}"), json!({}))
}

fn tagged(ground: &Ground, tag: &str) -> Act {
    Act::Post(format!("/contacts/{}/tags", ground.contacts[0]), json!({"tags": [tag]}))
}

/// Ada is put into a workflow of these steps.
fn enrolled(ground: &Ground, steps: Value) -> Case {
    let acts = vec![enrol(&ground.contacts[0])];
    Case { workflows: vec![definition(steps, json!({}))], acts, listened: false }
}

/// So are Ada and Grace.
fn both(ground: &Ground, steps: Value, settings: Value) -> Case {
    let acts = ground.contacts.iter().map(|contact| enrol(contact)).collect();
    Case { workflows: vec![definition(steps, settings)], acts, listened: false }
}

/// Somebody posts a form to the workflow's hook.
fn hooked(steps: Value) -> Case {
    let form = json!({"name": "Mary", "email": "mary@example.com", "score": 41});
    let acts = vec![Act::Post("{hook0}".to_owned(), form)];
    Case { workflows: vec![definition(steps, json!({}))], acts, listened: false }
}

/// Beside a workflow of these steps there is one that is called `Second`.
fn with_second(ground: &Ground, steps: Value) -> Case {
    let mut case = enrolled(ground, steps);
    let note = json!([{"type": "add_note", "attributes": {"body": "{{contact.first_name}}"}}]);
    let mut second = definition(note, json!({}));
    second["name"] = json!("Second");
    case.workflows.push(second);
    case
}

/// A tag that one workflow gives starts another.
fn chain(ground: &Ground) -> Case {
    let mut case = enrolled(ground, json!([{"type": "add_contact_tag", "attributes": {"tags": ["first"]}}]));
    let mut second = definition(
        json!([{"type": "add_note", "attributes": {"body": "{{contact.first_name}}"}}]),
        json!({}),
    );
    second["triggers"] = json!([{"id": "tag", "type": "contact_tag", "filters": [
        {"field": "contact.tags", "operator": "is", "value": "first"}]}]);
    case.workflows.push(second);
    case
}

/// A workflow that an appointment's status starts waits for it while it is moved there and back.
fn followed(ground: &Ground) -> Case {
    let before = json!({"event": {"when": "before", "value": 1, "unit": "hours"}});
    let tag = json!({"type": "add_contact_tag", "attributes": {"tags": ["{{appointment.title}}"]}});
    let mut waits = definition(json!([{"type": "wait", "attributes": before}, tag]), json!({}));
    waits["triggers"] = json!([{"id": "new", "type": "appointment"}]);
    let path = format!("/calendars/events/appointments/{}", ground.appointment);
    let put = |mut body: Value| {
        body["ignoreFreeSlotValidation"] = json!(true);
        Act::Put(path.clone(), body)
    };
    let acts = vec![
        put(json!({"appointmentStatus": "new"})),
        put(json!({"startTime": "2030-02-01T09:00:00Z"})),
        put(json!({"startTime": ground.now.plus_millis(DAY).iso()})),
        Act::Pass(DAY),
    ];
    Case { workflows: vec![waits], acts, listened: false }
}

/// What one workflow books another one reminds of.
fn bookings(ground: &Ground) -> Case {
    let day = ground.now.plus_millis(DAY).iso();
    let book = json!({"calendar": "Visits", "startTime": day, "ignoreFreeSlots": true});
    let mut case = enrolled(ground, json!([{"type": "book_appointment", "attributes": book}]));
    let before = json!({"event": {"when": "before", "value": 1, "unit": "hours"}});
    let mut second = definition(
        json!([
            {"type": "wait", "attributes": before},
            {"type": "add_note", "attributes": {"body": "{{appointment.title}} {{calendar.name}}"}}
        ]),
        json!({}),
    );
    second["triggers"] = json!([{"id": "booked", "type": "customer_appointment"}]);
    case.workflows.push(second);
    case.and(Act::Pass(DAY))
}

/// The steps of a case.
fn steps(name: &str, ground: &Ground, receiver: &str) -> Value {
    let user = &ground.user;
    let step = |kind: &str, attributes: Value| json!({"type": kind, "attributes": attributes});
    let only = |kind: &str, attributes: Value| json!([step(kind, attributes)]);
    let deal = || {
        step("create_update_opportunity", json!({"pipeline": "Sales", "stage": "New", "monetaryValue": "12"}))
    };
    let on_deal = |kind: &str, attributes: Value| json!([deal(), step(kind, attributes)]);
    let person = json!({"fields": {"firstName": "{{inboundWebhookRequest.name}}",
        "email": "{{inboundWebhookRequest.email}}"}, "tags": ["lead"]});
    let tag = |tag: &str| step("add_contact_tag", json!({"tags": [tag]}));
    let hour = |id: &str| json!({"for": {"value": 1, "unit": id}});
    match name {
        "create_update_contact" => json!([step(name, person), tag("hot")]),
        "find_contact" => {
            json!([step(name, json!({"fields": {"email": "grace@example.com"}})), tag("found")])
        }
        "update_contact_field" => only(name, json!({"fields": {"city": "Chicago"}})),
        "add_contact_tag" => only(name, json!({"tags": ["new", "{{contact.first_name}}"]})),
        "remove_contact_tag" => only(name, json!({"tags": ["old"]})),
        "assign_user" => only(name, json!({"users": [user]})),
        "remove_assigned_user" => {
            json!([step("assign_user", json!({"users": [user]})), step(name, json!({}))])
        }
        "set_contact_dnd" => only(name, json!({"dnd": "enable", "channels": ["SMS"]})),
        "add_note" => only(name, json!({"title": "Call", "body": "For {{contact.first_name}}"})),
        "add_task" => {
            only(name, json!({"title": "Call", "due": {"value": 2, "unit": "days"}, "assignedTo": user}))
        }
        "complete_task" => json!([step("add_task", json!({"title": "Call"})), step(name, json!({}))]),
        "add_contact_followers" => only(name, json!({"users": [user]})),
        "remove_contact_followers" => {
            json!([step("add_contact_followers", json!({"users": [user]})), step(name, json!({}))])
        }
        "delete_contact" => only(name, json!({})),
        "create_update_opportunity" => on_deal(name, json!({"stage": "Won", "status": "won"})),
        "find_opportunity" => on_deal(name, json!({"pipeline": "Sales", "status": "open"})),
        "remove_opportunity" => on_deal(name, json!({})),
        "add_opportunity_owner" | "add_opportunity_followers" => on_deal(name, json!({"users": [user]})),
        "remove_opportunity_owner" => {
            json!([deal(), step("add_opportunity_owner", json!({"users": [user]})), step(name, json!({}))])
        }
        "remove_opportunity_followers" => {
            json!([
                deal(),
                step("add_opportunity_followers", json!({"users": [user]})),
                step(name, json!({}))
            ])
        }
        "add_to_workflow" => only(name, json!({"workflow": "Second"})),
        "remove_from_workflow" => only(name, json!({"workflow": "current"})),
        "create_custom_object_record" => only(
            name,
            json!({"object": "custom_objects.pet", "properties": {"name": "Rex of {{contact.first_name}}"}}),
        ),
        "update_custom_object_record" => json!([
            step(
                "create_custom_object_record",
                json!({"object": "custom_objects.pet", "properties": {"name": "Rex"}})
            ),
            step(
                name,
                json!({"object": "custom_objects.pet", "recordId": "{{steps.s0.recordId}}",
                "properties": {"name": "Max"}})
            )
        ]),
        "associate_records" => only(
            name,
            json!({"association": ground.association,
            "first": "{{contact.id}}", "second": ground.contacts[1]}),
        ),
        "update_custom_value" => only(name, json!({"key": "last_lead", "value": "{{contact.first_name}}"})),
        "book_appointment" => json!([
            step(
                name,
                json!({"calendar": ground.calendar, "startTime": "2026-01-20 10:00", "ignoreFreeSlots": true})
            ),
            tag("{{appointment.only_start_date}}")
        ]),
        "add_appointment_note" => json!([
            step("find_contact", json!({"fields": {"email": "grace@example.com"}})),
            step(name, json!({"body": "For {{contact.first_name}}"}))
        ]),
        "update_appointment_status" => json!([
            step("find_contact", json!({"fields": {"email": "grace@example.com"}})),
            step(name, json!({"status": "showed"}))
        ]),
        "math_operation" => json!([
            step(name, json!({"value": "40", "operations": [{"operator": "add", "by": "2"}]})),
            tag("{{steps.s0.result}}")
        ]),
        "text_formatter" => json!([
            step(name, json!({"value": "{{contact.first_name}}", "operations": [{"do": "upper"}]})),
            tag("{{steps.s0.result}}")
        ]),
        "number_formatter" => json!([
            step(name, json!({"value": "1234.5", "as": "currency", "currency": "EUR"})),
            tag("{{steps.s0.result}}")
        ]),
        "date_formatter" => json!([
            step(name, json!({"value": "05.11.2025", "fromFormat": "DD.MM.YYYY", "toFormat": "YYYY/MM/DD"})),
            tag("{{steps.s0.result}}")
        ]),
        "array_formatter" => json!([
            step(name, json!({"value": "{{contact.tags}}", "operations": [{"do": "first"}]})),
            tag("first {{steps.s0.result}}")
        ]),
        "custom_code" => json!([step(name, json!({"expression": "1 + 2"})), tag("sum {{steps.s0.result}}")]),
        "add_to_campaign" => only(name, json!({"campaignId": ground.campaign})),
        "remove_from_campaign" => json!([
            step("add_to_campaign", json!({"campaignId": ground.campaign})),
            step(name, json!({"all": true}))
        ]),
        "send_sms" => only(name, json!({"message": "Hi {{contact.first_name}}"})),
        "send_email" => only(name, json!({"subject": "Hi", "text": "Dear {{contact.first_name}}"})),
        "voicemail" => only(name, json!({"recording": "https://example.com/hi.mp3"})),
        "call" => only(name, json!({"whisper": "{{contact.first_name}}"})),
        "edit_conversation" => {
            json!([step("send_sms", json!({"message": "Hi"})), step(name, json!({"mark": "archived"}))])
        }
        "internal_notification" => only(
            name,
            json!({"via": "email", "to": {"users": [user]}, "subject": "Lead", "message": "{{contact.first_name}}"}),
        ),
        "slack_message" => {
            only(name, json!({"url": format!("{receiver}/slack"), "text": "{{contact.first_name}}"}))
        }
        "webhook" => {
            json!([step(name, json!({"method": "POST", "url": format!("{receiver}/step")})), tag("told")])
        }
        "custom_webhook" => json!([
            step(
                name,
                json!({"method": "POST", "url": format!("{receiver}/ask"), "body": {"who": "{{contact.email}}"}})
            ),
            tag("answer {{steps.s0.body}}")
        ]),
        "wait" => json!([step(name, hour("hours")), tag("one"), step(name, hour("days")), tag("two")]),
        "if_else" => json!([
            step(
                name,
                json!({"branches": [{"name": "Old", "next": "s2", "segments": [
                {"conditions": [{"field": "contact.tags", "operator": "is", "value": "old"}]}]}], "none": {"next": "s1"}})
            ),
            tag("not taken"),
            tag("taken")
        ]),
        "goal" => json!([
            step("wait", hour("days")),
            tag("not met"),
            step(
                name,
                json!({"events": [{"type": "contact_tag", "filters": [
                {"field": "contact.tags", "operator": "is", "value": "customer"}]}]})
            ),
            tag("met")
        ]),
        "go_to" => json!([step("wait", hour("hours")), tag("round"), step(name, json!({"step": "s0"}))]),
        "split" => json!([
            step(
                name,
                json!({"paths": [{"name": "A", "weight": 100, "next": "s1"},
            {"name": "B", "weight": 0, "next": "s2"}]})
            ),
            tag("a"),
            tag("b")
        ]),
        "drip" => {
            json!([step(name, json!({"batch": 1, "every": {"value": 1, "unit": "hours"}})), tag("through")])
        }
        "set_event_start_date" => json!([
            step(name, json!({"at": "2030-01-01T00:00:00Z"})),
            step("wait", json!({"event": {"when": "before", "value": 1, "unit": "hours"}}))
        ]),
        "a_failed_step_is_tried_again" => {
            let mut fails = step("assign_user", json!({"users": ["nobody"]}));
            fails["onError"] = json!({"retry": {"times": 1, "pause": {"value": 1, "unit": "minutes"}}});
            json!([tag("before"), fails, tag("behind")])
        }
        "an_event_ends_a_wait" => json!([
            step(
                "wait",
                json!({"events": [{"type": "contact_tag"}], "timeout": {"value": 9, "unit": "days"}})
            ),
            tag("on")
        ]),
        "runs_wait_for_their_turn" => json!([tag("in"), step("wait", hour("hours")), tag("out")]),
        "runs_begin_by_the_minute" => json!([tag("in")]),
        "deliveries_of_events" => json!([step("create_update_contact", person), tag("hot")]),
        other => panic!("there is no case `{other}`"),
    }
}

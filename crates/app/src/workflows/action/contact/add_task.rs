//! `add_task`: something is to be done for the run's contact.
//!
//! ```json
//! {"title": "Call {{contact.first_name}}", "body": "…", "due": {"value": 2, "unit": "days"}, "assignedTo": "{{contact.assigned_to}}"}
//! ```
//!
//! `due` counts from the present moment; `dueDate` is a moment instead, in any spelling that [`moment::parse`] reads. Without
//! either it is due now.

use std::sync::Arc;

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::merge_field::render;
use leadhold_kernel::{Error, Timestamp};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::of_run;
use crate::tasks::{self, NewTask};
use crate::workflows::action::moment::{self, Period};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, filled, people, shown, within};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "add_task",
    parse,
    attributes: r#"{"required": ["title"], "properties": {
        "title": {"type": "string"}, "body": {"type": "string"}, "assignedTo": {"type": "string"},
        "due": {"type": "object", "required": ["value", "unit"], "properties": {"value": {"type": "integer", "minimum": 1},
            "unit": {"enum": ["seconds", "minutes", "hours", "days", "weeks", "months", "years"]}}},
        "dueDate": {"type": "string"}}}"#,
};

/// The longest title and body, in characters, as in the API of tasks.
const LONGEST_TITLE: usize = 1000;
const LONGEST_BODY: usize = 65_536;

#[derive(Debug)]
struct AddTask {
    title: String,
    body: Option<String>,
    assigned_to: Option<String>,
    due: Due,
}

#[derive(Debug)]
enum Due {
    In(Period),
    At(String),
    Now,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let title = from.template("title");
    let (body, assigned_to) = (from.optional_template("body"), from.optional_template("assignedTo"));
    let due = match (from.has("due"), from.has("dueDate")) {
        (true, true) => {
            from.fault("dueDate", "say when by `due` or by `dueDate`, one of the two");
            None
        }
        (true, false) => from.object("due", Period::parse).map(Due::In),
        (false, true) => from.template("dueDate").map(Due::At),
        (false, false) => Some(Due::Now),
    };
    Some(Arc::new(AddTask { title: title?, body, assigned_to, due: due? }))
}

impl Action for AddTask {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let contact = match of_run(visit) {
            Ok(contact) => contact,
            Err(turn) => return turn,
        };
        let text = |template: &String| filled(template, visit.fields);
        let Some(title) = text(&self.title) else {
            return Turn::Skip("The task's title came out empty; check the merge fields in it.".to_owned());
        };
        let (now, zone) = (visit.facts.now, &visit.facts.zone);
        let due = match &self.due {
            Due::Now => Some(now),
            Due::In(period) => period.after(now, zone),
            Due::At(template) => {
                let text = render(template, visit.fields);
                let read = moment::parse(&text, zone);
                if read.is_none() {
                    return Turn::Skip(moment::unreadable(&text));
                }
                read
            }
        };
        let Some(due) = due else { return Turn::Skip(moment::OUTSIDE.to_owned()) };
        let assigned_to = self.assigned_to.as_ref().and_then(text).map(|user| user.trim().to_owned());
        Turn::perform(Task { contact, title, body: self.body.as_ref().and_then(text), assigned_to, due })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Task {
    contact: Id<id::Contact>,
    title: String,
    body: Option<String>,
    assigned_to: Option<String>,
    due: Timestamp,
}

impl Effect for Task {
    fn shown(&self) -> Value {
        let mut shown = shown("addTask", self);
        shown["due"] = json!(self.due.iso());
        shown
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        within("title", &self.title, LONGEST_TITLE)?;
        within("body", self.body.as_deref().unwrap_or_default(), LONGEST_BODY)?;
        if let Some(user) = &self.assigned_to {
            people::get(tx, at.here, user)?;
        }
        let new = NewTask {
            title: self.title.clone(),
            body: self.body.clone(),
            assigned_to: self.assigned_to.clone(),
            due_date: self.due,
            completed: false,
        };
        let task = tasks::create(tx, at.cx, at.here, self.contact.as_str(), &new)?;
        Ok(Done::with(json!({"taskId": task.id, "dueDate": task.due_date.iso()})))
    }
}

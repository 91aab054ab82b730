//! `complete_task`: a task of the run's contact is done. `{"taskId": "{{steps.todo.taskId}}"}`
//!
//! Without `taskId`, all open tasks of the contact are.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::merge_field::render;
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::of_run;
use crate::tasks;
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind =
    Kind { name: "complete_task", parse, attributes: r#"{"properties": {"taskId": {"type": "string"}}}"# };

#[derive(Debug)]
struct CompleteTask {
    task: Option<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    Some(Arc::new(CompleteTask { task: from.optional_template("taskId") }))
}

impl Action for CompleteTask {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let contact = match of_run(visit) {
            Ok(contact) => contact,
            Err(turn) => return turn,
        };
        let task = self.task.as_ref().map(|template| render(template, visit.fields).trim().to_owned());
        if task.as_ref().is_some_and(String::is_empty) {
            return Turn::Skip("The task's id came out empty; check the merge field in it.".to_owned());
        }
        Turn::perform(Complete { contact, task })
    }
}

#[derive(Debug, Serialize)]
struct Complete {
    contact: Id<id::Contact>,
    task: Option<String>,
}

impl Effect for Complete {
    fn shown(&self) -> Value {
        shown("completeTask", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let contact = self.contact.as_str();
        let which: Vec<String> = match &self.task {
            Some(task) => vec![task.clone()],
            None => {
                let all = tasks::of_contact(tx, at.here, contact)?;
                all.into_iter()
                    .filter(|(task, _)| !task.completed)
                    .map(|(task, _)| task.id.to_string())
                    .collect()
            }
        };
        let change = Map::from_iter([("completed".to_owned(), Value::Bool(true))]);
        for task in &which {
            tasks::update(tx, at.cx, at.here, contact, task, &change)?;
        }
        Ok(Done::with(json!({"completed": which})))
    }
}

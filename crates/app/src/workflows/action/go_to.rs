//! `go_to`: the run goes on at another step. `{"step": "nurture"}`

use std::sync::Arc;

use serde_json::json;

use super::{Action, Kind, Turn, Visit};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "go_to",
    parse,
    attributes: r#"{"required": ["step"], "properties": {"step": {"type": "string"}}}"#,
};

#[derive(Debug)]
struct GoTo {
    step: String,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    Some(Arc::new(GoTo { step: from.text("step")? }))
}

impl Action for GoTo {
    fn arrive(&self, _visit: &Visit<'_>) -> Turn {
        Turn::GoTo(Some(self.step.clone()), json!({"to": self.step}))
    }

    fn exits(&self) -> Vec<(String, Option<String>)> {
        vec![("step".to_owned(), Some(self.step.clone()))]
    }
}

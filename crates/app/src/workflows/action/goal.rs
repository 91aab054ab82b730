//! `goal`: what the workflow is for. When it happens, the contact comes here from wherever the run stands, once.
//!
//! ```json
//! {"events": [{"type": "contact_tag", "filters": [{"field": "contact.tags", "operator": "is", "value": "customer"}]}],
//!  "otherwise": "wait"}
//! ```
//!
//! Any of `events` reaches it. A run that comes to this step without having met it ends (`end`, also when absent), goes on
//! (`continue`) or waits here (`wait`).

use std::sync::Arc;

use leadhold_kernel::EventKind;
use serde_json::json;

use super::{Action, Kind, Turn, Visit};
use crate::workflows::definition::reader::Fields;
use crate::workflows::engine::Happening;
use crate::workflows::watch::Watches;

/// The kind.
pub const KIND: Kind = Kind {
    name: "goal",
    parse,
    attributes: r##"{"required": ["events"], "properties": {
        "events": {"type": "array", "minItems": 1, "maxItems": 20, "items": {"$ref": "#/$defs/watch"}},
        "otherwise": {"enum": ["end", "continue", "wait"], "default": "end"}}}"##,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Otherwise {
    End,
    Continue,
    Wait,
}

const OTHERWISE: &[(&str, Otherwise)] =
    &[("end", Otherwise::End), ("continue", Otherwise::Continue), ("wait", Otherwise::Wait)];

#[derive(Debug)]
struct Goal {
    events: Watches,
    otherwise: Otherwise,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let events = Watches::parse(from, "events");
    let otherwise =
        if from.has("otherwise") { from.choice("otherwise", OTHERWISE) } else { Some(Otherwise::End) };
    Some(Arc::new(Goal { events, otherwise: otherwise? }))
}

impl Action for Goal {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let met = visit.run.goals_met.iter().any(|goal| goal == visit.step);
        match self.otherwise {
            _ if met => Turn::Done(json!({"met": true})),
            Otherwise::Continue => Turn::Done(json!({"met": false})),
            Otherwise::End => Turn::End(json!({"met": false})),
            // What reaches the goal is listened to in any case.
            Otherwise::Wait => Turn::Await { events: Vec::new(), until: None },
        }
    }

    fn goal(&self) -> &[EventKind] {
        self.events.kinds()
    }

    fn met(&self, visit: &Visit<'_>, what: &Happening) -> bool {
        self.events.fit(visit, what).is_some()
    }
}

//! `if_else`: the run takes the first branch that holds, else the branch `none`.
//!
//! ```json
//! {"branches": [{"name": "Hot", "match": "all",
//!                "segments": [{"match": "any", "conditions": [{"field": "contact.tags", "operator": "is", "value": "hot"}]}],
//!                "next": "call"}],
//!  "none": {"next": "nurture"}}
//! ```
//!
//! Segments of a branch are joined by the branch's `match`, conditions of a segment by the segment's: `all` (AND, also
//! when absent) or `any` (OR). A branch without `next` ends the run.

use std::sync::Arc;

use serde_json::json;

use super::{Action, Kind, Turn, Visit};
use crate::workflows::condition::{Condition, Group};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "if_else",
    parse,
    attributes: r##"{"required": ["branches"], "properties": {
        "branches": {"type": "array", "minItems": 1, "maxItems": 20, "items": {"type": "object",
            "required": ["name", "segments"], "properties": {
                "name": {"type": "string"}, "match": {"enum": ["all", "any"]}, "next": {"type": "string"},
                "segments": {"type": "array", "minItems": 1, "maxItems": 20, "items": {"$ref": "#/$defs/segment"}}}}},
        "none": {"type": "object", "properties": {"name": {"type": "string"}, "next": {"type": "string"}}}}}"##,
};

const MATCH: &[(&str, bool)] = &[("all", false), ("any", true)];

#[derive(Debug)]
struct IfElse {
    branches: Vec<Branch>,
    none: Option<String>,
}

#[derive(Debug)]
struct Branch {
    name: String,
    holds: Group<Group<Condition>>,
    next: Option<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let branches = from.some_objects("branches", 20, branch);
    let none = if from.has("none") {
        from.object("none", |none| {
            none.ignore("name");
            Some(none.optional_text("next"))
        })
    } else {
        Some(None)
    };
    Some(Arc::new(IfElse { branches, none: none? }))
}

fn branch(from: &Fields<'_>) -> Option<Branch> {
    let name = from.text("name");
    let holds = segments(from);
    let next = from.optional_text("next");
    Some(Branch { name: name?, holds: holds?, next })
}

/// Reads `match` and `segments`; faults go where `from` says.
pub fn segments(from: &Fields<'_>) -> Option<Group<Group<Condition>>> {
    let any = any(from);
    let of = from.some_objects("segments", 20, |segment| {
        let any = self::any(segment);
        Some(Group { any: any?, of: segment.some_objects("conditions", 50, Condition::parse) })
    });
    Some(Group { any: any?, of })
}

fn any(from: &Fields<'_>) -> Option<bool> {
    if from.has("match") { from.choice("match", MATCH) } else { Some(false) }
}

impl Action for IfElse {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let segment = |group: &Group<Condition>| group.holds(|condition| condition.holds(visit.fields));
        match self.branches.iter().find(|branch| branch.holds.holds(segment)) {
            Some(branch) => Turn::GoTo(branch.next.clone(), json!({"branch": branch.name})),
            None => Turn::GoTo(self.none.clone(), json!({"branch": "none"})),
        }
    }

    fn exits(&self) -> Vec<(String, Option<String>)> {
        let branch = |(i, branch): (usize, &Branch)| (format!("branches[{i}].next"), branch.next.clone());
        let mut exits: Vec<_> = self.branches.iter().enumerate().map(branch).collect();
        exits.push(("none.next".to_owned(), self.none.clone()));
        exits
    }
}

//! `split`: chance sends the run along one of several paths, and the same contact always along the same.
//!
//! ```json
//! {"paths": [{"name": "A", "weight": 50, "next": "short"}, {"name": "B", "weight": 50, "next": "long"}]}
//! ```
//!
//! Weights are per cent and add up to 100. A contact's path is kept under the workflow and the step, over versions; a path
//! that is no more is drawn anew. A run without a contact draws each time.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{Action, At, Done, Effect, Kind, Then, Turn, Visit};
use crate::workflows::definition::reader::Fields;
use crate::workflows::pace;

/// The kind.
pub const KIND: Kind = Kind {
    name: "split",
    parse,
    attributes: r#"{"required": ["paths"], "properties": {
        "paths": {"type": "array", "minItems": 2, "maxItems": 5, "items": {"type": "object",
            "required": ["name", "weight"], "additionalProperties": false, "properties": {
                "name": {"type": "string"}, "weight": {"type": "integer", "minimum": 0, "maximum": 100},
                "next": {"type": "string"}}}}}}"#,
};

#[derive(Clone, Debug)]
struct Path {
    name: String,
    weight: u32,
    next: Option<String>,
}

#[derive(Debug)]
struct Split {
    paths: Vec<Path>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let paths = from.some_objects("paths", 5, |path| {
        let (name, weight) = (path.text("name"), path.whole("weight", 0..=100));
        if !path.has("weight") {
            path.fault("weight", "`weight` is missing; it must be a whole number of per cent");
        }
        let next = path.optional_text("next");
        Some(Path { name: name?, weight: weight?, next })
    });
    let sum: u32 = paths.iter().map(|path| path.weight).sum();
    if !paths.is_empty() && sum != 100 {
        from.fault("paths", format!("the weights add up to {sum}; they must be 100 per cent together"));
    }
    Some(Arc::new(Split { paths }))
}

impl Action for Split {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let contact = visit.facts.contact.as_ref().map(|contact| contact.id.clone());
        Turn::perform(Draw { contact, paths: self.paths.clone() })
    }

    fn exits(&self) -> Vec<(String, Option<String>)> {
        let exit = |(i, path): (usize, &Path)| (format!("paths[{i}].next"), path.next.clone());
        self.paths.iter().enumerate().map(exit).collect()
    }
}

#[derive(Debug)]
struct Draw {
    contact: Option<Id<id::Contact>>,
    paths: Vec<Path>,
}

impl Draw {
    /// The path that a number below 100 falls on.
    fn path_at(&self, drawn: u64) -> Option<&Path> {
        let mut upto = 0;
        self.paths.iter().find(|path| {
            upto += u64::from(path.weight);
            drawn < upto
        })
    }
}

impl Effect for Draw {
    fn shown(&self) -> Value {
        let paths: Vec<Value> =
            self.paths.iter().map(|path| json!({"name": path.name, "weight": path.weight})).collect();
        json!({"effect": "split", "contactId": self.contact, "paths": paths})
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let place = pace::Place::of(at);
        let kept = match &self.contact {
            Some(contact) => pace::path_of(tx, at.here, &place, contact)?,
            None => None,
        };
        let known = kept.and_then(|name| self.paths.iter().find(|path| path.name == name));
        let again = known.is_some();
        let drawn = || self.path_at(at.cx.random.below(100));
        let Some(path) = known.or_else(drawn) else {
            return Err(Error::internal("the weights of a split do not add up to 100".to_owned()));
        };
        if let (Some(contact), false) = (&self.contact, again) {
            pace::keep_path(tx, at.here, &place, contact, &path.name)?;
        }
        let output = json!({"path": path.name, "again": again});
        Ok(Done { then: Then::GoTo(path.next.clone()), ..Done::with(output) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_falls_on_a_path_by_weight() {
        let path = |name: &str, weight| Path { name: name.to_owned(), weight, next: None };
        let draw = Draw { contact: None, paths: vec![path("a", 30), path("none", 0), path("b", 70)] };
        let count =
            |name: &str| (0..100).filter(|n| draw.path_at(*n).is_some_and(|path| path.name == name)).count();
        assert_eq!((count("a"), count("none"), count("b")), (30, 0, 70));
    }
}

//! Which merge fields a definition names, as far as it matters before a run reads anything.

use std::collections::BTreeSet;

use leadhold_kernel::merge_field::{self, Piece};
use serde_json::Value;

use super::Step;

/// The objects that a definition, or a part of it, names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The first key of every merge field and every condition's field: `contact`, `custom_values`, `steps`.
    pub objects: BTreeSet<String>,
    /// The steps whose outputs are named, as in `{{steps.find.id}}`.
    pub outputs: BTreeSet<String>,
}

impl Names {
    /// The names in all texts of `json`. A text that is only a path counts too: conditions name their fields so.
    #[must_use]
    pub fn in_json(json: &Value) -> Self {
        let mut names = Self::default();
        names.collect(json);
        names
    }

    /// What any of them names.
    #[must_use]
    pub fn of_all(names: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::default();
        for names in names {
            all.objects.extend(names.objects);
            all.outputs.extend(names.outputs);
        }
        all
    }

    /// With the objects that actions read unasked.
    #[must_use]
    pub fn and_read_by(mut self, steps: &[Step]) -> Self {
        let read = steps.iter().flat_map(|step| step.action.reads());
        self.objects.extend(read.map(|object| (*object).to_owned()));
        self
    }

    /// With the objects that `more` names.
    #[must_use]
    pub fn and(mut self, more: &Self) -> Self {
        self.objects.extend(more.objects.iter().cloned());
        self
    }

    /// Whether an object is named.
    #[must_use]
    pub fn object(&self, name: &str) -> bool {
        self.objects.contains(name)
    }

    fn collect(&mut self, json: &Value) {
        match json {
            Value::String(text) => self.collect_text(text),
            Value::Array(items) => items.iter().for_each(|item| self.collect(item)),
            Value::Object(map) => map.values().for_each(|value| self.collect(value)),
            _ => {}
        }
    }

    fn collect_text(&mut self, text: &str) {
        if let Some(path) = merge_field::path(text.trim()).filter(|path| path.len() > 1) {
            self.add(&path);
        }
        for piece in merge_field::pieces(text) {
            if let Piece::Field(path) | Piece::FieldOr(path, _) = piece {
                self.add(&path);
            }
        }
        // An expression names its objects without braces.
        let words = text.split(|c: char| !(c.is_alphanumeric() || "_-.".contains(c)));
        // `a.b-c.d` may be a difference, and a step's id may have a dash.
        for word in words.flat_map(|word| std::iter::once(word).chain(word.split('-'))) {
            let path: Vec<&str> = word.split('.').collect();
            if path.len() > 1 && !path[0].is_empty() {
                self.add(&path);
            }
        }
    }

    fn add(&mut self, path: &[&str]) {
        self.objects.insert(path[0].to_owned());
        if let ["steps", step, ..] = path {
            self.outputs.insert((*step).to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_conditions_and_expressions_name_objects() {
        let names = Names::in_json(&json!({
            "a": ["Hi {{ contact.name }}", {"field": "custom_values.x"}], "b": "steps.find-it.count + opportunity.value"
        }));
        let objects: Vec<&str> = names.objects.iter().map(String::as_str).collect();
        assert_eq!(objects, ["contact", "custom_values", "it", "opportunity", "steps"]);
        assert!(names.outputs.contains("find-it"));
        let names = Names::in_json(&json!({"code": "opportunity.value-steps.sum.result"}));
        assert!(names.outputs.contains("sum") && names.object("opportunity"));
    }
}

//! `add_contact_tag`: adds tags to the run's contact. `{"tags": ["lead", "{{inboundWebhookRequest.source}}"]}`

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::merge_field::{self, render, text_of};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{fields::start_of, with_left_out};
use crate::contacts;
use crate::locations::tags::LONGEST;
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, no_contact};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "add_contact_tag",
    parse,
    attributes: r#"{"required": ["tags"], "properties": {
        "tags": {"type": "array", "minItems": 1, "maxItems": 100, "items": {"type": ["string", "number", "boolean"]}}}}"#,
};

/// The most tags that one step adds.
pub const MAX_TAGS: usize = 100;

/// Why a step without a tag does nothing.
pub const EMPTY: &str = "Every tag of this step came out empty; check the merge fields in it.";

#[derive(Debug)]
struct AddContactTag {
    tags: Vec<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    Some(Arc::new(AddContactTag { tags: from.templates("tags", MAX_TAGS) }))
}

impl Action for AddContactTag {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let Some(contact) = &visit.facts.contact else { return no_contact() };
        let tags = tags(&self.tags, visit.fields);
        if tags.is_empty() {
            return Turn::Skip(EMPTY.to_owned());
        }
        Turn::perform(AddTags { contact: contact.id.clone(), tags })
    }
}

#[derive(Debug)]
struct AddTags {
    contact: Id<id::Contact>,
    /// Not empty; none of them is.
    tags: Vec<String>,
}

impl Effect for AddTags {
    fn shown(&self) -> Value {
        json!({"effect": "addTags", "contactId": self.contact, "tags": self.tags})
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let (tags, left_out) = by_length(&self.tags);
        if tags.is_empty() {
            return Err(Error::Validation(left_out));
        }
        let change = contacts::add_tags(tx, at.cx, at.here, self.contact.as_str(), &tags)?;
        Ok(Done::with(with_left_out(json!({"added": change.changed, "tags": change.tags}), &left_out)))
    }
}

/// The tags that a contact can have, and a sentence for each that is too long.
pub fn by_length(tags: &[String]) -> (Vec<String>, Vec<String>) {
    let (fit, long): (Vec<&String>, Vec<&String>) =
        tags.iter().partition(|tag| tag.chars().count() <= LONGEST);
    let sentence = |tag: &String| format!("the tag `{}…` is longer than {LONGEST} characters", start_of(tag));
    (fit.into_iter().cloned().collect(), long.into_iter().map(sentence).collect())
}

/// The tags that templates stand for: a merge field alone that names a list stands for all its elements; empty ones and
/// repetitions drop out.
pub fn tags(templates: &[String], fields: &Value) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for template in templates {
        let list =
            merge_field::sole_field(template).and_then(|path| merge_field::find(fields, &path)?.as_array());
        let texts = match list {
            Some(items) => items.iter().filter_map(text_of).collect(),
            None => vec![render(template, fields)],
        };
        for text in texts {
            let tag = text.trim();
            if !tag.is_empty() && !tags.iter().any(|t| t == tag) && tags.len() < MAX_TAGS {
                tags.push(tag.to_owned());
            }
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_become_tags_and_empty_ones_drop_out() {
        let fields = json!({"r": {"interests": ["tea", "", "milk", "tea"], "source": " web "}});
        let templates =
            ["lead", "{{r.interests}}", "{{r.source}}", "{{r.nothing}}", "likes {{r.interests.0}}"];
        let templates = templates.map(str::to_owned);
        assert_eq!(tags(&templates, &fields), ["lead", "tea", "milk", "web", "likes tea"]);
    }
}

//! What a visitor sent, held against what was asked.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::question::{Control, Question, Takes};
use super::upload;
use crate::contacts::ContactFields;
use crate::custom_fields::{self, FieldWrite};
use crate::files::Draft;
use crate::http::Upload;

/// Characters of a text that a custom field or a hidden one takes.
const LONGEST: usize = 20_000;
/// Choices or boxes of one answer.
const MOST: usize = 200;

/// An answer as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The name under which it was sent.
    pub name: String,
    /// What names it in submissions: a custom field's id, or the name.
    pub id: String,
    /// The question as it was read.
    pub label: String,
    /// The answer.
    pub value: Value,
}

/// An answer that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The question's name.
    pub name: String,
    /// The question.
    pub label: String,
    /// What is wrong, as the API says it behind the name: `must be an email`.
    pub rule: String,
}

/// What was read of the answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// In the order of the questions; blank ones are not among them.
    pub answers: Vec<Answer>,
    /// What they say of the contact.
    pub contact: ContactFields,
    /// The files that were sent for a question.
    pub files: Vec<(Question, Vec<Draft>)>,
    /// What does not fit.
    pub faults: Vec<Fault>,
}

/// Reads the answers to `questions`; `country` reads telephone numbers. What nobody asked is let pass and forgotten.
#[must_use]
pub fn read<'q>(
    questions: impl Iterator<Item = &'q Question>,
    sent: &Map<String, Value>,
    uploads: &[Upload],
    country: &str,
) -> Read {
    let mut read = Read::default();
    for question in questions {
        if question.control() == Control::Files {
            read.take_files(question, uploads);
            continue;
        }
        match check(question, sent, country) {
            // What nobody saw nobody can mend.
            Err(_) if question.hidden.is_some() => {}
            Err(rule) => read.fault(question, rule),
            Ok(None) if question.required => read.fault(question, "should not be empty".to_owned()),
            Ok(None) => {}
            Ok(Some(value)) => read.take(question, value),
        }
    }
    read
}

impl Read {
    fn fault(&mut self, question: &Question, rule: String) {
        self.faults.push(Fault { name: question.name.clone(), label: question.label.clone(), rule });
    }

    fn take_files(&mut self, question: &Question, uploads: &[Upload]) {
        let is_its =
            |upload: &&Upload| upload.field.strip_suffix("[]").unwrap_or(&upload.field) == question.name;
        let drafts: Vec<Draft> = uploads.iter().filter(is_its).map(|upload| upload.draft.clone()).collect();
        match question.custom().map_or(Ok(()), |field| upload::check(field, &drafts)) {
            Err(rule) => self.fault(question, rule),
            Ok(()) if drafts.is_empty() && question.required => {
                self.fault(question, "should not be empty".to_owned());
            }
            Ok(()) if drafts.is_empty() => {}
            Ok(()) => self.files.push((question.clone(), drafts)),
        }
    }

    /// Takes an answer, and says of the contact what it says.
    pub fn take(&mut self, question: &Question, value: Value) {
        match &question.takes {
            Takes::Contact(field) => field.say(&mut self.contact, value.as_str().unwrap_or_default()),
            Takes::Custom(field) => self.contact.custom_fields.push(FieldWrite {
                place: question.name.clone(),
                id: Some(field.id.to_string()),
                key: None,
                value: value.clone(),
            }),
            Takes::Dnd(channels) => self.contact.unwanted.extend(channels),
            Takes::Text | Takes::Consent => {}
        }
        let Question { name, id, label, .. } = question.clone();
        self.answers.push(Answer { name, id, label, value });
    }

    /// The value of an answer as text; empty when there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        text(&self.answers, name)
    }
}

/// The value of an answer as text; empty when there is none.
#[must_use]
pub fn text<'a>(answers: &'a [Answer], name: &str) -> &'a str {
    let answer = answers.iter().find(|answer| answer.name == name);
    answer.and_then(|answer| answer.value.as_str()).unwrap_or_default()
}

/// An answer, or what is wrong with it; `None`: it is blank.
fn check(question: &Question, sent: &Map<String, Value>, country: &str) -> Result<Option<Value>, String> {
    let default = question.hidden.clone().map(Value::from);
    let given = sent.get(&question.name).or(default.as_ref()).unwrap_or(&Value::Null);
    within_bounds(given)?;
    match &question.takes {
        Takes::Contact(field) => Ok(field.check(given)?.map(Value::from)),
        Takes::Custom(field) => custom_fields::value::check(field, given, country),
        Takes::Text => match given {
            Value::String(text) if text.trim().is_empty() => Ok(None),
            Value::Null => Ok(None),
            Value::Object(_) | Value::Array(_) => Err("must be a string".to_owned()),
            other => Ok(Some(other.clone())),
        },
        Takes::Consent | Takes::Dnd(_) => Ok(is_ticked(given)?.then(|| Value::from(true))),
    }
}

/// Browsers send `on` for a box, and nothing for one that is not ticked.
fn is_ticked(given: &Value) -> Result<bool, String> {
    match given {
        Value::Null => Ok(false),
        Value::Bool(ticked) => Ok(*ticked),
        Value::String(word) => match word.trim().to_ascii_lowercase().as_str() {
            "" | "false" | "off" | "no" | "0" => Ok(false),
            _ => Ok(true),
        },
        _ => Err("must be a boolean value".to_owned()),
    }
}

/// Whether an answer has no more parts than any answer may have: what has more is not shown again.
#[must_use]
pub fn is_small(given: &Value) -> bool {
    match given {
        Value::Array(items) => items.len() <= MOST,
        Value::Object(map) => map.len() <= MOST,
        _ => true,
    }
}

/// What could be kept at all: short enough, and not nested.
fn within_bounds(given: &Value) -> Result<(), String> {
    let each = |value: &Value| match value {
        Value::String(text) if text.chars().count() > LONGEST => {
            Err(format!("must be shorter than or equal to {LONGEST} characters"))
        }
        Value::Array(_) | Value::Object(_) => Err("must not be nested".to_owned()),
        _ => Ok(()),
    };
    match given {
        many if !is_small(many) => Err(format!("must contain not more than {MOST} elements")),
        Value::Array(items) => items.iter().try_for_each(each),
        Value::Object(map) => map.values().try_for_each(each),
        one => each(one),
    }
}

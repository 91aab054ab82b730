//! What only some data types have: choices, boxes and file limits, and how a change of them keeps what values rely on.

use leadhold_kernel::{Cx, Id, id, snake};
use serde::{Deserialize, Serialize};

use super::model::{DataType, Model};

/// Choices or boxes of one field, kinds of files that it takes, and choices in one of its values.
pub const MOST_CHOICES: usize = 1000;

/// What only some data types have; stored as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// The choices.
    pub options: Vec<Choice>,
    /// Whether values beyond the choices are taken.
    pub custom_option: bool,
    /// The boxes of a text box list.
    pub boxes: Vec<TextBox>,
    /// File name endings.
    pub accepted_format: Vec<String>,
    /// Whether several files are taken.
    pub multiple_files: bool,
    /// How many files at most.
    pub max_files: Option<i64>,
}

/// One of the choices. Contacts and opportunities hold its label, records of objects its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredChoice")]
pub struct Choice {
    /// Names it for good, whatever its label becomes; unique in its field.
    pub key: String,
    /// What people read.
    pub label: String,
    /// A picture of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Fields from before choices had keys hold labels alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredChoice {
    Label(String),
    Whole { key: String, label: String, url: Option<String> },
}

impl From<StoredChoice> for Choice {
    fn from(stored: StoredChoice) -> Self {
        match stored {
            StoredChoice::Label(label) => Self { key: snake(&label), label, url: None },
            StoredChoice::Whole { key, label, url } => Self { key, label, url },
        }
    }
}

/// A labelled box of a text box list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextBox {
    /// By which values name it: `customFields.<field id>.<this>`. On an object it is the option's key.
    pub id: String,
    /// What people read.
    pub label: String,
    /// What stands in it at first.
    pub prefill: String,
}

/// Details as a client writes them. What is `None` stays as it is in an update.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewDetails {
    /// The choices.
    pub options: Option<Vec<NewChoice>>,
    /// Whether values beyond the choices are taken.
    pub custom_option: Option<bool>,
    /// The boxes.
    pub boxes: Option<Vec<NewBox>>,
    /// File name endings.
    pub accepted_format: Option<Vec<String>>,
    /// Whether several files are taken.
    pub multiple_files: Option<bool>,
    /// How many files at most.
    pub max_files: Option<i64>,
}

/// A choice as a client writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewChoice {
    /// Its key; without one it keeps the key of its label, or gets one from it.
    pub key: Option<String>,
    /// What people read.
    pub label: String,
    /// A picture of it.
    pub url: Option<String>,
}

impl NewChoice {
    /// A choice of which only the label is said.
    #[must_use]
    pub fn labelled(label: &str) -> Self {
        Self { label: label.to_owned(), ..Self::default() }
    }
}

/// A box as a client writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewBox {
    /// What people read.
    pub label: String,
    /// What stands in it at first.
    pub prefill: String,
}

impl Details {
    /// The details after a change. A choice or box that keeps its label keeps its key, and with it the values in it.
    #[must_use]
    pub fn changed(self, cx: &Cx, model: &Model, data_type: DataType, new: &NewDetails) -> Self {
        let is_list = data_type == DataType::TextboxList;
        // Older clients write the choices of any field as the boxes of a list, and those as choices.
        let from_boxes = new.boxes.as_ref().filter(|_| new.options.is_none() && data_type.has_options());
        let from_boxes: Option<Vec<NewChoice>> =
            from_boxes.map(|boxes| boxes.iter().map(|one| NewChoice::labelled(&one.label)).collect());
        let options = new.options.as_deref().or(from_boxes.as_deref());
        let boxes = match (model.has_properties(), options, new.boxes.as_deref()) {
            (true, Some(options), _) if is_list => Some(boxes_of(&self.boxes, options)),
            (_, _, Some(boxes)) => Some(labelled(cx, &self.boxes, boxes)),
            (false, Some(options), None) if is_list => {
                let boxes: Vec<_> = options
                    .iter()
                    .map(|option| NewBox { label: option.label.clone(), prefill: String::new() })
                    .collect();
                Some(labelled(cx, &self.boxes, &boxes))
            }
            _ => None,
        };
        Self {
            options: match options {
                Some(options) if !is_list => choices(&self.options, options),
                _ => self.options,
            },
            custom_option: new.custom_option.unwrap_or(self.custom_option),
            boxes: boxes.unwrap_or(self.boxes),
            accepted_format: new.accepted_format.clone().unwrap_or(self.accepted_format),
            multiple_files: new.multiple_files.unwrap_or(self.multiple_files),
            max_files: new.max_files.or(self.max_files),
        }
    }

    /// A choice of before that a change leaves out.
    #[must_use]
    pub fn left_out_by(&self, after: &Self) -> Option<&str> {
        let option = self.options.iter().find(|one| !after.options.iter().any(|kept| kept.key == one.key));
        let boxed = self.boxes.iter().find(|one| !after.boxes.iter().any(|kept| kept.id == one.id));
        option.map(|option| option.label.as_str()).or_else(|| boxed.map(|boxed| boxed.label.as_str()))
    }
}

fn choices(before: &[Choice], new: &[NewChoice]) -> Vec<Choice> {
    let mut all: Vec<Choice> = Vec::with_capacity(new.len());
    for choice in new {
        let known = before.iter().find(|known| known.label == choice.label).map(|known| known.key.clone());
        let key = choice.key.clone().or(known).unwrap_or_else(|| snake(&choice.label));
        let key = free(&key, |key| all.iter().any(|taken| taken.key == key));
        all.push(Choice { key, label: choice.label.clone(), url: choice.url.clone() });
    }
    all
}

fn boxes_of(before: &[TextBox], new: &[NewChoice]) -> Vec<TextBox> {
    let known: Vec<Choice> = before
        .iter()
        .map(|known| Choice { key: known.id.clone(), label: known.label.clone(), url: None })
        .collect();
    let boxed = |choice: Choice| TextBox { id: choice.key, label: choice.label, prefill: String::new() };
    choices(&known, new).into_iter().map(boxed).collect()
}

fn labelled(cx: &Cx, before: &[TextBox], new: &[NewBox]) -> Vec<TextBox> {
    let known = |label: &str| before.iter().find(|known| known.label == label).map(|known| known.id.clone());
    let boxed = |new: &NewBox| TextBox {
        id: known(&new.label)
            .unwrap_or_else(|| Id::<id::CustomField>::generate(cx.random.as_ref()).to_string()),
        label: new.label.clone(),
        prefill: new.prefill.clone(),
    };
    new.iter().map(boxed).collect()
}

/// `key`, or where it is taken `key_1`, `key_2`, …
fn free(key: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let key = if key.is_empty() { "option" } else { key };
    let numbered = (1_u32..).map(|number| format!("{key}_{number}"));
    let mut candidates = std::iter::once(key.to_owned()).chain(numbered);
    candidates.find(|key| !is_taken(key)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(label: &str) -> NewChoice {
        NewChoice::labelled(label)
    }

    fn keys(choices: &[Choice]) -> Vec<&str> {
        choices.iter().map(|choice| choice.key.as_str()).collect()
    }

    #[test]
    fn choices_keep_their_keys_and_share_none() {
        let first = choices(&[], &[new("Red"), new("red!"), new("??")]);
        assert_eq!(keys(&first), ["red", "red_1", "option"]);
        let renamed = NewChoice { key: Some("red".into()), ..new("Crimson") };
        let after = choices(&first, &[new("red!"), renamed, new("Green")]);
        assert_eq!(keys(&after), ["red_1", "red", "green"]);
    }

    #[test]
    fn labels_stored_before_there_were_keys_are_read() {
        let details: Details = serde_json::from_str(r#"{"options": ["Dark Red"]}"#).unwrap();
        let choice = Choice { key: "dark_red".into(), label: "Dark Red".into(), url: None };
        assert_eq!(details.options, [choice]);
        assert_eq!(
            serde_json::from_str::<Details>(&serde_json::to_string(&details).unwrap()).unwrap(),
            details
        );
    }
}

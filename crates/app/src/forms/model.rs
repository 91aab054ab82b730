//! A form as its location defined it.

use leadhold_kernel::{Id, Timestamp, id};
use serde::{Deserialize, Serialize};

use crate::contacts::dnd::Channel;
use crate::tenant::LocationScope;

/// A form or a survey.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Its id, which is also all that a visitor needs to know.
    pub id: Id<id::Form>,
    /// Where it belongs.
    pub here: LocationScope,
    /// Which of the two it is.
    pub kind: Kind,
    /// What its location calls it.
    pub name: String,
    /// What it asks.
    pub definition: Definition,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// Whether the fields stand on one page or on several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One page.
    Form,
    /// A page for each slide.
    Survey,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Survey => "survey",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Form, Self::Survey].into_iter().find(|kind| kind.name() == name)
    }

    /// The path under which visitors find one.
    #[must_use]
    pub fn path(self, id: &Id<id::Form>) -> String {
        match self {
            Self::Form => format!("/f/{id}"),
            Self::Survey => format!("/s/{id}"),
        }
    }
}

/// What a form asks, and what happens then.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Definition {
    /// What visitors read above it; empty: the name.
    pub title: String,
    /// The pages. A form has one.
    pub slides: Vec<Slide>,
    /// What stands on the button that sends it.
    pub submit_text: String,
    /// What visitors read when they have sent it.
    pub thank_you_message: String,
    /// Where they are led instead.
    pub redirect_url: Option<String>,
}

/// One page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Slide {
    /// What stands above its fields.
    pub title: String,
    /// In their order.
    pub fields: Vec<Field>,
}

/// Something that stands on a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// What it is; decides which of the others mean something.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// The name of its answer: what is sent, and what a page's query fills in.
    #[serde(default)]
    pub key: String,
    /// The custom field's id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// What visitors read: the question, the heading, the paragraph.
    #[serde(default)]
    pub label: String,
    /// Shown while it is empty.
    #[serde(default)]
    pub placeholder: String,
    /// A sentence below the label.
    #[serde(default)]
    pub help: String,
    /// Whether it must be answered.
    #[serde(default)]
    pub required: bool,
    /// What a hidden field says when nothing else does.
    #[serde(default)]
    pub value: String,
    /// What a do-not-disturb box closes.
    #[serde(default)]
    pub channels: Vec<Channel>,
}

/// What a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One of the fields that every contact has.
    Contact,
    /// One of the location's own.
    CustomField,
    /// Sent along and not shown.
    Hidden,
    /// A box to tick. What it says and that it was ticked is kept with the submission.
    Consent,
    /// A box to tick that closes channels to the contact.
    Dnd,
    /// A heading.
    Heading,
    /// A paragraph.
    Paragraph,
}

impl FieldKind {
    const WORDS: [(&'static str, Self); 7] = [
        ("contact", Self::Contact),
        ("custom_field", Self::CustomField),
        ("hidden", Self::Hidden),
        ("consent", Self::Consent),
        ("dnd", Self::Dnd),
        ("heading", Self::Heading),
        ("paragraph", Self::Paragraph),
    ];

    /// The words that clients write.
    #[must_use]
    pub fn names() -> [&'static str; 7] {
        Self::WORDS.map(|(name, _)| name)
    }

    /// The kind of a word.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(word, _)| *word == name).map(|(_, kind)| *kind)
    }

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }
}

impl Form {
    /// What visitors read above it.
    #[must_use]
    pub fn title(&self) -> &str {
        match self.definition.title.as_str() {
            "" => &self.name,
            title => title,
        }
    }

    /// The path under which visitors find it.
    #[must_use]
    pub fn path(&self) -> String {
        self.kind.path(&self.id)
    }
}

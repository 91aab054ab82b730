//! A form's fields as they stand today: the custom fields that they name looked up, and those that are gone left out.

use crate::contacts::dnd::Channel;
use crate::custom_fields::{CustomField, DataType};

use super::contact_field::ContactField;
use super::model::{Definition, Field, FieldKind};

/// Something on a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// Something that is asked.
    Question(Question),
}

/// Something that is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The name of its answer.
    pub name: String,
    /// What names its answer in submissions: the custom field's id, or the name.
    pub id: String,
    /// What visitors read.
    pub label: String,
    /// Shown while it is empty.
    pub placeholder: String,
    /// A sentence below the label.
    pub help: String,
    /// Whether it must be answered.
    pub required: bool,
    /// What a hidden one says when nothing else does; `None`: it is shown.
    pub hidden: Option<String>,
    /// What it takes.
    pub takes: Takes,
}

/// What a question takes, and what becomes of its answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Takes {
    /// A field that every contact has.
    Contact(&'static ContactField),
    /// A field of the location's own.
    Custom(Box<CustomField>),
    /// A text that says nothing of the contact.
    Text,
    /// A tick.
    Consent,
    /// A tick that closes channels. A box without a tick opens none: it says nothing.
    Dnd(Vec<Channel>),
}

/// How a question is answered on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// A line.
    Input,
    /// Several lines.
    Lines,
    /// A list that opens.
    Select,
    /// One of what stands there.
    Radios,
    /// Several of it.
    Checks,
    /// A labelled line for each part.
    Boxes,
    /// One box to tick.
    Check,
    /// Files to choose.
    Files,
}

impl Question {
    /// How it is answered.
    #[must_use]
    pub fn control(&self) -> Control {
        let custom = match &self.takes {
            Takes::Consent | Takes::Dnd(_) => return Control::Check,
            Takes::Contact(_) | Takes::Text => return Control::Input,
            Takes::Custom(custom) => custom,
        };
        // Choices of one's own have to be typed.
        let closed = !custom.details.options.is_empty() && !custom.details.custom_option;
        match custom.data_type {
            DataType::LargeText => Control::Lines,
            DataType::SingleOptions if closed => Control::Select,
            DataType::Radio if closed => Control::Radios,
            DataType::Checkbox | DataType::MultipleOptions if closed => Control::Checks,
            DataType::TextboxList if !custom.details.boxes.is_empty() => Control::Boxes,
            DataType::FileUpload => Control::Files,
            _ => Control::Input,
        }
    }

    /// The `type` of its input, and its `inputmode`.
    #[must_use]
    pub fn input(&self) -> (&'static str, &'static str) {
        let custom = match &self.takes {
            Takes::Contact(field) => return (field.input, ""),
            Takes::Custom(custom) => custom,
            _ => return ("text", ""),
        };
        match custom.data_type {
            DataType::Numerical | DataType::Float | DataType::Monetory => ("text", "decimal"),
            DataType::Phone => ("tel", ""),
            DataType::Email => ("email", ""),
            DataType::Date => ("date", ""),
            DataType::Time => ("time", ""),
            _ => ("text", ""),
        }
    }

    /// The custom field that it is about.
    #[must_use]
    pub fn custom(&self) -> Option<&CustomField> {
        match &self.takes {
            Takes::Custom(custom) => Some(custom),
            _ => None,
        }
    }
}

/// The items of each slide; `known` are the custom fields of the location's contacts.
#[must_use]
pub fn of(definition: &Definition, known: &[CustomField]) -> Vec<Vec<Item>> {
    let slide = |fields: &Vec<Field>| fields.iter().filter_map(|field| item(field, known)).collect();
    definition.slides.iter().map(|one| slide(&one.fields)).collect()
}

/// The questions of a slide.
pub fn asked(items: &[Item]) -> impl Iterator<Item = &Question> {
    items.iter().filter_map(|item| match item {
        Item::Question(question) => Some(question),
        _ => None,
    })
}

fn item(field: &Field, known: &[CustomField]) -> Option<Item> {
    let by_key = |key: &str| {
        known.iter().find(|custom| custom.bare_key() == key && custom.data_type != DataType::FileUpload)
    };
    let takes = match field.kind {
        FieldKind::Heading => return Some(Item::Heading(field.label.clone())),
        FieldKind::Paragraph => return Some(Item::Paragraph(field.label.clone())),
        FieldKind::Contact => Takes::Contact(ContactField::of_key(&field.key)?),
        FieldKind::CustomField => {
            Takes::Custom(Box::new(known.iter().find(|custom| custom.id.as_str() == field.id)?.clone()))
        }
        FieldKind::Hidden => match (ContactField::of_key(&field.key), by_key(&field.key)) {
            (Some(standard), _) => Takes::Contact(standard),
            (None, Some(custom)) => Takes::Custom(Box::new(custom.clone())),
            (None, None) => Takes::Text,
        },
        FieldKind::Consent => Takes::Consent,
        FieldKind::Dnd => Takes::Dnd(field.channels.clone()),
    };
    Some(Item::Question(Question {
        name: field.key.clone(),
        id: match &takes {
            Takes::Custom(custom) => custom.id.to_string(),
            _ => field.key.clone(),
        },
        label: field.label.clone(),
        placeholder: field.placeholder.clone(),
        help: field.help.clone(),
        required: field.required,
        hidden: (field.kind == FieldKind::Hidden).then(|| field.value.clone()),
        takes,
    }))
}

//! What a location adds to its records: a definition, its data type, and what only some types have.

use leadhold_kernel::{Id, Timestamp, id};
use serde::{Deserialize, Serialize};

/// A field that a location defined.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomField {
    /// Its id, by which values and filters name it.
    pub id: Id<id::CustomField>,
    /// What people read.
    pub name: String,
    /// `contact.snake_name`: what merge fields and some clients name it by. Unique in its location, and it survives a
    /// change of the name.
    pub field_key: String,
    /// Whose records carry it.
    pub model: Model,
    /// What its values are.
    pub data_type: DataType,
    /// Shown in an empty form field.
    pub placeholder: String,
    /// Its place in forms.
    pub position: i64,
    /// Choices, boxes and file limits.
    pub details: Details,
    /// When it was defined.
    pub date_added: Timestamp,
}

/// Whose records carry a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Contacts.
    Contact,
    /// Opportunities.
    Opportunity,
}

impl Model {
    /// The words that clients write.
    pub const NAMES: &[&str] = &["contact", "opportunity"];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Opportunity => "opportunity",
        }
    }

    /// The model of a word.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Contact, Self::Opportunity].into_iter().find(|model| model.name() == name)
    }
}

macro_rules! data_types {
    ($($(#[$doc:meta])* $type:ident => $name:literal;)*) => {
        /// What a field's values are.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum DataType { $($(#[$doc])* $type,)* }

        impl DataType {
            /// The words that clients write, in the real service's spelling.
            pub const NAMES: &[&str] = &[$($name,)*];

            /// The word for it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$type => $name,)* }
            }

            /// The type of a word.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$type),)* _ => None }
            }
        }
    };
}

data_types! {
    /// One line.
    Text => "TEXT";
    /// Several lines.
    LargeText => "LARGE_TEXT";
    /// A number.
    Numerical => "NUMERICAL";
    /// A telephone number, normalised as contacts' own.
    Phone => "PHONE";
    /// An amount of money.
    Monetory => "MONETORY";
    /// Several of the choices.
    Checkbox => "CHECKBOX";
    /// One of the choices.
    SingleOptions => "SINGLE_OPTIONS";
    /// Several of the choices.
    MultipleOptions => "MULTIPLE_OPTIONS";
    /// A number.
    Float => "FLOAT";
    /// A time of the day, as text.
    Time => "TIME";
    /// A day.
    Date => "DATE";
    /// A text in each of several labelled boxes.
    TextboxList => "TEXTBOX_LIST";
    /// Uploaded files.
    FileUpload => "FILE_UPLOAD";
    /// A drawn signature.
    Signature => "SIGNATURE";
    /// One of the choices.
    Radio => "RADIO";
    /// An e-mail address.
    Email => "EMAIL";
}

/// What only some data types have; stored as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// The choices.
    pub options: Vec<String>,
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

/// A labelled box of a text box list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextBox {
    /// By which values name it: `customFields.<field id>.<this>`.
    pub id: Id<id::CustomField>,
    /// What people read.
    pub label: String,
    /// What stands in it at first.
    pub prefill: String,
}

/// A field to be defined.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCustomField {
    /// What people read.
    pub name: String,
    /// Whose records carry it.
    pub model: Model,
    /// What its values are.
    pub data_type: DataType,
    /// Shown in an empty form field.
    pub placeholder: String,
    /// Its place in forms.
    pub position: i64,
    /// Choices, boxes (`label`, `prefill`) and file limits.
    pub details: NewDetails,
}

/// Details as a client writes them: boxes have no id yet. What is `None` stays as it is in an update.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewDetails {
    /// The choices.
    pub options: Option<Vec<String>>,
    /// Label and prefill of each box.
    pub boxes: Option<Vec<(String, String)>>,
    /// File name endings.
    pub accepted_format: Option<Vec<String>>,
    /// Whether several files are taken.
    pub multiple_files: Option<bool>,
    /// How many files at most.
    pub max_files: Option<i64>,
}

/// What an update changes.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomFieldChanges {
    /// What people read.
    pub name: String,
    /// Shown in an empty form field.
    pub placeholder: Option<String>,
    /// Its place in forms.
    pub position: Option<i64>,
    /// Choices, boxes and file limits.
    pub details: NewDetails,
}

/// `contact.` and the name in lower case, with everything but letters and digits as `_`.
#[must_use]
pub fn field_key(model: Model, name: &str) -> String {
    let mut key = String::new();
    for char in name.chars().flat_map(char::to_lowercase) {
        match char {
            c if c.is_alphanumeric() => key.push(c),
            _ if !key.is_empty() && !key.ends_with('_') => key.push('_'),
            _ => {}
        }
    }
    let key = match key.trim_end_matches('_') {
        "" => "field",
        key => key,
    };
    format!("{}.{key}", model.name())
}

/// Merge fields that every contact has: a custom field of such a name gets a number, or nothing could reach it.
pub const BUILT_IN_KEYS: &[&str] = &[
    "name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "phone_raw",
    "company_name",
    "full_address",
    "address1",
    "city",
    "state",
    "country",
    "postal_code",
    "timezone",
    "date_of_birth",
    "source",
    "website",
    "id",
    "tags",
    "type",
    "assigned_to",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_name_in_snake_case() {
        for (name, key) in [
            ("Favourite Colour", "contact.favourite_colour"),
            ("  What's your age? ", "contact.what_s_your_age"),
            ("Größe 2", "contact.größe_2"),
            ("???", "contact.field"),
        ] {
            assert_eq!(field_key(Model::Contact, name), key);
        }
    }

    #[test]
    fn types_have_the_services_names() {
        assert_eq!(DataType::NAMES.len(), 16);
        for name in DataType::NAMES {
            assert_eq!(DataType::parse(name).map(DataType::name), Some(*name));
        }
        assert_eq!(DataType::parse("MONETARY"), None);
    }
}

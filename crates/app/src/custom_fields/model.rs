//! What a location adds to its records: a definition, and whose records carry it.

use leadhold_kernel::{Id, Timestamp, id, snake};

pub use super::data_type::DataType;
pub use super::details::{Choice, Details, NewBox, NewChoice, NewDetails, TextBox};

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
    /// What it is for.
    pub description: String,
    /// Shown in an empty form field.
    pub placeholder: String,
    /// Its place in forms.
    pub position: i64,
    /// Whether forms ask for it.
    pub show_in_forms: bool,
    /// The folder it lies in.
    pub parent_id: Option<Id<id::CustomField>>,
    /// Whether it came with its object, and cannot be removed.
    pub standard: bool,
    /// Choices, boxes and file limits.
    pub details: Details,
    /// When it was defined.
    pub date_added: Timestamp,
    /// When its definition was last changed.
    pub date_updated: Timestamp,
}

impl CustomField {
    /// The key without its model: `snake_name`, by which an object's record names its value.
    #[must_use]
    pub fn bare_key(&self) -> &str {
        self.model.bare(&self.field_key)
    }

    /// Whether a client means this field: by its id, or by its key, with or without the model before it, in any case, and
    /// with or without the braces of a merge field.
    #[must_use]
    pub fn is_named(&self, id_or_key: &str) -> bool {
        if self.id.as_str() == id_or_key {
            return true;
        }
        let key = id_or_key.trim().trim_start_matches('{').trim_end_matches('}').trim().to_lowercase();
        self.bare_key() == self.model.bare(&key)
    }
}

/// Fields lie in folders, for those who look for them; a folder is of one model as a field is.
#[derive(Clone, Debug, PartialEq)]
pub struct Folder {
    /// Its id, a field's `parentId`.
    pub id: Id<id::CustomField>,
    /// What people read; unique in its model.
    pub name: String,
    /// As a field's, for those who list both. Nothing is named by it.
    pub field_key: String,
    /// Whose fields it holds.
    pub model: Model,
    /// Its place among the folders.
    pub position: i64,
    /// When it was made.
    pub date_added: Timestamp,
    /// When it was last changed.
    pub date_updated: Timestamp,
}

/// Whose records carry a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Model {
    /// Contacts.
    Contact,
    /// Opportunities.
    Opportunity,
    /// Businesses.
    Business,
    /// Records of a custom object.
    Object(ObjectKey),
}

/// `custom_objects.pet`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectKey(Box<str>);

impl ObjectKey {
    /// Characters of an object's name: field keys that begin with it are indexed.
    pub const LONGEST: usize = 100;

    /// The key of an object: `pet`, `custom_objects.pet`, or the misspelt `custom_object.pet` of the documentation.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bare = ["custom_objects.", "custom_object."].iter().find_map(|prefix| text.strip_prefix(prefix));
        let bare = bare.unwrap_or(text);
        let fits = |c: char| c == '_' || (c.is_alphanumeric() && !c.is_uppercase());
        let sound = !bare.is_empty() && bare.chars().count() <= Self::LONGEST && bare.chars().all(fits);
        sound.then(|| Self(format!("custom_objects.{bare}").into_boxed_str()))
    }

    /// The whole key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Model {
    /// The words that clients of a location's fields write.
    pub const NAMES: &[&str] = &["contact", "opportunity"];

    /// `contact`, `opportunity`, `business` or `custom_objects.<key>`: what its fields' keys begin with.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Contact => "contact",
            Self::Opportunity => "opportunity",
            Self::Business => "business",
            Self::Object(key) => key.as_str(),
        }
    }

    /// The model of a key. An object's needs its prefix.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        match key {
            "contact" => Some(Self::Contact),
            "opportunity" => Some(Self::Opportunity),
            "business" => Some(Self::Business),
            object if object.contains('.') => ObjectKey::parse(object).map(Self::Object),
            _ => None,
        }
    }

    /// Whether its records are those of an object with properties: a value is named by the field's key, a choice by the
    /// option's. Contacts and opportunities name them by the field's id and the option's label.
    #[must_use]
    pub fn has_properties(&self) -> bool {
        matches!(self, Self::Business | Self::Object(_))
    }

    /// A field's key without this model before it.
    #[must_use]
    pub fn bare<'k>(&self, key: &'k str) -> &'k str {
        let after = |prefix: &str| key.strip_prefix(prefix)?.strip_prefix('.');
        let misspelt = || after(&self.key().replacen("custom_objects", "custom_object", 1));
        after(self.key()).or_else(misspelt).unwrap_or(key)
    }
}

/// A field to be defined.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCustomField {
    /// What people read.
    pub name: String,
    /// Its key, with or without the model before it. Without one it comes from the name, and gets a number when it is taken.
    pub key: Option<String>,
    /// Whose records carry it.
    pub model: Model,
    /// What its values are.
    pub data_type: DataType,
    /// What it is for.
    pub description: String,
    /// Shown in an empty form field.
    pub placeholder: String,
    /// Its place in forms.
    pub position: i64,
    /// Whether forms ask for it.
    pub show_in_forms: bool,
    /// The folder to lie in.
    pub parent_id: Option<String>,
    /// Whether it comes with its object.
    pub standard: bool,
    /// Choices, boxes (`label`, `prefill`) and file limits.
    pub details: NewDetails,
}

impl NewCustomField {
    /// A field about which nothing else is said.
    #[must_use]
    pub fn named(model: Model, name: &str, data_type: DataType) -> Self {
        Self {
            name: name.to_owned(),
            key: None,
            model,
            data_type,
            description: String::new(),
            placeholder: String::new(),
            position: 0,
            show_in_forms: true,
            parent_id: None,
            standard: false,
            details: NewDetails::default(),
        }
    }
}

/// A folder to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct NewFolder {
    /// What people read.
    pub name: String,
    /// Whose fields it holds.
    pub model: Model,
    /// Its place among the folders.
    pub position: i64,
}

/// What an update changes; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomFieldChanges {
    /// What people read.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Shown in an empty form field.
    pub placeholder: Option<String>,
    /// Its place in forms.
    pub position: Option<i64>,
    /// Whether forms ask for it.
    pub show_in_forms: Option<bool>,
    /// The folder to lie in; a blank one is none.
    pub parent_id: Option<String>,
    /// Choices, boxes and file limits.
    pub details: NewDetails,
}

/// `contact.` and the name in snake case.
#[must_use]
pub fn field_key(model: &Model, name: &str) -> String {
    let key = snake(name);
    format!("{}.{}", model.key(), if key.is_empty() { "field" } else { &key })
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
            assert_eq!(field_key(&Model::Contact, name), key);
        }
    }

    #[test]
    fn a_model_is_read_in_every_spelling() {
        let pet = Model::Object(ObjectKey::parse("pet").unwrap());
        for spelling in ["custom_objects.pet", "custom_object.pet"] {
            assert_eq!(Model::parse(spelling), Some(pet.clone()));
        }
        for model in [Model::Contact, Model::Opportunity, Model::Business, pet.clone()] {
            assert_eq!(Model::parse(model.key()), Some(model));
        }
        for unknown in ["pet", "", "custom_objects.", "custom_objects.Pet", "custom_objects.a.b", "lead"] {
            assert_eq!(Model::parse(unknown), None, "{unknown}");
        }
        for key in ["name", "custom_objects.pet.name", "custom_object.pet.name"] {
            assert_eq!(pet.bare(key), "name");
        }
        assert_eq!(pet.bare("custom_objects.petname"), "custom_objects.petname");
    }
}

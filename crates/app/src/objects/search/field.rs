//! What records of an object can be filtered and sorted by, where it lies, and which tests it takes.

use crate::custom_fields::{CustomField, DataType};
use crate::http::filters::{Compared, Operator, Operator as Op, Searchable};
use crate::objects::model::Shape;
use crate::objects::rows::{FOLLOWER, OWNER, is_number};
use crate::objects::standard::{BUSINESS_PROPERTIES, Standard};
use crate::search::field::{AMOUNT, PART, PRESENT, SAME, SPAN};

/// Where the value of a field lies. Columns are named with their alias `r` (records).
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Field {
    /// An id column, compared as it is.
    Exact(&'static str),
    /// A moment in milliseconds.
    Moment(&'static str),
    /// A property, and of a text box list one of its boxes; also owners and followers.
    Property { key: String, option: Option<String>, by_number: bool },
}

/// What a result can be ordered by.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum SortKey {
    Created,
    Updated,
    /// A property, by the least of its texts.
    Text(String),
    /// A property, by its number or day.
    Number(String),
}

const THERE: &[Op] = &[Op::Exists, Op::NotExists];

/// What records of this shape can be filtered by.
pub(super) struct OfRecords<'s>(pub(super) &'s Shape);

impl Searchable for OfRecords<'_> {
    type Field = Field;

    fn find(&self, name: &str) -> Option<(Field, &'static [Operator], Compared)> {
        let people = |kind: &str| Field::Property { key: kind.to_owned(), option: None, by_number: false };
        Some(match name {
            "id" => (Field::Exact("r.id"), SAME, Compared::Exactly),
            "owner" | "owners" => (people(OWNER), PRESENT, Compared::Exactly),
            "followers" => (people(FOLLOWER), PRESENT, Compared::Exactly),
            "createdAt" | "dateAdded" => (Field::Moment("r.created_at"), SPAN, Compared::Moments),
            "updatedAt" | "dateUpdated" => (Field::Moment("r.updated_at"), SPAN, Compared::Moments),
            other => {
                let Named { key, option, data_type } = property(self.0, other)?;
                let (operators, compared) = tests(data_type, option.is_some());
                (Field::Property { key, option, by_number: is_number(data_type) }, operators, compared)
            }
        })
    }
}

fn tests(data_type: DataType, of_box: bool) -> (&'static [Operator], Compared) {
    match data_type {
        DataType::Numerical | DataType::Float | DataType::Monetory => (AMOUNT, Compared::Numbers),
        DataType::Date => (AMOUNT, Compared::Days),
        DataType::Checkbox | DataType::MultipleOptions => (PRESENT, Compared::Folded),
        DataType::FileUpload | DataType::Signature => (THERE, Compared::Folded),
        DataType::TextboxList if !of_box => (THERE, Compared::Folded),
        DataType::Text
        | DataType::LargeText
        | DataType::Phone
        | DataType::SingleOptions
        | DataType::Radio
        | DataType::Email
        | DataType::Time
        | DataType::TextboxList => (PART, Compared::Folded),
    }
}

/// What a result can be ordered by, under this public name.
pub(super) fn sort_key(shape: &Shape, name: &str) -> Option<SortKey> {
    Some(match name {
        "createdAt" | "dateAdded" => SortKey::Created,
        "updatedAt" | "dateUpdated" => SortKey::Updated,
        other => match property(shape, other)? {
            Named { option: Some(_), .. } => return None,
            Named { key, data_type, .. } if is_number(data_type) => SortKey::Number(key),
            Named { key, .. } => SortKey::Text(key),
        },
    })
}

/// A property that a client names.
pub(super) struct Named {
    /// Its bare key.
    pub(super) key: String,
    /// The box of a text box list.
    option: Option<String>,
    data_type: DataType,
}

/// The property of `properties.<key>`, `customFields.<id>` or its key alone; with `.<option>` a box of it.
pub(super) fn property(shape: &Shape, name: &str) -> Option<Named> {
    let name =
        ["properties.", "customFields."].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    let defined = |name: &str| shape.fields.iter().find(|field| field.is_named(name));
    if let Some(field) = defined(name) {
        return Some(of(field, None));
    }
    let (key, option) = (shape.object.bare(name), name.rsplit_once('.'));
    if shape.object.standard() == Some(Standard::Business)
        && let Some((key, _, data_type)) = BUSINESS_PROPERTIES.iter().find(|(known, ..)| *known == key)
    {
        return Some(Named { key: (*key).to_owned(), option: None, data_type: *data_type });
    }
    let (list, option) = option?;
    let field = defined(list).filter(|field| field.data_type == DataType::TextboxList)?;
    let known = field.details.boxes.iter().find(|known| known.id == option || known.label == option);
    Some(of(field, Some(known.map_or(option, |known| known.id.as_str()))))
}

fn of(field: &CustomField, option: Option<&str>) -> Named {
    Named { key: field.bare_key().to_owned(), option: option.map(str::to_owned), data_type: field.data_type }
}

//! The table of searchable fields: their public names, where their values lie, and which tests they take.

use crate::contacts::dnd::Channel;
use crate::http::filters::{Compared, Operator, Operator as Op, Searchable};

/// Where the value of a field lies. Columns are named with their alias `c` (contacts).
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Field {
    /// An id column, compared as it is; empty when there is none.
    Exact(&'static str),
    /// A folded text column; empty when there is none.
    Text(&'static str),
    /// A truth column that every contact has.
    Flag(&'static str),
    /// A truth column that may be unknown.
    MaybeFlag(&'static str),
    /// A moment in milliseconds; null when there is none.
    Moment(&'static str),
    /// The tags.
    Tags,
    /// Another field with several values, by its name in `contact_facets`.
    Facet(String),
    /// A custom field, and of a text box list one of its boxes.
    Custom { id: String, option: Option<String> },
}

const SAME: &[Op] = &[Op::Eq, Op::NotEq];
const PRESENT: &[Op] = &[Op::Eq, Op::NotEq, Op::Exists, Op::NotExists];
const PART: &[Op] = &[Op::Eq, Op::NotEq, Op::Contains, Op::NotContains, Op::Exists, Op::NotExists];
const SPAN: &[Op] = &[Op::Range, Op::Exists, Op::NotExists];
const ANY: &[Op] = &[Op::Eq, Op::NotEq, Op::Contains, Op::NotContains, Op::Exists, Op::NotExists, Op::Range];

/// What contacts can be filtered by.
pub(super) struct OfContacts;

impl Searchable for OfContacts {
    type Field = Field;

    fn find(&self, name: &str) -> Option<(Field, &'static [Operator], Compared)> {
        let (field, operators) = find(name)?;
        let compared = match field {
            Field::Exact(_) => Compared::Exactly,
            Field::Flag(_) | Field::MaybeFlag(_) => Compared::Flags,
            Field::Moment(_) => Compared::Moments,
            Field::Text(_) | Field::Tags | Field::Facet(_) | Field::Custom { .. } => Compared::Folded,
        };
        Some((field, operators, compared))
    }
}

/// The field of this public name with the operators that it takes; `None`: there is no such field.
fn find(name: &str) -> Option<(Field, &'static [Operator])> {
    Some(match name {
        "id" => (Field::Exact("c.id"), SAME),
        "assignedTo" => (Field::Exact("c.assigned_to"), PRESENT),
        "contactName" => (Field::Text("c.name_lower"), PRESENT),
        "email" => (Field::Text("c.email_lower"), PRESENT),
        "state" => (Field::Text("c.state_lower"), PRESENT),
        "country" => (Field::Text("c.country_lower"), PRESENT),
        "source" => (Field::Text("c.source_lower"), PRESENT),
        "firstNameLowerCase" => (Field::Text("c.first_name_lower"), PART),
        "lastNameLowerCase" => (Field::Text("c.last_name_lower"), PART),
        "phone" => (Field::Text("c.phone_lower"), PART),
        "address" => (Field::Text("c.address_lower"), PART),
        "city" => (Field::Text("c.city_lower"), PART),
        "postalCode" => (Field::Text("c.postal_code_lower"), PART),
        "companyName" => (Field::Text("c.company_name_lower"), PART),
        "businessName" => (Field::Text("c.business_name_lower"), PART),
        "dnd" => (Field::Flag("c.dnd"), PRESENT),
        "isValidWhatsapp" => (Field::MaybeFlag("c.valid_whatsapp"), PRESENT),
        "tags" => (Field::Tags, PRESENT),
        "followers" => (Field::Facet("follower".to_owned()), PRESENT),
        "additionalEmails" => (Field::Facet("email".to_owned()), PRESENT),
        "dateAdded" => (Field::Moment("c.date_added"), SPAN),
        "dateUpdated" => (Field::Moment("c.date_updated"), SPAN),
        "lastEmailClickedDate" => (Field::Moment("c.last_email_clicked"), SPAN),
        "lastEmailOpenedDate" => (Field::Moment("c.last_email_opened"), SPAN),
        "inboundDndSettings.all.status" => (Field::Facet("inbound_dnd.all".to_owned()), PRESENT),
        other => return dotted(other),
    })
}

/// `dndSettings.<channel>.status`, `customFields.<id>` and `customFields.<id>.<option>`.
fn dotted(name: &str) -> Option<(Field, &'static [Operator])> {
    let mut parts = name.split('.');
    match (parts.next()?, parts.next(), parts.next(), parts.next()) {
        ("dndSettings", Some(channel), Some("status"), None) => {
            Some((Field::Facet(Channel::parse(channel)?.facet()), PRESENT))
        }
        ("customFields", Some(id), option, None) if !id.is_empty() => {
            let operators = if option.is_some() { PART } else { ANY };
            Some((Field::Custom { id: id.to_owned(), option: option.map(str::to_owned) }, operators))
        }
        _ => None,
    }
}

/// What a result can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SortKey {
    Email,
    Dnd,
    Source,
    FirstName,
    LastName,
    DateAdded,
    DateUpdated,
}

impl SortKey {
    const TABLE: [(&'static str, Self, &'static str); 7] = [
        ("email", Self::Email, "c.email_lower"),
        ("dnd", Self::Dnd, "c.dnd"),
        ("source", Self::Source, "c.source_lower"),
        ("firstNameLowerCase", Self::FirstName, "c.first_name_lower"),
        ("lastNameLowerCase", Self::LastName, "c.last_name_lower"),
        ("dateAdded", Self::DateAdded, "c.date_added"),
        ("dateUpdated", Self::DateUpdated, "c.date_updated"),
    ];

    /// The public names, for the sentence that lists them.
    pub(crate) fn names() -> Vec<&'static str> {
        Self::TABLE.iter().map(|(name, ..)| *name).collect()
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::TABLE.iter().find(|(known, ..)| *known == name).map(|(_, key, _)| *key)
    }

    pub(crate) fn column(self) -> &'static str {
        Self::TABLE.iter().find(|(_, key, _)| *key == self).map_or("c.id", |(.., column)| column)
    }
}

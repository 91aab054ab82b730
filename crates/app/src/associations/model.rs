//! Associations and relations as values.

use leadhold_kernel::{Id, Timestamp, id};
use serde::{Deserialize, Serialize};

/// What a record of the first object and a record of the second can be to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association {
    /// Its id.
    pub id: Id<id::Association>,
    /// What integrations call it; unique in its location.
    pub key: String,
    /// The first side.
    pub first: End,
    /// The second side.
    pub second: End,
    /// Whether every location has it.
    pub system: bool,
}

/// A side of an association.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Whose records stand here: `contact`, `custom_objects.pet`.
    pub object_key: String,
    /// What a record that stands here is to the other: `Owner`.
    pub label: String,
    /// With how many records of the other side one of these may be related.
    pub limit: i64,
}

/// Sides without a number of their own have this limit.
pub const USUAL_LIMIT: i64 = 1000;
/// The highest limit that can be asked for.
pub const HIGHEST_LIMIT: i64 = 10_000;

/// The association of deals with people besides the one whose deal it is.
pub const OPPORTUNITIES_CONTACTS: &str = "OPPORTUNITIES_CONTACTS_ASSOCIATION";
/// The association of firms with their people. A contact's `businessId` says it, so no relation does.
pub const BUSINESSES_CONTACTS: &str = "BUSINESSES_CONTACTS_ASSOCIATION";

impl Association {
    /// Those that every location has. Their ids are their keys.
    #[must_use]
    pub fn of_every_location() -> [Self; 2] {
        let end = |object_key: &str, label: &str, limit| End {
            object_key: object_key.to_owned(),
            label: label.to_owned(),
            limit,
        };
        let system = |name: &str, first, second| Self {
            id: Id::parse(name).expect("letters and underscores, fewer than 64"),
            key: name.to_owned(),
            first,
            second,
            system: true,
        };
        [
            system(
                OPPORTUNITIES_CONTACTS,
                end("opportunity", "Opportunity", 25),
                end("contact", "Contact", 1000),
            ),
            system(BUSINESSES_CONTACTS, end("business", "Company", 10_000), end("contact", "Contact", 1)),
        ]
    }

    /// Whether it makes no difference which of two records is the first.
    #[must_use]
    pub fn is_symmetric(&self) -> bool {
        self.first.object_key == self.second.object_key && self.first.label == self.second.label
    }

    /// Whether records of this object stand on either side.
    #[must_use]
    pub fn concerns(&self, object_key: &str) -> bool {
        self.first.object_key == object_key || self.second.object_key == object_key
    }

    /// `USER_DEFINED` or `SYSTEM_DEFINED`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.system { "SYSTEM_DEFINED" } else { "USER_DEFINED" }
    }
}

/// The words for how many of one side go with how many of the other.
pub const CARDINALITIES: &[&str] = &["ONE_TO_ONE", "ONE_TO_MANY", "MANY_TO_ONE", "MANY_TO_MANY"];

/// How many records of `from`'s side go with how many of `to`'s. Only the limits are kept; this is another way to say it.
#[must_use]
pub fn cardinality(from: &End, to: &End) -> &'static str {
    match (to.limit > 1, from.limit > 1) {
        (false, false) => "ONE_TO_ONE",
        (false, true) => "ONE_TO_MANY",
        (true, false) => "MANY_TO_ONE",
        (true, true) => "MANY_TO_MANY",
    }
}

/// An association to be defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAssociation {
    /// What integrations will call it.
    pub key: String,
    /// The first side.
    pub first: End,
    /// The second side.
    pub second: End,
}

/// A relation to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRelation {
    /// Of which association.
    pub association_id: String,
    /// The record of its first object.
    pub first: String,
    /// The record of its second object.
    pub second: String,
}

/// Two records that are to each other what their association says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Its id.
    pub id: Id<id::Relation>,
    /// What they are to each other.
    pub association: Association,
    /// The record of the association's first object.
    pub first: String,
    /// The record of its second object.
    pub second: String,
    /// Since when.
    pub created_at: Timestamp,
}

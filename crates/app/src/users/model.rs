//! A person and what the person may do.

use std::collections::BTreeMap;

use leadhold_kernel::{Id, Timestamp, id};
use serde::{Deserialize, Serialize};

use super::Permissions;

/// How far a user's account reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    /// The agency and all of its locations.
    Agency,
    /// The locations that are named.
    Account,
}

/// What a user may do there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Admin,
    /// What the permissions say.
    User,
}

impl Type {
    /// As bodies and the table spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Account => "account",
        }
    }
}

impl Role {
    /// As bodies and the table spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
        }
    }
}

/// A person. As JSON it has the fields that bodies name, so that a merge-patch fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The person's id.
    pub id: Id<id::User>,
    /// The agency.
    pub company_id: Id<id::Company>,
    /// The address to sign in with.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Telephone number.
    pub phone: Option<String>,
    /// How far the account reaches.
    #[serde(rename = "type")]
    pub kind: Type,
    /// What it may do there.
    pub role: Role,
    /// The locations that are named, in the order of their ids; see [`User::may_enter`].
    pub location_ids: Vec<Id<id::Location>>,
    /// The switches.
    pub permissions: Permissions,
    /// The real service's names for what the person may do in its web app; `None`: was never said.
    pub scopes: Option<Vec<String>>,
    /// Those that hold only for records that are assigned to the person.
    pub scopes_assigned_to_only: Option<Vec<String>>,
    /// A picture, by its URL.
    pub profile_photo: Option<String>,
    /// The number that calls to the person come in by, for each location.
    pub twilio_phone: BTreeMap<String, String>,
    /// `en_US`, `de`, …
    pub platform_language: Option<String>,
    /// Whether the account was deleted: nobody signs in with it.
    pub deleted: bool,
    /// When the account was made.
    pub created_at: Timestamp,
}

impl User {
    /// First and last name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// Whether an agency's user sees only the locations that are named.
    #[must_use]
    pub fn is_restricted(&self) -> bool {
        self.kind == Type::Agency && self.role == Role::User && !self.location_ids.is_empty()
    }

    /// Whether the person has business at a location of the agency. That it is one, and still there, is the caller's to
    /// know (`locations::of_company`).
    #[must_use]
    pub fn may_enter(&self, location: &Id<id::Location>) -> bool {
        !self.deleted
            && match self.kind {
                Type::Agency => !self.is_restricted() || self.location_ids.contains(location),
                Type::Account => self.location_ids.contains(location),
            }
    }
}

/// What a new user is given.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The address to sign in with; unique without case.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The password's hash ([`super::hash`]): hashing takes tens of milliseconds and has no place in a transaction.
    pub password_hash: String,
    /// How far the account reaches.
    pub kind: Type,
    /// What it may do.
    pub role: Role,
}

/// A person and what the password is checked against.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Who.
    pub user: User,
    /// The password's hash, for [`super::matches`].
    pub password_hash: String,
}

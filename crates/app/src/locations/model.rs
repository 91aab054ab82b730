//! A location and the switches that rules read.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use leadhold_kernel::{Id, Timestamp, id};
use serde::{Deserialize, Serialize};

/// A sub-account. As JSON it has the fields that bodies name, so that a merge-patch fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// Its id.
    pub id: Id<id::Location>,
    /// Its agency.
    pub company_id: Id<id::Company>,
    /// Its name.
    pub name: String,
    /// Its e-mail address.
    pub email: Option<String>,
    /// Its telephone number.
    pub phone: Option<String>,
    /// Its web page.
    pub website: Option<String>,
    /// Street and number.
    pub address: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or region.
    pub state: Option<String>,
    /// ISO 3166 two-letter country: the plan for telephone numbers without a country code.
    pub country: String,
    /// Postal code.
    pub postal_code: Option<String>,
    /// IANA time zone.
    pub timezone: String,
    /// Its switches.
    pub settings: Settings,
    /// First name of the person behind it.
    pub first_name: Option<String>,
    /// Last name of the person behind it.
    pub last_name: Option<String>,
    /// Its pages elsewhere: `facebookUrl`, …
    pub social: BTreeMap<String, String>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Location {
    /// Its time zone; UTC for a name that is known no more.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC)
    }
}

/// The documented `settings`, and the match order of duplicates, which the real service's settings page has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Whether two contacts may share an e-mail address or telephone number.
    pub allow_duplicate_contact: bool,
    /// Whether a contact may have two open opportunities in one pipeline.
    pub allow_duplicate_opportunity: bool,
    /// Whether names from Facebook are merged.
    pub allow_facebook_name_merge: bool,
    /// Whether contacts' own time zones are ignored.
    pub disable_contact_timezone: bool,
    /// Which fields are compared, in this order, to find a duplicate.
    pub duplicate_match_order: Vec<DuplicateKey>,
}

/// A field by which duplicates are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DuplicateKey {
    /// The e-mail address, without case.
    Email,
    /// The telephone number in E.164.
    Phone,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allow_duplicate_contact: false,
            allow_duplicate_opportunity: false,
            allow_facebook_name_merge: false,
            disable_contact_timezone: false,
            duplicate_match_order: vec![DuplicateKey::Email, DuplicateKey::Phone],
        }
    }
}

/// What a new location is given.
#[derive(Clone, Debug)]
pub struct NewLocation {
    /// Its name.
    pub name: String,
    /// Its e-mail address.
    pub email: Option<String>,
    /// Its telephone number.
    pub phone: Option<String>,
    /// ISO 3166 two-letter country.
    pub country: String,
    /// IANA time zone.
    pub timezone: String,
    /// Its switches.
    pub settings: Settings,
}

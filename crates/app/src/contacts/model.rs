//! A contact, and what a client may say about one.

use leadhold_kernel::{Actor, Id, Patch, Timestamp, date::Date, email::Email, id};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::dnd::{Channel, DndSettings, InboundDnd};
use crate::custom_fields::{FieldValue, FieldWrite};
use crate::locations::tags;

/// A person in a location's address book.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// The row's short name in index tables; 0 before it is stored.
    pub(super) no: i64,
    /// Its id.
    pub id: Id<id::Contact>,
    /// Whose address book.
    pub location_id: Id<id::Location>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// E-mail address in the spelling it was given.
    pub email: Option<String>,
    /// Telephone number: E.164, or as given where no numbering plan knows it.
    pub phone: Option<String>,
    /// The company as text.
    pub company_name: Option<String>,
    /// The company as a record.
    pub business_id: Option<String>,
    /// The name of that record.
    pub business_name: Option<String>,
    /// Street and number.
    pub address1: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or region.
    pub state: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// ISO 3166 two-letter country.
    pub country: Option<String>,
    /// Web page.
    pub website: Option<String>,
    /// IANA time zone.
    pub timezone: Option<String>,
    /// Gender, as given.
    pub gender: Option<String>,
    /// `lead`, `customer`, …
    pub kind: String,
    /// Where the contact came from.
    pub source: Option<String>,
    /// The user who looks after it.
    pub assigned_to: Option<String>,
    /// Date of birth.
    pub date_of_birth: Option<Date>,
    /// Do not disturb, on all channels.
    pub dnd: bool,
    /// Do not disturb, by channel.
    pub dnd_settings: DndSettings,
    /// Whether the contact's own messages are ignored.
    pub inbound_dnd_settings: InboundDnd,
    /// Tags, lower case, in the order in which they were given.
    pub tags: Vec<String>,
    /// Values of custom fields, in the order in which they were first set.
    pub custom_fields: Vec<FieldValue>,
    /// Further e-mail addresses.
    pub additional_emails: Value,
    /// Further telephone numbers.
    pub additional_phones: Value,
    /// Users who follow it.
    pub followers: Vec<String>,
    /// What brought the contact here first.
    pub attribution: Option<Value>,
    /// What brought the contact here last.
    pub last_attribution: Option<Value>,
    /// Whether WhatsApp knows the number; `None`: nobody asked.
    pub valid_whatsapp: Option<bool>,
    /// Who made it.
    pub created_by: Author,
    /// Who changed it last.
    pub updated_by: Author,
    /// When it was made.
    pub date_added: Timestamp,
    /// When it was changed last.
    pub date_updated: Timestamp,
}

impl Contact {
    /// Given and family name; empty when neither is known.
    #[must_use]
    pub fn name(&self) -> String {
        full_name(self.first_name.as_deref(), self.last_name.as_deref())
    }

    /// The value of a custom field.
    #[must_use]
    pub fn custom_field(&self, field: &str) -> Option<&Value> {
        self.custom_fields.iter().find(|value| value.id == field).map(|value| &value.value)
    }
}

/// Given and family name as one.
pub(super) fn full_name(first: Option<&str>, last: Option<&str>) -> String {
    [first, last].into_iter().flatten().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A full name as given and family name: the first word, and the rest.
pub(super) fn split_name(name: &str) -> (Option<String>, Option<String>) {
    let mut words = name.split_whitespace();
    let first = words.next().map(str::to_owned);
    let rest = words.collect::<Vec<_>>().join(" ");
    (first, (!rest.is_empty()).then_some(rest))
}

/// Who made or changed a record, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Author {
    /// `INTEGRATION`, `WORKFLOW_NEW`, …
    pub source: String,
    /// `OAUTH`, `APP`, …
    pub channel: String,
    /// The token, workflow or user.
    pub source_id: String,
    /// ISO 8601.
    pub timestamp: String,
}

impl Author {
    /// The actor of a change at `at`.
    #[must_use]
    pub fn of(actor: &Actor, at: Timestamp) -> Self {
        Self {
            source: actor.source.clone(),
            channel: actor.channel.clone(),
            source_id: actor.source_id.clone(),
            timestamp: at.iso(),
        }
    }
}

/// What a client says about a contact, of which a creation takes the values and an update the changes.
///
/// Only syntax has been checked. Telephone numbers, tags and custom values are normalised against the location when the
/// fields are applied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContactFields {
    /// Given name.
    pub first_name: Patch<String>,
    /// Family name.
    pub last_name: Patch<String>,
    /// Full name: divided where the two parts are not given themselves.
    pub name: Patch<String>,
    /// E-mail address.
    pub email: Patch<Email>,
    /// Telephone number in any spelling.
    pub phone: Patch<String>,
    /// The company as text.
    pub company_name: Patch<String>,
    /// Street and number.
    pub address1: Patch<String>,
    /// City.
    pub city: Patch<String>,
    /// State or region.
    pub state: Patch<String>,
    /// Postal code.
    pub postal_code: Patch<String>,
    /// Country.
    pub country: Patch<String>,
    /// Web page.
    pub website: Patch<String>,
    /// Time zone.
    pub timezone: Patch<String>,
    /// Gender.
    pub gender: Patch<String>,
    /// Where the contact came from.
    pub source: Patch<String>,
    /// The user who looks after it.
    pub assigned_to: Patch<String>,
    /// Date of birth.
    pub date_of_birth: Patch<Date>,
    /// Do not disturb, on all channels.
    pub dnd: Option<bool>,
    /// Do not disturb, for the channels named.
    pub dnd_settings: Patch<DndSettings>,
    /// Channels over which the contact does not want to be disturbed any more: those that are open are closed.
    pub unwanted: Vec<Channel>,
    /// Whether the contact's own messages are ignored.
    pub inbound_dnd_settings: Patch<InboundDnd>,
    /// All tags there shall be; `None` leaves them.
    pub tags: Option<Vec<String>>,
    /// Further e-mail addresses, added to those that there are.
    pub additional_emails: Vec<Email>,
    /// Further telephone numbers in any spelling, likewise.
    pub additional_phones: Vec<String>,
    /// Values of custom fields; others stay.
    pub custom_fields: Vec<FieldWrite>,
    /// How the contact came this time.
    pub arrival: Option<Arrival>,
}

/// How a contact came: where nothing is known of its source and of its first arrival, this is it.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// The name of the form, for instance.
    pub source: String,
    /// What brought it, as `attributionSource` shows it.
    pub attribution: Value,
}

/// Tags as they are kept: lower case, trimmed, each once, none empty.
#[must_use]
pub fn normal_tags<'a>(tags: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for tag in tags {
        let tag = tags::normal(tag);
        if !tag.is_empty() && !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_divide_and_join() {
        let cases = [
            ("John Doe", Some("John"), Some("Doe"), "John Doe"),
            ("  Ada ", Some("Ada"), None, "Ada"),
            ("Juan  de la Cruz", Some("Juan"), Some("de la Cruz"), "Juan de la Cruz"),
            ("", None, None, ""),
        ];
        for (name, first, last, joined) in cases {
            let (a, b) = split_name(name);
            assert_eq!((a.as_deref(), b.as_deref()), (first, last));
            assert_eq!(full_name(a.as_deref(), b.as_deref()), joined);
        }
    }

    #[test]
    fn tags_are_kept_once_and_lower_case() {
        let tags = [" Lead ", "VIP", "lead", "", "  ", "Größe"].map(str::to_owned);
        assert_eq!(normal_tags(&tags), ["lead", "vip", "größe"]);
    }
}

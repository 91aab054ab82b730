//! A contact as its row: texts, and JSON that is passed on without being looked at.

use leadhold_kernel::{Id, Timestamp, date::Date, fold};
use leadhold_store::{Column, DbError, Row, Value, json_text};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::model::Contact;

/// A row of `contacts`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) no: i64,
    pub(super) id: String,
    pub(super) location_id: String,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) company_name: Option<String>,
    pub(super) business_id: Option<String>,
    pub(super) business_name: Option<String>,
    pub(super) address1: Option<String>,
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    pub(super) postal_code: Option<String>,
    pub(super) country: Option<String>,
    pub(super) website: Option<String>,
    pub(super) timezone: Option<String>,
    pub(super) gender: Option<String>,
    pub(super) kind: String,
    pub(super) source: Option<String>,
    pub(super) assigned_to: String,
    pub(super) date_of_birth: Option<String>,
    pub(super) dnd: bool,
    pub(super) dnd_settings: String,
    pub(super) inbound_dnd_settings: String,
    pub(super) tags: String,
    pub(super) custom_fields: String,
    pub(super) additional_emails: String,
    pub(super) additional_phones: String,
    pub(super) followers: String,
    pub(super) attribution: Option<String>,
    pub(super) last_attribution: Option<String>,
    pub(super) valid_whatsapp: Option<bool>,
    pub(super) created_by: String,
    pub(super) updated_by: String,
    pub(super) date_added: Timestamp,
    pub(super) date_updated: Timestamp,
}

/// Takes the columns one after the other.
struct Columns<'a, 'r> {
    row: &'a Row<'r>,
    at: usize,
}

impl Columns<'_, '_> {
    fn next<T: Column>(&mut self) -> Result<T, DbError> {
        self.at += 1;
        self.row.get(self.at - 1)
    }
}

impl Stored {
    /// Reads a row with the select list of `sql::GET`.
    pub(super) fn read(row: &Row<'_>) -> Result<Self, DbError> {
        let mut columns = Columns { row, at: 0 };
        Ok(Self {
            no: columns.next()?,
            id: columns.next()?,
            location_id: columns.next()?,
            first_name: columns.next()?,
            last_name: columns.next()?,
            email: columns.next()?,
            phone: columns.next()?,
            company_name: columns.next()?,
            business_id: columns.next()?,
            business_name: columns.next()?,
            address1: columns.next()?,
            city: columns.next()?,
            state: columns.next()?,
            postal_code: columns.next()?,
            country: columns.next()?,
            website: columns.next()?,
            timezone: columns.next()?,
            gender: columns.next()?,
            kind: columns.next()?,
            source: columns.next()?,
            assigned_to: columns.next()?,
            date_of_birth: columns.next()?,
            dnd: columns.next()?,
            dnd_settings: columns.next()?,
            inbound_dnd_settings: columns.next()?,
            tags: columns.next()?,
            custom_fields: columns.next()?,
            additional_emails: columns.next()?,
            additional_phones: columns.next()?,
            followers: columns.next()?,
            attribution: columns.next()?,
            last_attribution: columns.next()?,
            valid_whatsapp: columns.next()?,
            created_by: columns.next()?,
            updated_by: columns.next()?,
            date_added: columns.next()?,
            date_updated: columns.next()?,
        })
    }

    /// The row that a contact becomes.
    pub(super) fn of(contact: &Contact) -> Self {
        let contact = contact.clone();
        Self {
            no: contact.no,
            id: contact.id.to_string(),
            location_id: contact.location_id.to_string(),
            dnd_settings: json_text(&contact.dnd_settings),
            inbound_dnd_settings: json_text(&contact.inbound_dnd_settings),
            tags: json_text(&contact.tags),
            custom_fields: json_text(&contact.custom_fields),
            additional_emails: json_text(&contact.additional_emails),
            additional_phones: json_text(&contact.additional_phones),
            followers: json_text(&contact.followers),
            attribution: contact.attribution.as_ref().map(json_text),
            last_attribution: contact.last_attribution.as_ref().map(json_text),
            created_by: json_text(&contact.created_by),
            updated_by: json_text(&contact.updated_by),
            first_name: contact.first_name,
            last_name: contact.last_name,
            email: contact.email,
            phone: contact.phone,
            company_name: contact.company_name,
            business_id: contact.business_id,
            business_name: contact.business_name,
            address1: contact.address1,
            city: contact.city,
            state: contact.state,
            postal_code: contact.postal_code,
            country: contact.country,
            website: contact.website,
            timezone: contact.timezone,
            gender: contact.gender,
            kind: contact.kind,
            source: contact.source,
            assigned_to: contact.assigned_to.unwrap_or_default(),
            date_of_birth: contact.date_of_birth.map(Date::iso),
            dnd: contact.dnd,
            valid_whatsapp: contact.valid_whatsapp,
            date_added: contact.date_added,
            date_updated: contact.date_updated,
        }
    }

    /// The contact with everything read.
    ///
    /// # Errors
    /// When the row holds what no contact can.
    pub(super) fn into_contact(self) -> Result<Contact, DbError> {
        Ok(Contact {
            no: self.no,
            dnd_settings: json("dnd_settings", &self.dnd_settings)?,
            inbound_dnd_settings: json("inbound_dnd_settings", &self.inbound_dnd_settings)?,
            tags: json("tags", &self.tags)?,
            custom_fields: json("custom_fields", &self.custom_fields)?,
            additional_emails: json("additional_emails", &self.additional_emails)?,
            additional_phones: json("additional_phones", &self.additional_phones)?,
            followers: json("followers", &self.followers)?,
            attribution: self.attribution.as_deref().map(|text| json("attribution", text)).transpose()?,
            last_attribution: self
                .last_attribution
                .as_deref()
                .map(|text| json("last_attribution", text))
                .transpose()?,
            created_by: json("created_by", &self.created_by)?,
            updated_by: json("updated_by", &self.updated_by)?,
            id: Id::parse(&self.id).ok_or_else(|| inconsistent("id", &self.id))?,
            location_id: Id::parse(&self.location_id)
                .ok_or_else(|| inconsistent("location_id", &self.location_id))?,
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            phone: self.phone,
            company_name: self.company_name,
            business_id: self.business_id,
            business_name: self.business_name,
            address1: self.address1,
            city: self.city,
            state: self.state,
            postal_code: self.postal_code,
            country: self.country,
            website: self.website,
            timezone: self.timezone,
            gender: self.gender,
            kind: self.kind,
            source: self.source,
            assigned_to: Some(self.assigned_to).filter(|user| !user.is_empty()),
            date_of_birth: self.date_of_birth.as_deref().and_then(Date::parse),
            dnd: self.dnd,
            valid_whatsapp: self.valid_whatsapp,
            date_added: self.date_added,
            date_updated: self.date_updated,
        })
    }

    /// What `sql::INSERT` binds.
    pub(super) fn whole(&self) -> Vec<Value<'_>> {
        [self.who(), self.keys(), self.rest()].concat()
    }

    /// What `sql::CHANGE_KEYS` binds.
    pub(super) fn keys_changed(&self) -> Vec<Value<'_>> {
        [self.who(), self.keys()].concat()
    }

    /// What `sql::CHANGE` binds.
    pub(super) fn rest_changed(&self) -> Vec<Value<'_>> {
        [self.who(), self.rest()].concat()
    }

    fn who(&self) -> Vec<Value<'_>> {
        vec![(&self.id).into(), (&self.location_id).into()]
    }

    fn keys(&self) -> Vec<Value<'_>> {
        let name = super::model::full_name(self.first_name.as_deref(), self.last_name.as_deref());
        vec![
            self.first_name.as_ref().into(),
            folded(self.first_name.as_ref()),
            self.last_name.as_ref().into(),
            folded(self.last_name.as_ref()),
            fold(&name).into(),
            self.email.as_ref().into(),
            folded(self.email.as_ref()),
            self.phone.as_ref().into(),
            folded(self.phone.as_ref()),
            self.date_of_birth.as_ref().into(),
            self.date_added.into(),
        ]
    }

    fn rest(&self) -> Vec<Value<'_>> {
        vec![
            self.company_name.as_ref().into(),
            folded(self.company_name.as_ref()),
            self.address1.as_ref().into(),
            folded(self.address1.as_ref()),
            self.city.as_ref().into(),
            folded(self.city.as_ref()),
            self.state.as_ref().into(),
            folded(self.state.as_ref()),
            self.postal_code.as_ref().into(),
            folded(self.postal_code.as_ref()),
            self.country.as_ref().into(),
            folded(self.country.as_ref()),
            self.website.as_ref().into(),
            self.timezone.as_ref().into(),
            self.gender.as_ref().into(),
            (&self.kind).into(),
            self.source.as_ref().into(),
            folded(self.source.as_ref()),
            (&self.assigned_to).into(),
            self.dnd.into(),
            (&self.dnd_settings).into(),
            (&self.inbound_dnd_settings).into(),
            (&self.tags).into(),
            (&self.custom_fields).into(),
            (&self.created_by).into(),
            (&self.updated_by).into(),
            self.date_updated.into(),
            self.attribution.as_ref().into(),
            self.last_attribution.as_ref().into(),
        ]
    }
}

fn folded(text: Option<&String>) -> Value<'static> {
    text.map(|text| fold(text)).unwrap_or_default().into()
}

/// Whether two states of a contact have the same keys, which `sql::CHANGE_KEYS` writes.
pub(super) fn same_keys(one: &Contact, other: &Contact) -> bool {
    (&one.first_name, &one.last_name, &one.email, &one.phone, &one.date_of_birth, &one.date_added)
        == (
            &other.first_name,
            &other.last_name,
            &other.email,
            &other.phone,
            &other.date_of_birth,
            &other.date_added,
        )
}

fn json<T: DeserializeOwned>(column: &str, text: &str) -> Result<T, DbError> {
    serde_json::from_str(text).map_err(|_| inconsistent(column, text))
}

fn inconsistent(column: &str, text: &str) -> DbError {
    DbError::Inconsistent { place: format!("contacts.{column}"), fault: format!("`{text}` does not fit") }
}

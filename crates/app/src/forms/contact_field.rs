//! The fields that every contact has, as forms ask for them.

use leadhold_kernel::Patch;
use leadhold_kernel::date::Date;
use leadhold_kernel::email::Email;
use serde_json::Value;

use crate::contacts::ContactFields;

/// Characters of a text, as in the contact API.
const LONGEST: usize = 5000;
/// Characters of a telephone number, likewise.
const LONGEST_PHONE: usize = 100;

/// A field that every contact has.
#[derive(Debug, PartialEq, Eq)]
pub struct ContactField {
    /// The name of its answer, as the real service's submissions spell it.
    pub key: &'static str,
    /// The question, where its form has no other.
    pub label: &'static str,
    /// The `type` of its input.
    pub input: &'static str,
    /// What browsers may fill in.
    pub autocomplete: &'static str,
}

const fn field(
    key: &'static str,
    label: &'static str,
    input: &'static str,
    autocomplete: &'static str,
) -> ContactField {
    ContactField { key, label, input, autocomplete }
}

/// All of them.
pub const CONTACT_FIELDS: &[ContactField] = &[
    field("first_name", "First name", "text", "given-name"),
    field("last_name", "Last name", "text", "family-name"),
    field("full_name", "Name", "text", "name"),
    field("email", "E-mail address", "email", "email"),
    field("phone", "Phone number", "tel", "tel"),
    field("company_name", "Company", "text", "organization"),
    field("address1", "Street address", "text", "address-line1"),
    field("city", "City", "text", "address-level2"),
    field("state", "State", "text", "address-level1"),
    field("postal_code", "Postal code", "text", "postal-code"),
    field("country", "Country", "text", "country-name"),
    field("website", "Website", "url", "url"),
    field("date_of_birth", "Date of birth", "date", "bday"),
    field("gender", "Gender", "text", "sex"),
    field("timezone", "Time zone", "text", "off"),
    field("source", "Source", "text", "off"),
];

impl ContactField {
    /// The field of a key.
    #[must_use]
    pub fn of_key(key: &str) -> Option<&'static Self> {
        CONTACT_FIELDS.iter().find(|field| field.key == key)
    }

    /// An answer held against the rules of the contact API; `None`: it is blank.
    ///
    /// # Errors
    /// The rest of a sentence that begins with the field's name.
    pub fn check(&self, given: &Value) -> Result<Option<String>, String> {
        let text = match given {
            Value::Null => return Ok(None),
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return Err("must be a string".to_owned()),
        };
        if text.is_empty() {
            return Ok(None);
        }
        let longest = if self.key == "phone" { LONGEST_PHONE } else { LONGEST };
        if text.chars().count() > longest {
            return Err(format!("must be shorter than or equal to {longest} characters"));
        }
        match self.key {
            "email" => match Email::parse(&text) {
                Some(email) => Ok(Some(email.into_string())),
                None => Err("must be an email".to_owned()),
            },
            "date_of_birth" => match Date::parse(&text) {
                Some(date) => Ok(Some(date.iso())),
                None => Err("must be a valid date string: YYYY-MM-DD or MM/DD/YYYY".to_owned()),
            },
            _ => Ok(Some(text)),
        }
    }

    /// Says an answer that passed [`ContactField::check`] about a contact.
    pub fn say(&self, fields: &mut ContactFields, answer: &str) {
        let text = Patch::Value(answer.to_owned());
        match self.key {
            "first_name" => fields.first_name = text,
            "last_name" => fields.last_name = text,
            "full_name" => fields.name = text,
            "email" => fields.email = Email::parse(answer).map_or(Patch::Absent, Patch::Value),
            "phone" => fields.phone = text,
            "company_name" => fields.company_name = text,
            "address1" => fields.address1 = text,
            "city" => fields.city = text,
            "state" => fields.state = text,
            "postal_code" => fields.postal_code = text,
            "country" => fields.country = text,
            "website" => fields.website = text,
            "date_of_birth" => fields.date_of_birth = Date::parse(answer).map_or(Patch::Absent, Patch::Value),
            "gender" => fields.gender = text,
            "timezone" => fields.timezone = text,
            _ => fields.source = text,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_have_the_rules_of_the_contact_api() {
        let check = |key, value| ContactField::of_key(key).expect("a field").check(&value);
        assert_eq!(check("first_name", json!("  Ada ")), Ok(Some("Ada".into())));
        assert_eq!(check("first_name", json!("  ")), Ok(None));
        assert_eq!(check("postal_code", json!(60601)), Ok(Some("60601".into())));
        assert_eq!(check("email", json!("nobody")), Err("must be an email".into()));
        assert_eq!(check("date_of_birth", json!("12/10/1815")), Ok(Some("1815-12-10".into())));
        assert!(check("date_of_birth", json!("soon")).is_err());
        assert!(check("city", json!(["a"])).is_err() && check("phone", json!("1".repeat(101))).is_err());
    }

    #[test]
    fn every_field_reaches_the_contact() {
        for field in CONTACT_FIELDS {
            let mut said = ContactFields::default();
            let answer = match field.key {
                "email" => "ada@example.com",
                "date_of_birth" => "1815-12-10",
                _ => "x",
            };
            field.say(&mut said, answer);
            assert_ne!(said, ContactFields::default(), "{}", field.key);
        }
    }
}

//! The fields of a contact itself, as steps set them: `{"firstName": "{{…}}"}`.

use leadhold_kernel::date::Date;
use leadhold_kernel::email::Email;
use leadhold_kernel::{Error, Patch};
use serde_json::{Map, Value};

use crate::contacts::ContactFields;
use crate::workflows::action::filled;
use crate::workflows::definition::reader::Fields;

/// The fields of a contact that can be set, as the contact API spells them.
pub const FIELDS: &[&str] = &[
    "firstName",
    "lastName",
    "name",
    "email",
    "phone",
    "companyName",
    "address1",
    "city",
    "state",
    "country",
    "postalCode",
    "website",
    "timezone",
    "dateOfBirth",
    "gender",
    "source",
];

/// The longest telephone number that a contact may have, in characters, as in the contact API.
const LONGEST_PHONE: usize = 100;

/// Reads `fields`: a template for each field that is named.
pub fn parse(from: &Fields<'_>) -> Vec<(String, String)> {
    let fields = from.template_map("fields", FIELDS.len());
    for (name, _) in fields.iter().filter(|(name, _)| !FIELDS.contains(&name.as_str())) {
        let message = format!("a contact has no field `{name}`; there are {}", FIELDS.join(", "));
        from.fault(&format!("fields.{name}"), message);
    }
    fields
}

/// What the templates come to; empty ones drop out.
pub fn rendered(templates: &[(String, String)], fields: &Value) -> Map<String, Value> {
    let field =
        |(name, template): &(String, String)| Some((name.clone(), Value::String(filled(template, fields)?)));
    templates.iter().filter_map(field).collect()
}

/// The fields as contacts take them.
///
/// An e-mail or phone that is none refuses the whole, for it would make or find somebody else. Any other value that does
/// not fit is left out with a sentence: a lead must not be lost over its date of birth.
///
/// # Errors
/// 422 when e-mail or phone are none.
pub fn said(values: &Map<String, Value>, left_out: &mut Vec<String>) -> Result<ContactFields, Error> {
    let mut fields = ContactFields::default();
    let mut faults = Vec::new();
    for (name, value) in values {
        let text = value.as_str().unwrap_or_default().trim();
        match name.as_str() {
            "phone" if text.chars().count() > LONGEST_PHONE => {
                faults.push(format!("`{}…` is no telephone number", start_of(text)));
            }
            "email" => match Email::parse(text) {
                Some(email) => fields.email = Patch::Value(email),
                None => faults.push(format!("`{}` is no e-mail address", start_of(text))),
            },
            "dateOfBirth" => match Date::parse(text) {
                Some(date) => fields.date_of_birth = Patch::Value(date),
                None => left_out.push(format!("dateOfBirth: `{}` is no date", start_of(text))),
            },
            name => match text_field(&mut fields, name) {
                Some(field) => *field = Patch::Value(text.to_owned()),
                None => left_out.push(format!("{name}: a contact has no such field")),
            },
        }
    }
    if faults.is_empty() { Ok(fields) } else { Err(Error::Validation(faults)) }
}

/// Clears the field of this name; `false` when there is none.
pub fn clear(fields: &mut ContactFields, name: &str) -> bool {
    match name {
        "email" => fields.email = Patch::Null,
        "dateOfBirth" => fields.date_of_birth = Patch::Null,
        name => match text_field(fields, name) {
            Some(field) => *field = Patch::Null,
            None => return false,
        },
    }
    true
}

fn text_field<'f>(fields: &'f mut ContactFields, name: &str) -> Option<&'f mut Patch<String>> {
    Some(match name {
        "firstName" => &mut fields.first_name,
        "lastName" => &mut fields.last_name,
        "name" => &mut fields.name,
        "phone" => &mut fields.phone,
        "companyName" => &mut fields.company_name,
        "address1" => &mut fields.address1,
        "city" => &mut fields.city,
        "state" => &mut fields.state,
        "country" => &mut fields.country,
        "postalCode" => &mut fields.postal_code,
        "website" => &mut fields.website,
        "timezone" => &mut fields.timezone,
        "gender" => &mut fields.gender,
        "source" => &mut fields.source,
        _ => return None,
    })
}

/// Enough of a text to recognise it.
pub fn start_of(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_can_be_set_and_cleared() {
        for name in FIELDS {
            let value = match *name {
                "email" => "ada@example.com",
                "dateOfBirth" => "1815-12-10",
                _ => "x",
            };
            let mut left_out = Vec::new();
            let values = Map::from_iter([((*name).to_owned(), value.into())]);
            let set = said(&values, &mut left_out).expect("a good value");
            assert!(set != ContactFields::default() && left_out.is_empty(), "{name}: {left_out:?}");
            let mut cleared = ContactFields::default();
            assert!(clear(&mut cleared, name) && cleared != ContactFields::default(), "{name}");
        }
        assert!(!clear(&mut ContactFields::default(), "shoe_size"));
    }
}

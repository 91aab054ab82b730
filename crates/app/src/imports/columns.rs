//! Which column of a file is which field of a contact.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::custom_fields::CustomField;

/// A column and the field that it fills; `None`: it is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Column {
    pub(super) header: String,
    pub(super) field: Option<String>,
}

/// A custom field's prefix among the names of fields.
pub(super) const CUSTOM: &str = "customFields.";
/// Fields that several columns may fill together.
pub(super) const SEVERAL: [&str; 3] = ["tags", "additionalEmails", "additionalPhones"];
/// One of these says who a row is.
pub(super) const IDENTIFYING: [&str; 7] =
    ["id", "firstName", "lastName", "name", "email", "phone", "companyName"];

/// Fields and the headers that mean them, folded and without anything but letters and digits: those of exports of the real
/// service, and what address books usually write.
const KNOWN: &[(&str, &[&str])] = &[
    ("id", &["contactid", "id"]),
    ("firstName", &["firstname", "givenname", "forename", "vorname"]),
    ("lastName", &["lastname", "familyname", "surname", "nachname"]),
    ("name", &["name", "fullname", "contactname", "contact"]),
    ("email", &["email", "emailaddress", "primaryemail", "email1", "mail", "email1value"]),
    (
        "phone",
        &[
            "phone",
            "phonenumber",
            "primaryphone",
            "phone1",
            "mobile",
            "mobilephone",
            "cell",
            "telephone",
            "telefon",
            "tel",
            "number",
            "phone1value",
        ],
    ),
    (
        "companyName",
        &["companyname", "company", "businessname", "business", "organization", "organisation", "firma"],
    ),
    ("address1", &["address1", "address", "streetaddress", "street", "strasse", "straße"]),
    ("city", &["city", "town", "ort", "stadt"]),
    ("state", &["state", "region", "province", "stateregion"]),
    ("postalCode", &["postalcode", "zip", "zipcode", "postcode", "plz"]),
    ("country", &["country", "countrycode", "land"]),
    ("website", &["website", "url", "web", "homepage"]),
    ("timezone", &["timezone"]),
    ("gender", &["gender", "sex"]),
    ("source", &["source", "contactsource", "leadsource"]),
    ("assignedTo", &["assignedto", "assigneduser", "owner"]),
    ("dateOfBirth", &["dateofbirth", "birthday", "birthdate", "dob", "geburtstag", "geburtsdatum"]),
    ("dnd", &["dnd", "donotdisturb"]),
    ("tags", &["tags", "tag", "labels"]),
    (
        "additionalEmails",
        &["additionalemails", "additionalemail", "otheremails", "secondaryemail", "email2", "email3"],
    ),
    (
        "additionalPhones",
        &["additionalphones", "additionalphone", "otherphones", "secondaryphone", "phone2", "phone3"],
    ),
];

/// What the headers say by themselves. Of two columns with one name the first is meant, except where a contact has several.
pub(super) fn propose(header: &[String], custom: &[CustomField]) -> Vec<Column> {
    let mut taken: Vec<String> = Vec::new();
    let mut column = |name: &String| {
        let field = standard(name).map(str::to_owned).or_else(|| custom_field(name, custom));
        let free = |field: &String| SEVERAL.contains(&field.as_str()) || !taken.contains(field);
        let field = field.and_then(|field| match field.as_str() {
            _ if free(&field) => Some(field),
            "email" => Some("additionalEmails".to_owned()),
            "phone" => Some("additionalPhones".to_owned()),
            _ => None,
        });
        taken.extend(field.clone());
        Column { header: name.clone(), field }
    };
    header.iter().map(&mut column).collect()
}

/// The proposal with what the client says instead: a field, or null to leave the column out.
///
/// # Errors
/// All faults at once, as sentences.
pub(super) fn given(
    header: &[String],
    mapping: &Map<String, Value>,
    custom: &[CustomField],
) -> Result<Vec<Column>, Vec<String>> {
    let mut faults = Vec::new();
    let mut said: Vec<(usize, Option<String>)> = Vec::new();
    for (name, field) in mapping {
        let Some(at) = header.iter().position(|column| bare(column) == bare(name)) else {
            faults.push(format!("mapping.{name} is no column of the file"));
            continue;
        };
        match field {
            Value::Null => said.push((at, None)),
            Value::String(word) => match field_of(word, custom) {
                Some(field) => said.push((at, Some(field))),
                None => faults
                    .push(format!("mapping.{name} must be a field of a contact, a custom field, or null")),
            },
            _ => faults.push(format!("mapping.{name} must be a string")),
        }
    }
    let fields: Vec<&String> = said.iter().filter_map(|(_, field)| field.as_ref()).collect();
    let mut columns = propose(header, custom);
    for (at, column) in columns.iter_mut().enumerate() {
        if let Some((_, field)) = said.iter().find(|(place, _)| *place == at) {
            column.field.clone_from(field);
        } else if column.field.as_ref().is_some_and(|field| fields.contains(&field) && !several(field)) {
            column.field = None; // the client has another column for it
        }
    }
    for field in fields.iter().filter(|field| !several(field)) {
        if fields.iter().filter(|other| **other == *field).count() > 1 {
            let fault = format!("mapping must not name {field} twice");
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    if faults.is_empty() { Ok(columns) } else { Err(faults) }
}

fn several(field: &str) -> bool {
    SEVERAL.contains(&field)
}

/// The field that a word of a mapping names: as the API does, or as a header would.
fn field_of(word: &str, custom: &[CustomField]) -> Option<String> {
    let exact = KNOWN.iter().find(|(field, _)| *field == word).map(|(field, _)| (*field).to_owned());
    let own = || custom_field(word.strip_prefix(CUSTOM).unwrap_or(word), custom);
    exact.or_else(own).or_else(|| standard(word).map(str::to_owned))
}

fn standard(header: &str) -> Option<&'static str> {
    let bare = bare(header.strip_prefix("contact.").unwrap_or(header));
    KNOWN.iter().find(|(_, headers)| headers.contains(&bare.as_str())).map(|(field, _)| *field)
}

/// By id, by key with or without its `contact.`, or by name.
fn custom_field(header: &str, custom: &[CustomField]) -> Option<String> {
    let header = header.trim();
    let key = |field: &&CustomField| {
        field.field_key == header || field.field_key.strip_prefix("contact.") == Some(header)
    };
    let found = custom
        .iter()
        .find(|field| field.id.as_str() == header)
        .or_else(|| custom.iter().find(key))
        .or_else(|| custom.iter().find(|field| bare(&field.name) == bare(header)))
        .filter(|_| !header.is_empty());
    found.map(|field| format!("{CUSTOM}{}", field.id))
}

/// A header without what people write differently.
fn bare(header: &str) -> String {
    leadhold_kernel::fold(header).chars().filter(|char| char.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(columns: &[Column]) -> String {
        let lines = columns.iter().map(|c| format!("{}: {}", c.header, c.field.as_deref().unwrap_or("-")));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn header(names: &str) -> Vec<String> {
        names.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn headers_of_exports_and_address_books_are_understood() {
        let names = "Contact Id,First Name,Last Name,Phone,Email,Business Name,Created,Last Activity,Tags,\
                     Additional Emails,Additional Phones,E-Mail,Mobile,First name,Street Address,Zip,contact.date_of_birth";
        insta::assert_snapshot!(shown(&propose(&header(names), &[])), @"
        Contact Id: id
        First Name: firstName
        Last Name: lastName
        Phone: phone
        Email: email
        Business Name: companyName
        Created: -
        Last Activity: -
        Tags: tags
        Additional Emails: additionalEmails
        Additional Phones: additionalPhones
        E-Mail: additionalEmails
        Mobile: additionalPhones
        First name: -
        Street Address: address1
        Zip: postalCode
        contact.date_of_birth: dateOfBirth
        ");
    }

    #[test]
    fn a_mapping_goes_before_the_proposal() {
        let columns = given(
            &header("Mail,Private mail,Notes,Name"),
            &json!({"private mail": "email", "Mail": "additionalEmails", "Name": null, "Notes": "Company"})
                .as_object()
                .unwrap()
                .clone(),
            &[],
        );
        insta::assert_snapshot!(shown(&columns.unwrap()), @"
        Mail: additionalEmails
        Private mail: email
        Notes: companyName
        Name: -
        ");
    }

    #[test]
    fn faults_of_a_mapping_are_all_named() {
        let mapping = json!({"x": "email", "a": "nothing", "b": 1, "c": "email", "d": "email"});
        let faults = given(&header("a,b,c,d"), mapping.as_object().unwrap(), &[]).unwrap_err();
        insta::assert_snapshot!(faults.join("\n"), @"
        mapping.x is no column of the file
        mapping.a must be a field of a contact, a custom field, or null
        mapping.b must be a string
        mapping must not name email twice
        ");
    }
}

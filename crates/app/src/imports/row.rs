//! A row of a file as a contact: what a client would have sent, and what is done with it.

use leadhold_kernel::email::Email;
use leadhold_kernel::{Cx, Error};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::columns::{CUSTOM, Column};
use super::model::{Duplicates, Settings};
use crate::contacts::{self, Contact, ContactFields, normal_tags};
use crate::custom_fields::{CustomField, DataType, FieldWrite, value};
use crate::tenant::LocationScope;

/// Further addresses, and further numbers, in one row.
const MOST_FURTHER: usize = 100;

/// What every row of an import needs.
pub(super) struct Plan<'a> {
    pub(super) settings: &'a Settings,
    pub(super) custom: &'a [CustomField],
    /// The location's, by which telephone numbers are read.
    pub(super) country: &'a str,
}

/// What was done with a row.
#[derive(Debug)]
pub(super) enum Done {
    Created(Box<Contact>),
    Updated { before: Box<Contact>, after: Box<Contact> },
    Skipped(String),
}

/// Does a row.
///
/// Events: those of a creation or of an update.
///
/// # Errors
/// 422 with all faults of the row, and the errors of the single call.
pub(super) fn perform(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    plan: &Plan<'_>,
    cells: &[String],
) -> Result<Done, Error> {
    let Read { id, mut fields } = read(plan, cells)?;
    let duplicates = plan.settings.duplicates;
    let existing = match duplicates {
        Duplicates::Create => None,
        _ => existing(tx, here, id.as_deref(), &fields)?,
    };
    let Some((before, by_id)) = existing else {
        return contacts::create(tx, cx, here, &fields).map(|contact| Done::Created(Box::new(contact)));
    };
    if duplicates == Duplicates::Skip {
        return Ok(Done::Skipped(before.id.to_string()));
    }
    // A row adds tags and takes none away.
    fields.tags = fields.tags.map(|tags| normal_tags(before.tags.iter().chain(&tags)));
    let after = match by_id {
        true => contacts::update(tx, cx, here, before.id.as_str(), &fields)?,
        false => contacts::upsert(tx, cx, here, &fields, false)?.contact,
    };
    let after = Box::new(after);
    Ok(if after.id == before.id {
        Done::Updated { before: Box::new(before), after }
    } else {
        Done::Created(after)
    })
}

/// The contact that a row means: by its id where the row has one, else by address or number; and whether it was by id.
fn existing(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    id: Option<&str>,
    fields: &ContactFields,
) -> Result<Option<(Contact, bool)>, Error> {
    if let Some(id) = id
        && contacts::find(tx, here, id)?.is_some()
    {
        return Ok(Some((contacts::hold(tx, here, id)?, true)));
    }
    let email = fields.email.clone().map(|email| email.lower()).into_option();
    let phone = fields.phone.clone().into_option();
    match contacts::find_duplicate(tx, here, email.as_deref(), phone.as_deref())? {
        Some(found) => Ok(Some((contacts::hold(tx, here, &found.id)?, false))),
        None => Ok(None),
    }
}

/// A row as a client would have sent it.
struct Read {
    id: Option<String>,
    fields: ContactFields,
}

/// Reads a row; blank cells say nothing.
fn read(plan: &Plan<'_>, cells: &[String]) -> Result<Read, Error> {
    let columns = &plan.settings.columns;
    let mut faults = Vec::new();
    if cells.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) {
        let (has, named) = (cells.len(), columns.len());
        faults.push(format!("the row has {has} cells, and the header names {named} columns"));
    }
    let mut body = Body::default();
    for (column, cell) in columns.iter().zip(cells) {
        let cell = contacts::unguarded(cell.trim());
        if let Some(field) = column.field.as_deref().filter(|_| !cell.is_empty()) {
            body.put(plan, column, field, cell, &mut faults);
        }
    }
    body.tags.extend(plan.settings.tags.iter().cloned());
    let id = body.id.take();
    match body.into_fields() {
        Ok(fields) if faults.is_empty() => Ok(Read { id, fields }),
        Ok(_) => Err(Error::Validation(faults)),
        Err(Error::Validation(more)) => Err(Error::Validation([faults, more].concat())),
        Err(other) => Err(other),
    }
}

/// The body of a creation in the making.
#[derive(Default)]
struct Body {
    id: Option<String>,
    object: Map<String, Value>,
    tags: Vec<String>,
    emails: Vec<String>,
    phones: Vec<String>,
    custom: Vec<Value>,
    /// The headers of the custom values, in their order.
    headers: Vec<String>,
}

impl Body {
    fn put(&mut self, plan: &Plan<'_>, column: &Column, field: &str, cell: &str, faults: &mut Vec<String>) {
        match field {
            "id" => self.id = Some(cell.to_owned()),
            "tags" => self.tags.extend(parts(cell)),
            "additionalEmails" => self.emails.extend(parts(cell)),
            "additionalPhones" => self.phones.extend(parts(cell)),
            // Some write all addresses of a person into one cell.
            "email" => {
                let mut all = parts(cell);
                let first = all.next().unwrap_or_default();
                self.object.insert("email".to_owned(), first.into());
                self.emails.extend(all);
            }
            "dnd" => match flag(cell) {
                Some(flag) => drop(self.object.insert("dnd".to_owned(), flag.into())),
                None => faults.push("dnd must be a boolean value".to_owned()),
            },
            _ => match field.strip_prefix(CUSTOM) {
                Some(id) => {
                    let known = plan.custom.iter().find(|known| known.id.as_str() == id);
                    let value = custom_value(known, cell);
                    let checked = known.map(|known| value::check(known, &value, plan.country));
                    if let Some(Err(fault)) = checked {
                        faults.push(format!("{} {fault}", column.header));
                    }
                    self.custom.push(json!({ "id": id, "field_value": value }));
                    self.headers.push(column.header.clone());
                }
                None => drop(self.object.insert(field.to_owned(), cell.into())),
            },
        }
    }

    /// What the body says, with all faults at once.
    fn into_fields(mut self) -> Result<ContactFields, Error> {
        if !self.tags.is_empty() {
            self.object.insert("tags".to_owned(), json!(self.tags));
        }
        if !self.custom.is_empty() {
            self.object.insert("customFields".to_owned(), json!(self.custom));
        }
        let emails: Vec<_> = self.emails.iter().filter_map(|email| Email::parse(email)).collect();
        let mut faults = Vec::new();
        for (name, given) in [("additionalEmails", &self.emails), ("additionalPhones", &self.phones)] {
            if given.len() > MOST_FURTHER {
                faults.push(format!("{name} must contain no more than {MOST_FURTHER} elements"));
            }
        }
        if emails.len() < self.emails.len() {
            faults.push("each value in additionalEmails must be an email".to_owned());
        }
        match contacts::fields(&self.object) {
            Ok(fields) if faults.is_empty() => {
                let custom = fields.custom_fields.into_iter().zip(self.headers);
                let custom = custom.map(|(write, place)| FieldWrite { place, ..write });
                Ok(ContactFields {
                    custom_fields: custom.collect(),
                    additional_emails: emails,
                    additional_phones: self.phones,
                    ..fields
                })
            }
            Ok(_) => Err(Error::Validation(faults)),
            Err(Error::Validation(more)) => Err(Error::Validation([more, faults].concat())),
            Err(other) => Err(other),
        }
    }
}

/// Several values in one cell: a list as JSON, which an export writes where commas would not do, or with something between.
fn parts(cell: &str) -> std::vec::IntoIter<String> {
    let list = cell.starts_with('[').then(|| serde_json::from_str::<Vec<String>>(cell).ok()).flatten();
    let divided =
        || cell.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned);
    list.unwrap_or_else(|| divided().collect()).into_iter()
}

fn flag(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "x" | "ja" => Some(true),
        "false" | "no" | "n" | "0" | "nein" => Some(false),
        _ => None,
    }
}

/// A cell as the value that a custom field's type takes.
fn custom_value(field: Option<&CustomField>, cell: &str) -> Value {
    match field.map(|field| field.data_type) {
        Some(DataType::Checkbox | DataType::MultipleOptions) => {
            let options = field.map(|field| field.details.options.as_slice()).unwrap_or_default();
            let whole = options.iter().any(|option| option.label == cell);
            if whole { json!([cell]) } else { json!(parts(cell).collect::<Vec<_>>()) }
        }
        // As an export writes it.
        Some(DataType::TextboxList | DataType::FileUpload | DataType::Signature) => {
            serde_json::from_str(cell).unwrap_or_else(|_| cell.into())
        }
        _ => cell.into(),
    }
}

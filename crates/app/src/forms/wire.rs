//! Definitions as clients write and read them.

use std::collections::HashSet;

use leadhold_kernel::{Error, Patch};
use serde_json::{Map, Value, json};

use super::contact_field::ContactField;
use super::embed;
use super::model::{Definition, Field, FieldKind, Form, Kind, Slide};
use super::{question, submissions};
use crate::contacts::dnd::Channel;
use crate::custom_fields::{CustomField, DataType};
use crate::http::fields::Fields;
use crate::http::web_url;

/// Fields of a form, on all of its slides.
pub const MOST_FIELDS: usize = 100;
/// Slides of a survey.
pub const MOST_SLIDES: usize = 30;
const NAME: usize = 255;
const TEXT: usize = 1000;
const PARAGRAPH: usize = 5000;
const URL: usize = 2000;
/// Characters of a key of a location's own choice.
const KEY: usize = 64;

/// Reads the body of a definition; `known` are the custom fields of the location's contacts.
///
/// # Errors
/// All faults at once, each with its place.
pub fn form(
    body: &Map<String, Value>,
    kind: Kind,
    known: &[CustomField],
) -> Result<(String, Definition), Error> {
    let mut fields = Fields::of_body(body);
    fields.text("locationId"); // the edge has seen that it is the caller's
    let name = fields.required_text_within("name", NAME).trim().to_owned();
    let mut names = HashSet::new();
    let slides = match kind {
        Kind::Form => vec![Slide { title: String::new(), fields: list(&mut fields, known, &mut names) }],
        Kind::Survey => slides(&mut fields, known, &mut names),
    };
    if slides.iter().map(|slide| slide.fields.len()).sum::<usize>() > MOST_FIELDS {
        fields.fault("fields", format!("must contain not more than {MOST_FIELDS} elements"));
    }
    files_come_last(&mut fields, &slides, known);
    let definition = Definition {
        title: plain(&mut fields, "title", NAME),
        slides,
        submit_text: plain(&mut fields, "submitText", NAME),
        thank_you_message: plain(&mut fields, "thankYouMessage", PARAGRAPH),
        redirect_url: url(&mut fields, "redirectUrl"),
    };
    fields.finish()?;
    Ok((name, definition))
}

/// A survey's earlier answers travel in hidden fields, which hold no files.
fn files_come_last(fields: &mut Fields<'_>, slides: &[Slide], known: &[CustomField]) {
    let takes_files = |field: &Field| {
        let custom = known.iter().find(|custom| custom.id.as_str() == field.id);
        custom.is_some_and(|custom| custom.data_type == DataType::FileUpload)
    };
    let Some((_, earlier)) = slides.split_last() else { return };
    for (at, slide) in earlier.iter().enumerate() {
        for (place, _) in slide.fields.iter().enumerate().filter(|(_, field)| takes_files(field)) {
            let place = format!("slides.{at}.fields.{place}");
            fields.fault(&place, "must be on the last slide, because it takes files");
        }
    }
}

fn slides(fields: &mut Fields<'_>, known: &[CustomField], names: &mut HashSet<String>) -> Vec<Slide> {
    let slides = fields.objects("slides", |slide| Slide {
        title: plain(slide, "title", NAME),
        fields: list(slide, known, names),
    });
    match slides {
        Some(slides) if slides.len() > MOST_SLIDES => {
            fields.fault("slides", format!("must contain not more than {MOST_SLIDES} elements"));
            slides
        }
        Some(slides) if !slides.is_empty() => slides,
        _ => {
            fields.fault("slides", "should not be empty");
            Vec::new()
        }
    }
}

fn list(fields: &mut Fields<'_>, known: &[CustomField], names: &mut HashSet<String>) -> Vec<Field> {
    let list = fields.objects("fields", |one| field(one, known, names)).unwrap_or_default();
    let asks = |field: &Field| !matches!(field.kind, FieldKind::Heading | FieldKind::Paragraph);
    if fields.sound() && !list.iter().any(asks) {
        fields.fault("fields", "must contain at least one field that asks for something");
    }
    list
}

fn field(one: &mut Fields<'_>, known: &[CustomField], names: &mut HashSet<String>) -> Field {
    let word = one.one_of("type", &FieldKind::names());
    if one.value("type").is_none_or(Value::is_null) {
        one.fault("type", "should not be empty");
    }
    let kind = word.and_then(FieldKind::parse);
    let mut field = blank(kind.unwrap_or(FieldKind::Heading));
    match kind {
        None => one.ignore_undeclared(),
        Some(FieldKind::Heading) => field.label = one.required_text_within("label", TEXT),
        Some(FieldKind::Paragraph) => field.label = one.required_text_within("label", PARAGRAPH),
        Some(FieldKind::Contact) => {
            let key = one.required_text_within("key", KEY);
            let standard = ContactField::of_key(&key);
            if standard.is_none() && !key.is_empty() {
                one.fault("key", "must be a field that every contact has, such as first_name or email");
            }
            field.key = key;
            question(one, &mut field, standard.map_or("", |standard| standard.label));
        }
        Some(FieldKind::CustomField) => {
            let custom = custom_field(one, known);
            field.id = custom.map(|custom| custom.id.to_string()).unwrap_or_default();
            field.key = custom.map(|custom| custom.bare_key().to_owned()).unwrap_or_default();
            question(one, &mut field, custom.map_or("", |custom| &custom.name));
        }
        Some(FieldKind::Hidden) => {
            field.key = own_key(one);
            field.value = plain(one, "value", TEXT);
        }
        Some(FieldKind::Consent | FieldKind::Dnd) => {
            field.key = own_key(one);
            field.label = one.required_text_within("label", TEXT);
            field.required = kind == Some(FieldKind::Consent) && one.flag("required").unwrap_or(false);
            if kind == Some(FieldKind::Dnd) {
                field.channels = channels(one);
            }
        }
    }
    if !field.key.is_empty() && !names.insert(field.key.clone()) {
        one.fault("key", format!("must be used once, and {} is used before", field.key));
    }
    field
}

fn blank(kind: FieldKind) -> Field {
    let none = String::new;
    Field {
        kind,
        key: none(),
        id: none(),
        label: none(),
        placeholder: none(),
        help: none(),
        required: false,
        value: none(),
        channels: Vec::new(),
    }
}

/// What every question has: its words, and whether it must be answered.
fn question(one: &mut Fields<'_>, field: &mut Field, label: &str) {
    let said = plain(one, "label", TEXT);
    field.label = if said.is_empty() { label.to_owned() } else { said };
    field.placeholder = plain(one, "placeholder", NAME);
    field.help = plain(one, "help", TEXT);
    field.required = one.flag("required").unwrap_or(false);
}

/// By `id`, or else by `key`, with or without its `contact.`.
fn custom_field<'k>(one: &mut Fields<'_>, known: &'k [CustomField]) -> Option<&'k CustomField> {
    let id = one.text_within("id", NAME).into_option();
    let key = one.text_within("key", NAME).into_option();
    let named = id.as_ref().or(key.as_ref());
    let found = named.and_then(|named| known.iter().find(|field| field.is_named(named)));
    let place = if id.is_some() || key.is_none() { "id" } else { "key" };
    match found {
        None => one.fault(place, "must be a custom field of the location's contacts"),
        Some(field) if ContactField::of_key(field.bare_key()).is_some() => {
            one.fault(place, "must not be a custom field with the key of a contact's own field");
        }
        Some(_) => {}
    }
    found
}

/// A key that begins with a letter: names that begin otherwise are the page's own. Some are every submission's.
fn own_key(one: &mut Fields<'_>) -> String {
    let key = one.required_text_within("key", KEY);
    let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if key.starts_with(|c: char| !c.is_ascii_alphabetic()) || !plain {
        one.fault("key", "must begin with a letter and have letters, digits, - and _ only");
    } else if submissions::OWN_KEYS.contains(&key.as_str()) {
        let [event, sequence] = submissions::OWN_KEYS;
        one.fault("key", format!("must not be {event} or {sequence}, which every submission has"));
    }
    key
}

fn channels(one: &mut Fields<'_>) -> Vec<Channel> {
    let names = one.texts_within("channels", NAME).unwrap_or_default();
    let channels: Vec<Channel> = names.iter().filter_map(|name| Channel::parse(name)).collect();
    if channels.is_empty() || channels.len() != names.len() {
        one.fault("channels", "must be a list of channels, such as SMS, Email or Call");
    }
    channels
}

/// A trimmed text; empty when there is none.
fn plain(fields: &mut Fields<'_>, name: &'static str, longest: usize) -> String {
    fields.text_within(name, longest).into_option().unwrap_or_default().trim().to_owned()
}

/// An address that a visitor can be led to.
fn url(fields: &mut Fields<'_>, name: &'static str) -> Option<String> {
    let text = match fields.text_within(name, URL) {
        Patch::Value(text) if !text.trim().is_empty() => text.trim().to_owned(),
        _ => return None,
    };
    match web_url(&text) {
        Some(url) => Some(url.into()),
        None => {
            fields.fault(name, "must be a URL that begins with https:// or http://");
            None
        }
    }
}

/// A definition as it is read, with how to show it elsewhere. `known` are the custom fields of the location's contacts,
/// `base_url` is how visitors reach the server.
#[must_use]
pub fn shown(form: &Form, known: &[CustomField], base_url: &str) -> Value {
    let definition = &form.definition;
    let mut out = json!({
        "id": form.id,
        "locationId": form.here.location_id(),
        "name": form.name,
        "title": definition.title,
    });
    match form.kind {
        Kind::Form => {
            out["fields"] = definition.slides.iter().flat_map(|slide| fields(&slide.fields)).collect()
        }
        Kind::Survey => {
            let slide = |slide: &Slide| json!({"title": slide.title, "fields": fields(&slide.fields)});
            out["slides"] = definition.slides.iter().map(slide).collect();
        }
    }
    out["submitText"] = json!(definition.submit_text);
    out["thankYouMessage"] = json!(definition.thank_you_message);
    out["redirectUrl"] = json!(definition.redirect_url);
    out["url"] = json!(format!("{base_url}{}", form.path()));
    out["embed"] = embed::codes(form, &question::of(&form.definition, known), base_url);
    out["createdAt"] = json!(form.created_at.iso());
    out["updatedAt"] = json!(form.updated_at.iso());
    out
}

/// Fields with what means something for their kind, so that what is read can be written.
fn fields(fields: &[Field]) -> Vec<Value> {
    let one = |field: &Field| {
        let kind = field.kind.name();
        match field.kind {
            FieldKind::Heading | FieldKind::Paragraph => json!({"type": kind, "label": field.label}),
            FieldKind::Hidden => json!({"type": kind, "key": field.key, "value": field.value}),
            FieldKind::Consent => {
                json!({"type": kind, "key": field.key, "label": field.label, "required": field.required})
            }
            FieldKind::Dnd => {
                json!({"type": kind, "key": field.key, "label": field.label, "channels": field.channels})
            }
            FieldKind::Contact | FieldKind::CustomField => {
                let mut out = json!({"type": kind});
                if field.kind == FieldKind::CustomField {
                    out["id"] = json!(field.id);
                }
                out["key"] = json!(field.key);
                out["label"] = json!(field.label);
                out["placeholder"] = json!(field.placeholder);
                out["help"] = json!(field.help);
                out["required"] = json!(field.required);
                out
            }
        }
    };
    fields.iter().map(one).collect()
}

//! Typed values: what a field accepts, how it is kept and read back, and by which texts and numbers a search finds it.

mod files;

use leadhold_kernel::{date::Date, email::Email, fold, phone, plain, words};
use leadhold_store::Value as Bound;
use serde_json::{Map, Number, Value, json};

use super::details::MOST_CHOICES;
use super::model::{Choice, CustomField, DataType};

/// Characters of a value that an index compares; longer than any needle of a search, shorter than any index allows.
const HEAD: usize = 100;
/// Digits of a text from which on it is milliseconds and no slip of the pen.
const MILLIS: usize = 10;
/// Characters of all texts of a value: it goes out whole with every list and webhook.
const LONGEST: usize = 65_536;
/// Likewise, where a value is files or a drawing.
const LONGEST_FILES: usize = 500_000;
/// Bytes of a currency's code.
const CURRENCY: usize = 20;

/// A value as a client wrote it, held against its definition.
///
/// `Ok(None)` clears the field (`null`, an empty string or an empty list). `Err` is the rest of a sentence that begins
/// with the field's place in the request: `must be an email`.
///
/// # Errors
/// What the data type does not take.
pub fn check(field: &CustomField, given: &Value, country: &str) -> Result<Option<Value>, String> {
    if is_blank(given) {
        return Ok(None);
    }
    let longest = match field.data_type {
        DataType::FileUpload | DataType::Signature => LONGEST_FILES,
        _ => LONGEST,
    };
    if characters(given) > longest {
        return Err(format!("must be shorter than or equal to {longest} characters"));
    }
    match field.data_type {
        DataType::Text | DataType::LargeText | DataType::Time => {
            text(given).map(|text| Some(Value::from(text)))
        }
        DataType::Phone => text(given).map(|raw| phone::normalise(&raw, Some(country)).map(Value::from)),
        DataType::Email => match given.as_str().and_then(Email::parse) {
            Some(email) => Ok(Some(Value::from(email.into_string()))),
            None => Err("must be an email".to_owned()),
        },
        DataType::Numerical | DataType::Float => number(given).map(Some),
        DataType::Monetory => money(field, given).map(Some),
        DataType::Date => date(given).map(|date| Some(Value::from(date.iso()))),
        DataType::SingleOptions | DataType::Radio => one_choice(field, given),
        DataType::Checkbox | DataType::MultipleOptions => choices(field, given),
        DataType::TextboxList => boxes(field, given),
        DataType::FileUpload => files::check(field, given).map(Some),
        DataType::Signature => match given {
            Value::String(_) | Value::Object(_) => Ok(Some(given.clone())),
            _ => Err("must be a string or an object".to_owned()),
        },
    }
}

/// The characters of all texts in a value.
fn characters(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.iter().map(characters).sum(),
        Value::Object(map) => map.iter().map(|(key, value)| key.chars().count() + characters(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

fn text(given: &Value) -> Result<String, String> {
    match given {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(whole(number).to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        _ => Err("must be a string".to_owned()),
    }
}

/// A number, or a text that is nothing but one.
fn number(given: &Value) -> Result<Value, String> {
    let read = match given {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => parse_number(text.trim()),
        _ => None,
    };
    read.map(|number| whole(&number))
        .ok_or_else(|| "must be a number conforming to the specified constraints".to_owned())
}

/// An amount, on an object with its currency: `{"currency": "default", "value": 100}`.
fn money(field: &CustomField, given: &Value) -> Result<Value, String> {
    let (amount, currency) = match given {
        Value::Object(money) => (money.get("value").unwrap_or(&Value::Null), money.get("currency")),
        amount => (amount, None),
    };
    let amount = match amount {
        Value::String(text) => number(&Value::from(amount_of(text)))?,
        amount => number(amount)?,
    };
    let currency = match currency {
        None | Some(Value::Null) => "default",
        Some(Value::String(currency)) if currency.len() <= CURRENCY => currency.as_str(),
        Some(_) => return Err("must name its currency by a code".to_owned()),
    };
    Ok(if field.model.has_properties() { json!({"currency": currency, "value": amount}) } else { amount })
}

/// `1000.50` of `$1,000.50`. Commas are left out only between groups of three, where they cannot be decimal.
fn amount_of(text: &str) -> String {
    let text = text.trim();
    let amount = text.trim_start_matches(['$', '€', '£', '¥', '₹']).trim_start();
    let (whole, rest) = amount.split_once('.').map_or((amount, ""), |(whole, rest)| (whole, rest));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = (1..=3).contains(&first.trim_start_matches('-').len())
        && whole.contains(',')
        && groups.all(|group| group.len() == 3 && digits(group))
        && digits(rest);
    if grouped { amount.replace(',', "") } else { amount.to_owned() }
}

fn parse_number(text: &str) -> Option<Number> {
    text.parse::<i64>().ok().map(Number::from).or_else(|| Number::from_f64(text.parse().ok()?))
}

/// `100` and `100.0` are one number, and one text.
fn whole(number: &Number) -> Value {
    match number.as_f64() {
        Some(float) if number.is_f64() => plain(float),
        _ => Value::Number(number.clone()),
    }
}

/// A date in any accepted spelling, or the milliseconds of a moment in it.
fn date(given: &Value) -> Result<Date, String> {
    let read = match given {
        Value::String(text) => Date::parse(text).or_else(|| {
            let millis = text.trim().parse::<i64>().ok().filter(|_| text.trim().len() >= MILLIS)?;
            Date::parse(&leadhold_kernel::Timestamp(millis).iso())
        }),
        Value::Number(millis) => {
            millis.as_i64().and_then(|millis| Date::parse(&leadhold_kernel::Timestamp(millis).iso()))
        }
        _ => None,
    };
    read.ok_or_else(|| "must be a valid date string: YYYY-MM-DD or MM/DD/YYYY".to_owned())
}

/// A choice, or a list of one; a blank one is none.
fn one_choice(field: &CustomField, given: &Value) -> Result<Option<Value>, String> {
    let only = match given {
        Value::Array(items) if items.len() == 1 => &items[0],
        other => other,
    };
    if is_blank(only) {
        return Ok(None);
    }
    let chosen = text(only)?;
    match choice(field, &chosen) {
        Some(kept) => Ok(Some(Value::from(kept))),
        None => Err(format!("must be one of the following values: {}", choices_of(field))),
    }
}

/// A list of choices, each once; a single one may stand without its list.
fn choices(field: &CustomField, given: &Value) -> Result<Option<Value>, String> {
    let listed = given.as_str().and_then(|text| list_of(field, text));
    let items = match listed.as_ref().unwrap_or(given) {
        Value::Array(items) => items.as_slice(),
        Value::Object(_) => return Err("must be an array".to_owned()),
        one => std::slice::from_ref(one),
    };
    if items.len() > MOST_CHOICES {
        return Err(format!("must contain no more than {MOST_CHOICES} elements"));
    }
    let mut chosen: Vec<String> = Vec::with_capacity(items.len());
    for item in items.iter().filter(|item| !is_blank(item)) {
        let item = text(item).map_err(|_| "must be an array of strings".to_owned())?;
        let Some(kept) = choice(field, &item) else {
            return Err(format!("must contain only the following values: {}", choices_of(field)));
        };
        if !chosen.contains(&kept) {
            chosen.push(kept);
        }
    }
    Ok((!chosen.is_empty()).then(|| Value::from(chosen)))
}

/// The list in a text: `["Red","Blue"]`, or `Red, Blue` where that is no choice itself and each part is one.
fn list_of(field: &CustomField, text: &str) -> Option<Value> {
    if text.trim_start().starts_with('[')
        && let Ok(list @ Value::Array(_)) = serde_json::from_str(text)
    {
        return Some(list);
    }
    let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let apart = parts.len() > 1
        && !field.details.options.is_empty()
        && known_choice(field, text).is_none()
        && parts.iter().all(|part| known_choice(field, part).is_some());
    apart.then(|| Value::from(parts))
}

/// A choice by its label or key, as its records keep it. A field without choices takes anything: older clients define pick
/// lists without them.
fn choice(field: &CustomField, given: &str) -> Option<String> {
    let details = &field.details;
    match known_choice(field, given) {
        Some(option) if field.model.has_properties() => Some(option.key.clone()),
        Some(option) => Some(option.label.clone()),
        None => (details.custom_option || details.options.is_empty()).then(|| given.to_owned()),
    }
}

/// The choice that a text means: its label, else its key, else its label but for case and blanks around it.
fn known_choice<'f>(field: &'f CustomField, given: &str) -> Option<&'f Choice> {
    let options = &field.details.options;
    let by_label = options.iter().find(|option| option.label == given);
    by_label.or_else(|| options.iter().find(|option| option.key == given)).or_else(|| {
        let folded = fold(given.trim());
        options.iter().find(|option| fold(option.label.trim()) == folded)
    })
}

/// The choices in a fault's sentence.
fn choices_of(field: &CustomField) -> String {
    let shown = |option: &Choice| match field.model.has_properties() {
        true => option.key.clone(),
        false => option.label.clone(),
    };
    field.details.options.iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// `{box: text}`, where a box is named by its id or its label; kept by id.
fn boxes(field: &CustomField, given: &Value) -> Result<Option<Value>, String> {
    let given = match given {
        Value::Object(given) => given.clone(),
        Value::Array(items) => boxes_of(field, items)?,
        _ => return Err("must be an object of texts by option".to_owned()),
    };
    let mut filled = Map::new();
    for (name, value) in given.iter().filter(|(_, value)| !is_blank(value)) {
        let known = &field.details.boxes;
        let found = known.iter().find(|known| known.id == *name || known.label == *name);
        let id = match found {
            Some(known) => known.id.as_str(),
            None if known.is_empty() => name,
            None => return Err(format!("must not have the option {name}")),
        };
        filled.insert(
            id.to_owned(),
            Value::from(text(value).map_err(|_| format!("must have a text for {name}"))?),
        );
    }
    Ok((!filled.is_empty()).then_some(Value::Object(filled)))
}

/// A list of `{id | key | label, value}`, or of texts in the boxes' order.
fn boxes_of(field: &CustomField, items: &[Value]) -> Result<Map<String, Value>, String> {
    let boxes = field.details.boxes.iter().map(|one| one.id.clone());
    let mut given = Map::new();
    for (item, at) in items.iter().zip(boxes.map(Some).chain(std::iter::repeat(None))) {
        let text = |name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
        let (name, value) = match item {
            Value::Object(_) => {
                let value = ["value", "field_value", "fieldValue"].iter().find_map(|name| item.get(*name));
                (text("id").or_else(|| text("key")).or_else(|| text("label")), value)
            }
            other => (at, Some(other)),
        };
        let name = name.ok_or_else(|| "must have an option for each of its texts".to_owned())?;
        given.insert(name, value.cloned().unwrap_or(Value::Null));
    }
    Ok(given)
}

/// What a search compares: one row per text.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The box of a text box list; empty otherwise.
    pub option_id: String,
    /// The beginning of the folded text, for equality.
    pub head: String,
    /// The folded text, for `contains`.
    pub body: String,
    /// The number, or the milliseconds of a date, for ranges.
    pub number: Option<f64>,
}

impl Entry {
    /// As the end of a row, after what the row belongs to: the field, then option, head, body and number.
    #[must_use]
    pub fn into_row(self, field: &str) -> Vec<Bound<'static>> {
        let number = self.number.map_or(Bound::Null, Bound::Real);
        vec![field.to_owned().into(), self.option_id.into(), self.head.into(), self.body.into(), number]
    }
}

/// The words by which a search finds a stored value. A telephone number is found from any of its digits on.
#[must_use]
pub fn words(data_type: DataType, value: &Value) -> Vec<String> {
    let found_by = match data_type {
        DataType::Phone => words::endings,
        _ => words::words,
    };
    entries(data_type, value).iter().flat_map(|entry| found_by(&entry.body)).collect()
}

/// The entries of a stored value.
#[must_use]
pub fn entries(data_type: DataType, value: &Value) -> Vec<Entry> {
    match (data_type, value) {
        (DataType::FileUpload | DataType::Signature, _) => vec![entry("", "")],
        (_, Value::Array(items)) => {
            items.iter().filter_map(Value::as_str).map(|text| entry("", text)).collect()
        }
        (DataType::Monetory, Value::Object(money)) => {
            entries(data_type, money.get("value").unwrap_or(&Value::Null))
        }
        (_, Value::Object(boxes)) => {
            boxes.iter().filter_map(|(id, text)| Some(entry(id, text.as_str()?))).collect()
        }
        (_, Value::Number(number)) => {
            vec![Entry { number: number.as_f64(), ..entry("", &whole(number).to_string()) }]
        }
        #[expect(clippy::cast_precision_loss, reason = "four-digit years in milliseconds fit 53 bits")]
        (DataType::Date, Value::String(text)) => {
            vec![Entry { number: Date::parse(text).map(|date| date.millis() as f64), ..entry("", text) }]
        }
        (_, Value::String(text)) => vec![entry("", text)],
        (_, other) => vec![entry("", &other.to_string())],
    }
}

fn entry(option_id: &str, text: &str) -> Entry {
    let body = fold(text.trim());
    Entry { option_id: option_id.to_owned(), head: body.chars().take(HEAD).collect(), body, number: None }
}

pub use self::files::{
    check_count as check_file_count, check_name as check_file_name, most as most_files, takes as takes_files,
};

#[cfg(test)]
mod tests;

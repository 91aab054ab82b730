//! Reads JSON objects key by key and collects every fault with its place, instead of stopping at the first.
//!
//! A key that nobody asked for is a fault too: a misspelt `next` must not silently end a workflow.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use jiff::civil::Time;
use leadhold_kernel::merge_field;
use serde_json::{Map, Value};

/// The longest text in a definition, in bytes.
const MAX_TEXT: usize = 64 * 1024;

/// Something wrong with a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where in the JSON: `steps[2].attributes.url`.
    pub at: String,
    /// What is wrong and what to do, in one sentence.
    pub message: String,
    /// Work in progress: a draft may be saved with it, but not published.
    pub may_stay_in_draft: bool,
}

/// All faults found so far.
#[derive(Debug, Default)]
pub struct Faults(RefCell<Vec<Fault>>);

impl Faults {
    /// Notes a fault.
    pub fn push(&self, at: impl Into<String>, message: impl Into<String>) {
        self.0.borrow_mut().push(Fault { at: at.into(), message: message.into(), may_stay_in_draft: false });
    }

    /// Notes something that is missing still, which a draft may lack.
    pub fn unfinished(&self, at: impl Into<String>, message: impl Into<String>) {
        self.0.borrow_mut().push(Fault { at: at.into(), message: message.into(), may_stay_in_draft: true });
    }

    /// Whether none was noted.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Whether one was noted that not even a draft may have.
    pub fn any_blocks_a_draft(&self) -> bool {
        self.0.borrow().iter().any(|fault| !fault.may_stay_in_draft)
    }

    /// The faults, in the order in which they were found.
    pub fn into_vec(self) -> Vec<Fault> {
        self.0.into_inner()
    }
}

/// One JSON object of the definition, its place, and the keys asked for so far.
pub struct Fields<'a> {
    at: String,
    map: &'a Map<String, Value>,
    asked: RefCell<Vec<String>>,
    faults: &'a Faults,
}

impl<'a> Fields<'a> {
    /// Reads `value` with `read`, then notes every key that `read` did not ask for. `None` when it is no object.
    pub fn of<T>(
        value: &'a Value,
        at: String,
        faults: &'a Faults,
        read: impl FnOnce(&Self) -> Option<T>,
    ) -> Option<T> {
        let Some(map) = value.as_object() else {
            faults.push(at, format!("must be an object, not {}", kind_of(value)));
            return None;
        };
        let fields = Self { at, map, asked: RefCell::default(), faults };
        let result = read(&fields);
        let asked = fields.asked.borrow();
        for key in map.keys().filter(|key| !asked.contains(key)) {
            let known = asked.join(", ");
            let known = if known.is_empty() {
                "there is no such setting yet".into()
            } else {
                format!("known here: {known}")
            };
            faults.push(fields.place(key), format!("unknown key `{}`; {known}", shown(key)));
        }
        result
    }

    /// The place of a key of this object.
    pub fn place(&self, key: &str) -> String {
        if self.at.is_empty() { shown(key) } else { format!("{}.{}", self.at, shown(key)) }
    }

    /// Notes a fault at a key.
    pub fn fault(&self, key: &str, message: impl Into<String>) {
        self.faults.push(self.place(key), message);
    }

    /// Allows a key whatever is in it.
    pub fn ignore(&self, key: &str) {
        let _ = self.given(key);
    }

    /// The value of a key; absent and null are the same.
    pub fn given(&self, key: &str) -> Option<&'a Value> {
        let mut asked = self.asked.borrow_mut();
        if !asked.iter().any(|asked| asked == key) {
            asked.push(key.to_owned());
        }
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// Whether a key has a value.
    pub fn has(&self, key: &str) -> bool {
        self.given(key).is_some()
    }

    fn required(&self, key: &str, what: &str) -> Option<&'a Value> {
        let value = self.given(key);
        if value.is_none() {
            self.fault(key, format!("`{key}` is missing; it must be {what}"));
        }
        value
    }

    /// A text that must be there and not be empty.
    pub fn text(&self, key: &str) -> Option<String> {
        self.as_text(key, self.required(key, "a text")?, "a text").filter(|text| {
            let empty = text.trim().is_empty();
            if empty {
                self.fault(key, format!("`{key}` is empty"));
            }
            !empty
        })
    }

    /// A text that may be absent.
    pub fn optional_text(&self, key: &str) -> Option<String> {
        self.as_text(key, self.given(key)?, "a text")
    }

    fn as_text(&self, key: &str, value: &Value, what: &str) -> Option<String> {
        match value.as_str() {
            None => self.fault(key, format!("must be {what}, not {}", kind_of(value))),
            Some(text) if text.len() > MAX_TEXT => {
                self.fault(key, format!("is longer than {MAX_TEXT} bytes"))
            }
            Some(text) if text.contains('\0') => self.fault(key, "contains a NUL character"),
            Some(text) => return Some(text.to_owned()),
        }
        None
    }

    /// A text with merge fields that must be there.
    pub fn template(&self, key: &str) -> Option<String> {
        let text = self.text(key)?;
        self.check_template(&self.place(key), text)
    }

    /// A text with merge fields that may be absent.
    pub fn optional_template(&self, key: &str) -> Option<String> {
        if self.has(key) { self.scalar_template(key) } else { None }
    }

    /// A text with merge fields, or a number or boolean standing for its text; required, may be empty.
    pub fn scalar_template(&self, key: &str) -> Option<String> {
        let value = self.required(key, "a text, a number or a boolean")?;
        self.template_of(&self.place(key), value)
    }

    /// A list of texts with merge fields.
    pub fn templates(&self, key: &str, max: usize) -> Vec<String> {
        let Some(value) = self.required(key, "a list of texts") else { return Vec::new() };
        let Some(items) = self.list(key, value, max) else { return Vec::new() };
        if items.is_empty() {
            self.fault(key, format!("`{key}` is empty"));
        }
        let place = |i| format!("{}[{i}]", self.place(key));
        items.iter().enumerate().filter_map(|(i, item)| self.template_of(&place(i), item)).collect()
    }

    /// The same, where one text may stand for a list of one.
    pub fn templates_or_one(&self, key: &str, max: usize) -> Vec<String> {
        match self.map.get(key) {
            Some(Value::String(_)) => self.template(key).into_iter().collect(),
            _ => self.templates(key, max),
        }
    }

    /// An object whose values are texts with merge fields, in the order written. Absent is empty.
    pub fn template_map(&self, key: &str, max: usize) -> Vec<(String, String)> {
        let Some(value) = self.given(key) else { return Vec::new() };
        let Some(map) = value.as_object() else {
            self.fault(key, format!("must be an object of texts, not {}", kind_of(value)));
            return Vec::new();
        };
        if map.len() > max {
            self.fault(key, format!("has {} entries; at most {max} are possible", map.len()));
        }
        let place = |name: &str| format!("{}.{}", self.place(key), shown(name));
        let read = |(name, value): (&String, &Value)| {
            if name.trim().is_empty() || name.len() > 256 || name.contains('\0') {
                self.faults.push(place(name), "a key must be 1 to 256 bytes long, without NUL characters");
            }
            Some((name.clone(), self.template_of(&place(name), value)?))
        };
        map.iter().filter_map(read).collect()
    }

    fn template_of(&self, at: &str, value: &Value) -> Option<String> {
        match value {
            Value::String(text) if text.len() > MAX_TEXT => {
                self.faults.push(at, format!("is longer than {MAX_TEXT} bytes"));
            }
            Value::String(text) if text.contains('\0') => self.faults.push(at, "contains a NUL character"),
            Value::String(text) => return self.check_template(at, text.clone()),
            Value::Number(_) | Value::Bool(_) => return Some(value.to_string()),
            other => {
                let message = format!("must be a text, a number or a boolean, not {}", kind_of(other));
                self.faults.push(at, message);
            }
        }
        None
    }

    fn check_template(&self, at: &str, text: String) -> Option<String> {
        let bad = merge_field::malformed(&text);
        for field in &bad {
            let message = format!(
                "`{field}` is no merge field; write {{{{object.field}}}} without spaces inside the name"
            );
            self.faults.push(at, message);
        }
        bad.is_empty().then_some(text)
    }

    /// One of a fixed set of names.
    pub fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.fault(key, format!("`{}` is not one of {}", shown(&text), names.join(", ")));
        }
        found
    }

    /// One of a fixed set of names for each element of a list.
    pub fn choices<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Vec<T> {
        let Some(value) = self.given(key) else { return Vec::new() };
        let Some(items) = self.list(key, value, choices.len()) else { return Vec::new() };
        let mut found = Vec::new();
        for (i, item) in items.iter().enumerate() {
            match choices.iter().find(|(name, _)| item.as_str() == Some(*name)) {
                Some((_, choice)) => found.push(*choice),
                None => {
                    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
                    self.faults.push(
                        format!("{}[{i}]", self.place(key)),
                        format!("is not one of {}", names.join(", ")),
                    );
                }
            }
        }
        found
    }

    /// A time of day that must be there, `08:00`.
    pub fn time(&self, key: &str) -> Option<Time> {
        let read = Time::strptime("%H:%M", self.text(key)?.trim()).ok();
        if read.is_none() {
            self.fault(key, "must be a time of day such as 08:00");
        }
        read
    }

    /// A boolean that may be absent.
    pub fn flag(&self, key: &str) -> Option<bool> {
        let value = self.given(key)?;
        if !value.is_boolean() {
            self.fault(key, format!("must be true or false, not {}", kind_of(value)));
        }
        value.as_bool()
    }

    /// A whole number in a range that may be absent.
    pub fn whole(&self, key: &str, range: RangeInclusive<u32>) -> Option<u32> {
        let value = self.given(key)?;
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        let fits = number.filter(|number| range.contains(number));
        if fits.is_none() {
            self.fault(key, format!("must be a whole number from {} to {}", range.start(), range.end()));
        }
        fits
    }

    /// An object that may be absent.
    pub fn optional_object<T>(&self, key: &str, read: impl FnOnce(&Fields<'a>) -> Option<T>) -> Option<T> {
        let value = self.given(key)?;
        Fields::of(value, self.place(key), self.faults, read)
    }

    /// An object that must be there.
    pub fn object<T>(&self, key: &str, read: impl FnOnce(&Fields<'a>) -> Option<T>) -> Option<T> {
        let value = self.required(key, "an object")?;
        Fields::of(value, self.place(key), self.faults, read)
    }

    /// An object that is empty where it is absent.
    pub fn object_or_empty<T>(&self, key: &str, read: impl FnOnce(&Fields<'_>) -> Option<T>) -> Option<T> {
        match self.given(key) {
            Some(value) => Fields::of(value, self.place(key), self.faults, read),
            None => Fields::of(&Value::Object(Map::new()), self.place(key), self.faults, read),
        }
    }

    /// A list of objects; an absent list is empty.
    pub fn objects<T>(&self, key: &str, max: usize, read: impl Fn(&Fields<'a>) -> Option<T>) -> Vec<T> {
        let Some(value) = self.given(key) else { return Vec::new() };
        let Some(items) = self.list(key, value, max) else { return Vec::new() };
        let read_one = |(i, item)| Fields::of(item, format!("{}[{i}]", self.place(key)), self.faults, &read);
        items.iter().enumerate().filter_map(read_one).collect()
    }

    /// A list of at least one object.
    pub fn some_objects<T>(&self, key: &str, max: usize, read: impl Fn(&Fields<'a>) -> Option<T>) -> Vec<T> {
        let value = self.required(key, "a list of objects");
        if value.and_then(Value::as_array).is_some_and(Vec::is_empty) {
            self.fault(key, format!("`{key}` is empty; at least one is needed"));
        }
        self.objects(key, max, read)
    }

    fn list(&self, key: &str, value: &'a Value, max: usize) -> Option<&'a [Value]> {
        match value.as_array() {
            None => self.fault(key, format!("must be a list, not {}", kind_of(value))),
            Some(items) if items.len() > max => {
                self.fault(key, format!("has {} elements; at most {max} are possible", items.len()));
            }
            Some(items) => return Some(items),
        }
        None
    }
}

/// Enough of a foreign name to recognise it.
fn shown(name: &str) -> String {
    name.chars().take(60).collect()
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

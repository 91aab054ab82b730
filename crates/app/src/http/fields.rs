//! Reads the fields of a JSON body or of a query string, and finds every fault at once.
//!
//! Clients show the sentences to people and match on some of them, so they are the real service's own (those of the
//! class-validator library): `email must be an email`, `property foo should not exist`. A slice's `wire.rs` asks for each
//! field that it declares, in the order of the faults, and calls [`Fields::finish`]; what it did not ask for is a fault.
//!
//! A reader never stops at a fault: it notes it and answers an empty value, and `finish` refuses the request.

use std::borrow::Cow;
use std::fmt::Display;

use leadhold_kernel::email::Email;
use leadhold_kernel::{Error, Patch, Scope, ScopeSet, Timestamp};
use serde_json::{Map, Value};

use super::query::Query;

/// The fields of one object, and what was wrong with those asked for so far.
#[derive(Debug)]
pub struct Fields<'a> {
    given: Cow<'a, Map<String, Value>>,
    /// Where the object stands in the request: empty, or `customFields.0.`
    path: String,
    /// Values of a query string are text whatever they mean.
    textual: bool,
    /// Whether fields that nobody declared are let pass.
    open: bool,
    declared: Vec<&'static str>,
    faults: Vec<String>,
}

impl<'a> Fields<'a> {
    /// The fields of a request body.
    #[must_use]
    pub fn of_body(body: &'a Map<String, Value>) -> Self {
        Self::new(Cow::Borrowed(body), false)
    }

    /// The fields of a query string. A repeated name is one field with several values.
    #[must_use]
    pub fn of_query(query: &Query) -> Self {
        let mut map = Map::new();
        for (name, value) in query.iter() {
            let value = Value::from(value);
            match map.get_mut(name) {
                Some(Value::Array(values)) => values.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
                None => drop(map.insert(name.to_owned(), value)),
            }
        }
        Self::new(Cow::Owned(map), true)
    }

    /// The fields of a list's or search's query string, where a blank value says nothing: the links by which the real
    /// service's lists go on have `status=&pipeline_id=` in them.
    #[must_use]
    pub fn of_list(query: &Query) -> Self {
        let mut fields = Self::of_query(query);
        fields.given.to_mut().retain(|_, value| value.as_str() != Some(""));
        fields
    }

    /// The texts of a form with files.
    #[must_use]
    pub fn of_texts(texts: &'a Map<String, Value>) -> Self {
        Self::new(Cow::Borrowed(texts), true)
    }

    fn new(given: Cow<'a, Map<String, Value>>, textual: bool) -> Self {
        Self { given, path: String::new(), textual, open: false, declared: Vec::new(), faults: Vec::new() }
    }

    /// Declares a field and answers its value as it is; JSON `null` counts as present.
    pub fn value(&mut self, name: &'static str) -> Option<&Value> {
        self.declare(name);
        self.given.get(name)
    }

    /// All fields as they are, declared or not.
    #[must_use]
    pub fn all(&self) -> &Map<String, Value> {
        &self.given
    }

    /// Declares a field that is accepted and has no effect.
    pub fn declare(&mut self, name: &'static str) {
        self.declared.push(name);
    }

    /// Notes a fault of a field: `fault("limit", "must be positive")`.
    pub fn fault(&mut self, name: &str, rule: impl AsRef<str>) {
        self.faults.push(format!("{}{name} {}", self.path, rule.as_ref()));
    }

    /// Notes that a list has more than `most` elements.
    pub fn too_many(&mut self, name: &str, most: impl Display) {
        self.fault(name, format!("must contain no more than {most} elements"));
    }

    /// Notes a fault of an element of a list: `each value in tags must be a string`.
    pub fn fault_of_each(&mut self, name: &str, rule: &str) {
        self.faults.push(format!("each value in {}{name} {rule}", self.path));
    }

    /// Lets undeclared fields of this object pass: clients send some objects back as they read them.
    pub fn ignore_undeclared(&mut self) {
        self.open = true;
    }

    /// Where a field stands in the request: `customFields.0.id`.
    #[must_use]
    pub fn place(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }

    /// Whether nothing was wrong so far.
    pub fn sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// Refuses the request when anything was wrong: first what was not declared, then the faults as they were found.
    pub fn finish(self) -> Result<(), Error> {
        let faults = self.into_faults();
        if faults.is_empty() { Ok(()) } else { Err(Error::Validation(faults)) }
    }

    fn into_faults(self) -> Vec<String> {
        let unknown = self.given.keys().filter(|key| !self.open && !self.declared.contains(&key.as_str()));
        let mut all: Vec<String> =
            unknown.take(20).map(|key| format!("{}property {key} should not exist", self.path)).collect();
        all.extend(self.faults);
        all
    }
}

/// Readers of one kind of value each.
impl Fields<'_> {
    /// A string, `null` or nothing.
    pub fn text(&mut self, name: &'static str) -> Patch<String> {
        match self.value(name) {
            None => Patch::Absent,
            Some(Value::Null) => Patch::Null,
            Some(Value::String(text)) => Patch::Value(text.clone()),
            Some(_) => self.refuse(name, "must be a string"),
        }
    }

    /// A string that has to be there and not be blank; blank when it is faulty.
    pub fn required_text(&mut self, name: &'static str) -> String {
        match self.value(name) {
            Some(Value::String(text)) if !text.trim().is_empty() => return text.clone(),
            Some(Value::String(_)) => {}
            _ => self.fault(name, "must be a string"),
        }
        self.fault(name, "should not be empty");
        String::new()
    }

    /// As [`Fields::text`], of at most `longest` characters.
    pub fn text_within(&mut self, name: &'static str, longest: usize) -> Patch<String> {
        match self.text(name) {
            Patch::Value(text) if is_longer(&text, longest) => self.refuse(name, &longer_than(longest)),
            other => other,
        }
    }

    /// As [`Fields::required_text`], of at most `longest` characters.
    pub fn required_text_within(&mut self, name: &'static str, longest: usize) -> String {
        let text = self.required_text(name);
        if is_longer(&text, longest) {
            self.fault(name, longer_than(longest));
        }
        text
    }

    /// A text that may be left out, or null, but not blank; of at most `longest` characters.
    pub fn given_text_within(&mut self, name: &'static str, longest: usize) -> Option<String> {
        match self.value(name) {
            None | Some(Value::Null) => None,
            Some(_) => Some(self.required_text_within(name, longest)),
        }
    }

    /// As [`Fields::texts`], each of at most `longest` characters.
    pub fn texts_within(&mut self, name: &'static str, longest: usize) -> Option<Vec<String>> {
        let texts = self.texts(name)?;
        if texts.iter().any(|text| is_longer(text, longest)) {
            self.fault_of_each(name, &longer_than(longest));
        }
        Some(texts)
    }

    /// Reads texts into a merge-patch ([`leadhold_kernel::patch::merged`]): what is not mentioned is not in it.
    pub fn texts_into(&mut self, changes: &mut Map<String, Value>, names: &[(&'static str, usize)]) {
        for (name, longest) in names {
            match self.text_within(name, *longest) {
                Patch::Absent => {}
                Patch::Null => drop(changes.insert((*name).to_owned(), Value::Null)),
                Patch::Value(text) => drop(changes.insert((*name).to_owned(), Value::from(text))),
            }
        }
    }

    /// An e-mail address; a blank one is none (`null`).
    pub fn email(&mut self, name: &'static str) -> Patch<Email> {
        match self.value(name) {
            None => Patch::Absent,
            Some(Value::Null) => Patch::Null,
            Some(Value::String(text)) if text.trim().is_empty() => Patch::Null,
            Some(Value::String(text)) => match Email::parse(text) {
                Some(email) => Patch::Value(email),
                None => self.refuse(name, "must be an email"),
            },
            Some(_) => self.refuse(name, "must be an email"),
        }
    }

    /// An e-mail address that has to be there; blank when it is faulty.
    pub fn required_email(&mut self, name: &'static str) -> String {
        let faults = self.faults.len();
        match self.email(name) {
            Patch::Value(email) => return email.into_string(),
            _ if self.faults.len() == faults => self.fault(name, "must be an email"),
            _ => {}
        }
        String::new()
    }

    /// One of a closed set of words.
    pub fn one_of(&mut self, name: &'static str, words: &[&'static str]) -> Option<&'static str> {
        let found = match self.value(name) {
            None | Some(Value::Null) => return None,
            Some(Value::String(text)) => words.iter().find(|word| *word == text).copied(),
            Some(_) => None,
        };
        if found.is_none() {
            self.fault(name, format!("must be one of the following values: {}", words.join(", ")));
        }
        found
    }

    /// `true` or `false`; in a query string the words for them. `null` counts as nothing.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        let textual = self.textual;
        let read = match self.value(name) {
            None | Some(Value::Null) => return None,
            Some(Value::Bool(flag)) => Some(*flag),
            Some(Value::String(word)) if textual => word.parse().ok(),
            Some(_) => None,
        };
        if read.is_none() {
            self.fault(name, "must be a boolean value");
        }
        read
    }

    /// A whole number within bounds.
    pub fn integer(&mut self, name: &'static str, least: i64, most: i64) -> Option<i64> {
        let textual = self.textual;
        let number = match self.value(name) {
            None | Some(Value::Null) => return None,
            Some(Value::Number(number)) => number.as_i64().or_else(|| whole(number.as_f64()?)),
            Some(Value::String(text)) if textual => {
                text.trim().parse().ok().or_else(|| whole(text.trim().parse().ok()?))
            }
            Some(_) => None,
        };
        self.bounded(name, number, least, most)
    }

    /// As [`Fields::integer`], of a number that has to be there; 0 when it is refused.
    pub fn required_integer(&mut self, name: &'static str, least: i64, most: i64) -> i64 {
        if self.value(name).is_none_or(Value::is_null) {
            self.fault(name, "must be a number conforming to the specified constraints");
        }
        self.integer(name, least, most).unwrap_or_default()
    }

    /// A number within bounds, with decimals or without.
    pub fn number(&mut self, name: &'static str, least: f64, most: f64) -> Option<f64> {
        let textual = self.textual;
        let number = match self.value(name) {
            None | Some(Value::Null) => return None,
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) if textual => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
            Some(_) => None,
        };
        self.bounded(name, number, least, most)
    }

    fn bounded<N: PartialOrd + Display>(
        &mut self,
        name: &'static str,
        number: Option<N>,
        least: N,
        most: N,
    ) -> Option<N> {
        match number {
            None => self.fault(name, "must be a number conforming to the specified constraints"),
            Some(number) if number < least => self.fault(name, format!("must not be less than {least}")),
            Some(number) if number > most => self.fault(name, format!("must not be greater than {most}")),
            Some(number) => return Some(number),
        }
        None
    }

    /// A moment in ISO 8601 ([`Timestamp::parse_iso`]).
    pub fn moment(&mut self, name: &'static str) -> Patch<Timestamp> {
        match self.text(name) {
            Patch::Value(text) => match Timestamp::parse_iso(&text) {
                Some(moment) => Patch::Value(moment),
                None => self.refuse(name, "must be a valid ISO 8601 date string"),
            },
            Patch::Null => Patch::Null,
            Patch::Absent => Patch::Absent,
        }
    }

    /// A list of strings. In a query string one value stands for a list of one, and commas separate.
    pub fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        let textual = self.textual;
        let values = match self.value(name) {
            None | Some(Value::Null) => return None,
            Some(Value::Array(values)) => values.clone(),
            Some(Value::String(text)) if textual => text.split(',').map(Value::from).collect(),
            Some(_) => {
                self.fault(name, "must be an array");
                return None;
            }
        };
        let texts: Option<Vec<String>> =
            values.iter().map(|value| value.as_str().map(str::to_owned)).collect();
        if texts.is_none() {
            self.fault_of_each(name, "must be a string");
        }
        texts
    }

    /// A list of scopes, or one text with spaces between them, as OAuth writes it.
    pub fn scopes(&mut self, name: &'static str) -> Option<ScopeSet> {
        let names: Vec<String> = match self.value(name) {
            Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
            _ => self.texts(name)?,
        };
        let (known, unknown): (Vec<_>, Vec<_>) =
            names.iter().map(|name| Scope::parse(name).ok_or(name)).partition(Result::is_ok);
        for other in unknown.into_iter().filter_map(Result::err).take(20) {
            let shown: String = other.chars().take(100).collect();
            self.fault(name, format!("must not contain {shown}, which is no scope"));
        }
        Some(known.into_iter().flatten().collect())
    }

    /// An object, read by `read` field by field; its faults count as this object's.
    pub fn object<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Fields<'_>) -> T) -> Patch<T> {
        match self.value(name).cloned() {
            None => Patch::Absent,
            Some(Value::Null) => Patch::Null,
            Some(Value::Object(map)) => Patch::Value(self.within(format!("{name}."), map, read)),
            Some(_) => self.refuse(name, "must be an object"),
        }
    }

    /// A list of objects, each read by `read`; their faults name the position (`customFields.0.id must be a string`).
    pub fn objects<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Fields<'_>) -> T,
    ) -> Option<Vec<T>> {
        let values = match self.value(name) {
            None | Some(Value::Null) => return None,
            Some(Value::Array(values)) => values.clone(),
            Some(_) => {
                self.fault(name, "must be an array");
                return None;
            }
        };
        let mut all = Vec::with_capacity(values.len());
        for (at, value) in values.into_iter().enumerate() {
            match value {
                Value::Object(map) => all.push(self.within(format!("{name}.{at}."), map, &mut read)),
                _ => {
                    let path = &self.path;
                    let fault =
                        format!("each value in nested property {path}{name} must be either object or array");
                    self.faults.push(fault);
                    return None;
                }
            }
        }
        Some(all)
    }

    fn within<T>(
        &mut self,
        step: String,
        map: Map<String, Value>,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> T {
        let mut inner = Fields::new(Cow::Owned(map), self.textual);
        inner.path = format!("{}{step}", self.path);
        let value = read(&mut inner);
        self.faults.extend(inner.into_faults());
        value
    }

    fn refuse<T>(&mut self, name: &str, rule: &str) -> Patch<T> {
        self.fault(name, rule);
        Patch::Absent
    }
}

fn is_longer(text: &str, longest: usize) -> bool {
    text.len() > longest && text.chars().count() > longest
}

fn longer_than(longest: usize) -> String {
    format!("must be shorter than or equal to {longest} characters")
}

/// `20.0` is twenty; `20.5` and numbers beyond what a double counts exactly are nothing.
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole and within ±2⁵³")]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(body: &Value) -> &Map<String, Value> {
        body.as_object().unwrap()
    }

    fn faults(fields: Fields<'_>) -> Vec<String> {
        match fields.finish() {
            Err(Error::Validation(faults)) => faults,
            other => panic!("expected faults, got {other:?}"),
        }
    }

    #[test]
    fn every_fault_is_found_and_named_as_clients_know_it() {
        let body = json!({
            "foo": 1, "companyId": 7, "name": " ", "email": "nobody", "dnd": "yes", "tags": "a", "labels": ["a", 1],
            "limit": 101, "page": 0, "size": 1.5, "model": "lead", "city": false,
            "state": "äöü", "labels2": ["äö", "abc"],
        });
        let mut fields = Fields::of_body(object(&body));
        assert_eq!(fields.required_text("companyId"), "");
        assert_eq!(fields.required_text("name"), "");
        assert_eq!(fields.email("email"), Patch::Absent);
        assert_eq!(fields.flag("dnd"), None);
        assert_eq!(fields.texts("tags"), None);
        assert_eq!(fields.texts("labels"), None);
        assert_eq!(fields.integer("limit", 1, 100), None);
        assert_eq!(fields.integer("page", 1, 100), None);
        assert_eq!(fields.integer("size", 1, 100), None);
        assert_eq!(fields.one_of("model", &["contact", "opportunity"]), None);
        assert_eq!(fields.text("city"), Patch::Absent);
        assert_eq!(fields.text_within("state", 2), Patch::Absent);
        assert_eq!(fields.texts_within("labels2", 2).map(|labels| labels.len()), Some(2));
        assert!(!fields.sound());
        insta::assert_snapshot!(faults(fields).join("\n"), @"
        property foo should not exist
        companyId must be a string
        companyId should not be empty
        name should not be empty
        email must be an email
        dnd must be a boolean value
        tags must be an array
        each value in labels must be a string
        limit must not be greater than 100
        page must not be less than 1
        size must be a number conforming to the specified constraints
        model must be one of the following values: contact, opportunity
        city must be a string
        state must be shorter than or equal to 2 characters
        each value in labels2 must be shorter than or equal to 2 characters
        ");
    }

    #[test]
    fn faults_of_inner_objects_name_their_place() {
        let body = json!({
            "dnd": {"Call": {"status": "on", "extra": 1}},
            "rows": [{"id": "a"}, {"id": 1}, {}],
            "flat": [1],
            "none": "text",
        });
        let mut fields = Fields::of_body(object(&body));
        fields.object("dnd", |dnd| {
            dnd.object("Call", |call| call.one_of("status", &["active", "inactive"]));
        });
        let rows = fields.objects("rows", |row| row.required_text("id"));
        assert_eq!(rows, Some(vec!["a".to_owned(), String::new(), String::new()]));
        assert_eq!(fields.objects("flat", |_| ()), None);
        assert_eq!(fields.object("none", |_| ()), Patch::Absent);
        insta::assert_snapshot!(faults(fields).join("\n"), @"
        dnd.Call.property extra should not exist
        dnd.Call.status must be one of the following values: active, inactive
        rows.1.id must be a string
        rows.1.id should not be empty
        rows.2.id must be a string
        rows.2.id should not be empty
        each value in nested property flat must be either object or array
        none must be an object
        ");
    }

    #[test]
    fn absent_null_and_value_stay_apart() {
        let body = json!({"a": null, "b": "x", "d": null, "e": " "});
        let mut fields = Fields::of_body(object(&body));
        assert_eq!(fields.text("a"), Patch::Null);
        assert_eq!(fields.text("b"), Patch::Value("x".to_owned()));
        assert_eq!(fields.text("c"), Patch::Absent);
        assert_eq!(fields.flag("d"), None);
        assert_eq!(fields.email("e"), Patch::Null);
        fields.finish().expect("no fault");
    }

    #[test]
    fn a_query_is_read_by_meaning() {
        let query = Query::parse(
            b"limit=20&start=20.0&active=true&ids[]=a&ids[]=b&tags=x,y&names=n&names=m&list[0]=one&odd]=1",
        );
        let mut fields = Fields::of_query(&query);
        assert_eq!(fields.integer("limit", 1, 100), Some(20));
        assert_eq!(fields.integer("start", 1, 100), Some(20));
        assert_eq!(fields.flag("active"), Some(true));
        assert_eq!(fields.texts("ids"), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(fields.texts("tags"), Some(vec!["x".to_owned(), "y".to_owned()]));
        assert_eq!(fields.texts("names"), Some(vec!["n".to_owned(), "m".to_owned()]));
        assert_eq!(fields.texts("list"), Some(vec!["one".to_owned()]));
        assert_eq!(faults(fields), ["property odd] should not exist"]);
    }

    #[test]
    fn a_query_has_faults_too() {
        let query = Query::parse(b"limit=many&active=1&name=a&name=b");
        let mut fields = Fields::of_query(&query);
        assert_eq!(fields.integer("limit", 1, 100), None);
        assert_eq!(fields.flag("active"), None);
        assert_eq!(fields.text("name"), Patch::Absent);
        assert_eq!(
            faults(fields),
            [
                "limit must be a number conforming to the specified constraints",
                "active must be a boolean value",
                "name must be a string"
            ]
        );
    }

    #[test]
    fn numbers_have_decimals_and_bounds() {
        let body = json!({"a": 0.5, "b": 2, "c": -1, "d": 7.5, "e": "1"});
        let mut fields = Fields::of_body(object(&body));
        assert_eq!((fields.number("a", 0.0, 5.0), fields.number("b", 0.0, 5.0)), (Some(0.5), Some(2.0)));
        assert_eq!((fields.number("c", 0.0, 5.0), fields.number("d", 0.0, 5.0)), (None, None));
        assert_eq!((fields.number("e", 0.0, 5.0), fields.number("f", 0.0, 5.0)), (None, None));
        assert_eq!(
            faults(fields),
            [
                "c must not be less than 0",
                "d must not be greater than 5",
                "e must be a number conforming to the specified constraints"
            ]
        );
        let query = Query::parse(b"a=0.5&b=inf");
        let mut fields = Fields::of_query(&query);
        assert_eq!((fields.number("a", 0.0, 5.0), fields.number("b", 0.0, 5.0)), (Some(0.5), None));
    }

    #[test]
    fn a_body_does_not_pass_text_off_as_a_number() {
        let body = json!({"limit": "20", "active": "true"});
        let mut fields = Fields::of_body(object(&body));
        assert_eq!(fields.integer("limit", 1, 100), None);
        assert_eq!(fields.flag("active"), None);
        assert_eq!(faults(fields).len(), 2);
    }
}

//! What expressions work on: JSON that is there already, and what they make.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::{Map, Number, Value};

/// A value. Copies are cheap: what is large is shared.
#[derive(Clone, Debug)]
pub enum Datum<'a> {
    /// An object or a list of what the run knows; never anything else.
    Known(&'a Value),
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// An exact number.
    Number(Decimal),
    /// A text.
    Text(Arc<str>),
    /// A list that the expression made.
    List(Arc<Vec<Datum<'a>>>),
    /// A map that the expression made.
    Map(Arc<BTreeMap<String, Datum<'a>>>),
}

impl<'a> Datum<'a> {
    /// A value of the run's; a number of more than 28 digits is a text.
    #[must_use]
    pub fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::String(text) => Self::text(text),
            Value::Number(number) => match decimal(&number.to_string()) {
                Some(number) => Self::Number(number),
                None => Self::text(&number.to_string()),
            },
            Value::Array(_) | Value::Object(_) => Self::Known(value),
        }
    }

    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(Arc::from(text))
    }

    /// A list.
    #[must_use]
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Arc::new(items))
    }

    /// What kind of value it is.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::Text(_) => "text",
            Self::List(_) | Self::Known(Value::Array(_)) => "list",
            Self::Map(_) | Self::Known(_) => "map",
        }
    }

    /// The value at a key of a map; null where there is none. `None`: it is no map.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<Self> {
        match self {
            Self::Known(Value::Object(map)) => Some(map.get(key).map_or(Self::Null, Self::of)),
            Self::Map(map) => Some(map.get(key).cloned().unwrap_or(Self::Null)),
            _ => None,
        }
    }

    /// The elements of a list.
    #[must_use]
    pub fn items(&self) -> Option<Vec<Self>> {
        match self {
            Self::Known(Value::Array(items)) => Some(items.iter().map(Self::of).collect()),
            Self::List(items) => Some(items.to_vec()),
            _ => None,
        }
    }

    /// The keys of a map.
    #[must_use]
    pub fn keys(&self) -> Option<Vec<String>> {
        match self {
            Self::Known(Value::Object(map)) => Some(map.keys().cloned().collect()),
            Self::Map(map) => Some(map.keys().cloned().collect()),
            _ => None,
        }
    }

    /// How many elements, entries or characters it has.
    #[must_use]
    pub fn size(&self) -> Option<usize> {
        match self {
            Self::Known(Value::Array(items)) => Some(items.len()),
            Self::Known(Value::Object(map)) => Some(map.len()),
            Self::List(items) => Some(items.len()),
            Self::Map(map) => Some(map.len()),
            Self::Text(text) => Some(text.chars().count()),
            _ => None,
        }
    }

    /// As JSON. A number that JSON's would not keep exactly is a text.
    #[must_use]
    pub fn json(&self) -> Value {
        match self {
            Self::Known(value) => (*value).clone(),
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(*flag),
            Self::Number(number) => number_json(*number),
            Self::Text(text) => Value::String(text.to_string()),
            Self::List(items) => Value::Array(items.iter().map(Self::json).collect()),
            Self::Map(map) => Value::Object(
                map.iter().map(|(key, value)| (key.clone(), value.json())).collect::<Map<_, _>>(),
            ),
        }
    }

    /// As a text; lists and maps as JSON.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Bool(flag) => flag.to_string(),
            Self::Number(number) => number.normalize().to_string(),
            Self::Text(text) => text.to_string(),
            other => other.json().to_string(),
        }
    }

    /// About how many bytes of JSON it has, without making them; stops counting at `most`.
    #[must_use]
    pub fn weight(&self, most: usize) -> usize {
        fn known(value: &Value, most: usize) -> usize {
            match value {
                Value::String(text) => text.len() + 2,
                Value::Array(items) => total(items.iter().map(|item| (0, item)), most),
                Value::Object(map) => total(map.iter().map(|(key, value)| (key.len() + 4, value)), most),
                _ => 8,
            }
        }
        fn total<'v>(parts: impl Iterator<Item = (usize, &'v Value)>, most: usize) -> usize {
            let mut sum: usize = 2;
            for (extra, part) in parts {
                sum = sum.saturating_add(extra + 1 + known(part, most.saturating_sub(sum)));
                if sum > most {
                    break;
                }
            }
            sum
        }
        match self {
            Self::Known(value) => known(value, most),
            Self::Text(text) => text.len() + 2,
            Self::List(items) => {
                let mut sum: usize = 2;
                for item in items.iter() {
                    if sum > most {
                        break;
                    }
                    sum = sum.saturating_add(1 + item.weight(most - sum));
                }
                sum
            }
            Self::Map(map) => {
                let mut sum: usize = 2;
                for (key, value) in map.iter() {
                    if sum > most {
                        break;
                    }
                    sum = sum.saturating_add(key.len() + 5 + value.weight(most - sum));
                }
                sum
            }
            _ => 8,
        }
    }

    /// Whether two values are the same; lists and maps element by element.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Null, Self::Null) => true,
            _ if self.kind() != other.kind() => false,
            _ => match (self.items(), other.items()) {
                (Some(a), Some(b)) => a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.same(b)),
                _ => {
                    let (mut a, mut b) = (self.keys().unwrap_or_default(), other.keys().unwrap_or_default());
                    a.sort();
                    b.sort();
                    let pair = |key: &String| Some(self.field(key)?.same(&other.field(key)?));
                    a == b && a.iter().all(|key| pair(key).unwrap_or(false))
                }
            },
        }
    }
}

/// The number that a text says, exactly.
#[must_use]
pub fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    if text.is_empty() || text.len() > 64 {
        return None;
    }
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

fn number_json(number: Decimal) -> Value {
    let text = number.normalize().to_string();
    if let Ok(whole) = text.parse::<i64>() {
        return Value::Number(whole.into());
    }
    let float = text.parse::<f64>().ok().and_then(Number::from_f64);
    match float.filter(|float| decimal(&float.to_string()) == Some(number)) {
        Some(float) => Value::Number(float),
        None => Value::String(text),
    }
}

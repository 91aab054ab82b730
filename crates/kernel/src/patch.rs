//! What a client may say about a field of an update: nothing, null, or a value. The three are not the same.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// A field of a merge-patch (RFC 7396).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Not mentioned: stays as it is.
    #[default]
    Absent,
    /// `null`: is cleared.
    Null,
    /// Takes this value.
    Value(T),
}

impl<T> Patch<T> {
    /// The field after the patch, given what it was.
    pub fn apply(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Absent => before,
            Self::Null => None,
            Self::Value(v) => Some(v),
        }
    }

    /// Whether the client mentioned the field.
    #[must_use]
    pub fn is_present(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// The value, where there is one: for creating, where absent and null are the same.
    pub fn into_option(self) -> Option<T> {
        self.apply(None)
    }

    /// The same patch of another type.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Null => Patch::Null,
            Self::Value(v) => Patch::Value(f(v)),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

/// `before` with the fields that `changes` names by their JSON names: `null` clears one, an object is merged into what is
/// there, anything else replaces it (RFC 7396).
///
/// # Errors
/// When the outcome is no `T`: whoever read `changes` let something pass that does not fit.
pub fn merged<T>(before: &T, changes: &Map<String, Value>) -> Result<T, serde_json::Error>
where
    T: Serialize + DeserializeOwned,
{
    let mut value = serde_json::to_value(before)?;
    if let Value::Object(fields) = &mut value {
        merge(fields, changes);
    }
    serde_json::from_value(value)
}

fn merge(fields: &mut Map<String, Value>, changes: &Map<String, Value>) {
    for (name, change) in changes {
        match (change, fields.get_mut(name)) {
            (Value::Null, _) => drop(fields.remove(name)),
            (Value::Object(inner), Some(Value::Object(there))) => merge(there, inner),
            _ => drop(fields.insert(name.clone(), change.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_merge_goes_into_objects_and_clears_what_is_null() {
        let before = json!({"a": 1, "b": {"c": 2, "d": 3}, "e": [1, 2]});
        let changes = json!({"b": {"c": null, "x": 4}, "e": [3], "f": null});
        let after = merged(&before, changes.as_object().unwrap()).unwrap();
        assert_eq!(after, json!({"a": 1, "b": {"d": 3, "x": 4}, "e": [3]}));
    }

    #[test]
    fn absent_null_and_value_are_three_things() {
        assert_eq!(Patch::Absent.apply(Some(1)), Some(1));
        assert_eq!(Patch::Null.apply(Some(1)), None);
        assert_eq!(Patch::Value(2).apply(Some(1)), Some(2));
    }
}

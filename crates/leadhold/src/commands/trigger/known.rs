//! What a recipe's texts may name, and how they are filled in.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::fault::Fault;

/// Names and what they stand for by now.
#[derive(Clone, Debug, Default)]
pub struct Known(BTreeMap<String, Value>);

impl Known {
    pub fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// `value` with every `{{name}}` filled in. A text that is nothing but one becomes what it stands for.
    pub fn fill(&self, value: &Value) -> Result<Value, Fault> {
        Ok(match value {
            Value::String(text) => match text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) {
                Some(name) if !name.contains('{') => self.known(name)?.clone(),
                _ => Value::String(self.fill_text(text)?),
            },
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect::<Result<_, _>>()?,
            Value::Object(fields) => {
                let filled = fields.iter().map(|(name, value)| Ok((name.clone(), self.fill(value)?)));
                Value::Object(filled.collect::<Result<Map<_, _>, Fault>>()?)
            }
            other => other.clone(),
        })
    }

    /// `text` with every `{{name}}` filled in.
    pub fn fill_text(&self, text: &str) -> Result<String, Fault> {
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, behind)) = rest.split_once("{{") {
            let Some((name, after)) = behind.split_once("}}") else { break };
            out.push_str(before);
            match self.known(name)? {
                Value::String(text) => out.push_str(text),
                other => out.push_str(&other.to_string()),
            }
            rest = after;
        }
        Ok(out + rest)
    }

    fn known(&self, name: &str) -> Result<&Value, Fault> {
        let unknown = || Fault::failed(format!("the recipe needs `{name}`; give it with --use {name}=…"));
        self.0.get(name).ok_or_else(unknown)
    }
}

/// Sets the field at `path` (`address.city`) of a body.
pub fn set(body: &mut Value, path: &str, value: Value) -> Result<(), Fault> {
    let mut place = body;
    for name in path.split('.') {
        let Value::Object(fields) = place else {
            return Err(Fault::usage(format!("--set {path}: what is above `{name}` has no fields")));
        };
        place = fields.entry(name).or_insert_with(|| Value::Object(Map::new()));
    }
    *place = value;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_filled_and_values_keep_their_kind() {
        let mut known = Known::default();
        known.put("contact.id", "abc");
        known.put("n", 5);
        let body = json!({"a": ["{{contact.id}}", "x {{contact.id}} y {{n}}"], "n": "{{n}}", "b": "{{ {"});
        assert_eq!(known.fill(&body), Ok(json!({"a": ["abc", "x abc y 5"], "n": 5, "b": "{{ {"})));
        assert!(known.fill(&json!("{{later}}")).is_err());
        assert!(known.fill_text("/contacts/{{later}}").is_err());
    }

    #[test]
    fn fields_are_set_however_deep() {
        let mut body = json!({"a": {"b": 1}, "c": 2});
        set(&mut body, "a.b", json!(3)).unwrap();
        set(&mut body, "d.e", json!("x")).unwrap();
        assert_eq!(body, json!({"a": {"b": 3}, "c": 2, "d": {"e": "x"}}));
        assert!(set(&mut body, "c.x", json!(1)).is_err());
    }
}

//! Form bodies and queries as JSON objects, as PHP and its friends write nested data: a repeated name and `name[]` make a
//! list, `a[b]=1` an object in an object.

use leadhold_kernel::Error;
use serde_json::{Map, Value};

/// How deep `a[b][c]…` nests at most; what is deeper is a plain name.
const DEEPEST: usize = 8;

/// Names and values as one object.
///
/// # Errors
/// 400 when there is a NUL character anywhere.
pub fn object(pairs: impl Iterator<Item = (String, String)>) -> Result<Map<String, Value>, Error> {
    let mut fields = Map::new();
    for (name, value) in pairs {
        if name.contains('\0') || value.contains('\0') {
            return Err(Error::bad_request("The data must not contain the character U+0000."));
        }
        match keys(&name) {
            Some((first, rest)) => put(fields.entry(first).or_insert(Value::Null), &rest, value),
            None => put(fields.entry(name.as_str()).or_insert(Value::Null), &[], value),
        }
    }
    Ok(fields)
}

/// `a[b][]` as `a` and `b`, ``; `None` when it is a plain name.
fn keys(name: &str) -> Option<(&str, Vec<&str>)> {
    let open = name.find('[').filter(|open| *open > 0)?;
    let inner = name[open..].strip_prefix('[')?.strip_suffix(']')?;
    let rest: Vec<&str> = inner.split("][").collect();
    let plain = |key: &&str| !key.contains(['[', ']']);
    (rest.len() <= DEEPEST && rest.iter().all(plain)).then(|| (&name[..open], rest))
}

/// Puts a value where its keys lead. Where the data contradicts itself (`a=1&a[b]=2`) the later pair wins.
fn put(place: &mut Value, keys: &[&str], value: String) {
    match keys {
        [] => match place {
            Value::Null | Value::Object(_) => *place = Value::String(value),
            Value::Array(items) => items.push(Value::String(value)),
            first => *first = Value::Array(vec![first.take(), Value::String(value)]),
        },
        ["", rest @ ..] => {
            let mut item = Value::Null;
            put(&mut item, rest, value);
            match place {
                Value::Array(items) => items.push(item),
                other => *other = Value::Array(vec![item]),
            }
        }
        [key, rest @ ..] => {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            if let Value::Object(fields) = place {
                put(fields.entry(*key).or_insert(Value::Null), rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(form: &str) -> Value {
        let pairs = form_urlencoded::parse(form.as_bytes());
        Value::Object(object(pairs.map(|(n, v)| (n.into_owned(), v.into_owned()))).expect("no NUL"))
    }

    #[test]
    fn forms_become_objects_as_php_writes_them() {
        for (form, expected) in [
            ("email=a%40b.c&name=Ada+L", json!({"email": "a@b.c", "name": "Ada L"})),
            ("tag=a&tag=b&tag=c", json!({"tag": ["a", "b", "c"]})),
            ("tag[]=a&tag[]=b", json!({"tag": ["a", "b"]})),
            (
                "form[name]=Ada&form[address][city]=London",
                json!({"form": {"name": "Ada", "address": {"city": "London"}}}),
            ),
            ("items[][sku]=1&items[][sku]=2", json!({"items": [{"sku": "1"}, {"sku": "2"}]})),
            ("a[0]=x&a[1]=y", json!({"a": {"0": "x", "1": "y"}})),
            (
                "[x]=1&a[b=2&a]b=3&a[b]c=4&a[[]]=5",
                json!({"[x]": "1", "a[b": "2", "a]b": "3", "a[b]c": "4", "a[[]]": "5"}),
            ),
            ("a=1&a[b]=2", json!({"a": {"b": "2"}})),
            ("a[b]=2&a=1", json!({"a": "1"})),
            ("", json!({})),
        ] {
            assert_eq!(read(form), expected, "{form}");
        }
    }

    #[test]
    fn nesting_has_an_end() {
        let deep = format!("a{}=1", "[b]".repeat(DEEPEST + 1));
        assert_eq!(read(&deep).as_object().map(Map::len), Some(1));
        assert!(read(&deep).get("a").is_none());
    }

    #[test]
    fn nul_is_refused() {
        assert!(object(std::iter::once(("a".to_owned(), "\0".to_owned()))).is_err());
    }
}

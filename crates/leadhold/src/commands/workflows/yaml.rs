//! Workflows in text: YAML or JSON, read with the line of each value.

use std::collections::HashMap;

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, Yaml, YamlData, YamlEmitter};
use serde_json::{Map, Number, Value};

/// How deep a file may nest.
const DEEPEST: usize = 64;

/// A file's content.
#[derive(Debug)]
pub struct Text {
    pub value: Value,
    /// The lines of values by their places: `steps[2].attributes.url`.
    lines: HashMap<String, usize>,
}

impl Text {
    /// Reads YAML, of which JSON is a part; or says in which line it cannot be read, and why.
    pub fn read(text: &str) -> Result<Self, (usize, String)> {
        let documents = MarkedYaml::load_from_str(text)
            .map_err(|fault| (fault.marker().line(), fault.info().to_owned()))?;
        let [document] = documents.as_slice() else {
            return Err((1, "it must hold one workflow, and nothing else".to_owned()));
        };
        let mut lines = HashMap::new();
        let value = value(document, "", &mut lines, 0)?;
        Ok(Self { value, lines })
    }

    /// The line of a place, or of what is around it.
    pub fn line(&self, mut place: &str) -> usize {
        loop {
            if let Some(line) = self.lines.get(place) {
                return *line;
            }
            match place.rfind(['.', '[']) {
                Some(end) => place = &place[..end],
                None => return 1,
            }
        }
    }
}

fn value(
    node: &MarkedYaml<'_>,
    place: &str,
    lines: &mut HashMap<String, usize>,
    depth: usize,
) -> Result<Value, (usize, String)> {
    let line = node.span.start.line();
    let refuse = |what: &str| Err((line, what.to_owned()));
    lines.entry(place.to_owned()).or_insert(line);
    if depth > DEEPEST {
        return refuse("it nests too deeply");
    }
    match &node.data {
        YamlData::Value(scalar) => plain(scalar).ok_or_else(|| (line, "it is no number".to_owned())),
        YamlData::Sequence(items) => {
            let item = |(at, item)| value(item, &format!("{place}[{at}]"), lines, depth + 1);
            items.iter().enumerate().map(item).collect()
        }
        YamlData::Mapping(entries) => {
            let mut map = Map::new();
            for (key, inner) in entries {
                let YamlData::Value(name) = &key.data else { return refuse("a key must be a text") };
                let name = plain(name).map(|name| name.as_str().map_or(name.to_string(), str::to_owned));
                let name = name.unwrap_or_default();
                let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
                lines.insert(place.clone(), key.span.start.line());
                map.insert(name, value(inner, &place, lines, depth + 1)?);
            }
            Ok(Value::Object(map))
        }
        YamlData::Tagged(..) => refuse("a workflow has no tagged values (`!…`)"),
        YamlData::Alias(_) => refuse("it refers to something that is not there"),
        YamlData::Representation(..) | YamlData::BadValue => refuse("it cannot be understood"),
    }
}

fn plain(scalar: &Scalar<'_>) -> Option<Value> {
    Some(match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(flag) => Value::Bool(*flag),
        Scalar::Integer(number) => Value::from(*number),
        Scalar::FloatingPoint(number) => Value::Number(Number::from_f64(number.into_inner())?),
        Scalar::String(text) => Value::from(text.as_ref()),
    })
}

/// As YAML, without the line that begins a document.
pub fn written(value: &Value) -> String {
    let mut text = String::new();
    let mut emitter = YamlEmitter::new(&mut text);
    emitter.multiline(true);
    // Nothing but the writer can fail, and a text takes everything.
    let _written = emitter.dump(&node(value));
    let body = text.strip_prefix("---\n").unwrap_or(&text);
    format!("{}\n", body.trim_end_matches('\n'))
}

fn node(value: &Value) -> Yaml<'_> {
    match value {
        Value::Null => Yaml::Value(Scalar::Null),
        Value::Bool(flag) => Yaml::Value(Scalar::Boolean(*flag)),
        Value::Number(number) => Yaml::Value(match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Scalar::Integer(whole),
            (None, Some(number)) => Scalar::FloatingPoint(number.into()),
            (None, None) => Scalar::Null,
        }),
        Value::String(text) => Yaml::Value(Scalar::String(text.into())),
        Value::Array(items) => Yaml::Sequence(items.iter().map(node).collect()),
        Value::Object(map) => {
            Yaml::Mapping(map.iter().map(|(key, inner)| (node_of_key(key), node(inner))).collect())
        }
    }
}

fn node_of_key(key: &str) -> Yaml<'_> {
    Yaml::Value(Scalar::String(key.into()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "",
            " ",
            "1",
            "007",
            "1.5",
            "1e3",
            "0x1f",
            "true",
            "yes",
            "null",
            "~",
            "- a",
            "a: b",
            "#x",
            "{{contact.name}}",
            "[a]",
            "a\nb",
            "a\nb\n",
            "\n a",
            "a\n\n",
            "it's",
            "\"quoted\"",
            "\\",
            "ä €",
            "2026-01-01",
            "tab\there",
            "@x",
            "a #b",
            "---",
            "...",
            "a\r\nb",
            "trailing ",
            "!x",
            "&a",
            "*a",
            "%",
            "| x",
            "> x",
            "? x",
            ".inf",
            ".nan",
            "+1",
        ] {
            let value =
                json!({"key": text, "list": [text, {"a": text}], text: 1, "empty": [{}, []], "none": null});
            let written = written(&value);
            let read = Text::read(&written).unwrap_or_else(|fault| panic!("{text:?}: {fault:?}\n{written}"));
            assert_eq!(read.value, value, "{text:?}\n{written}");
        }
        let numbers = json!([0, -1, 1.5, 9_007_199_254_740_993_i64, 1e300, false, null]);
        assert_eq!(Text::read(&written(&numbers)).unwrap().value, numbers);
    }

    #[test]
    fn every_value_knows_its_line() {
        let text = "name: A\nsteps:\n  - id: s\n    attributes:\n      url: x\n  - id: t\n";
        let read = Text::read(text).unwrap();
        for (place, line) in [
            ("name", 1),
            ("steps[0].attributes.url", 5),
            ("steps[0].attributes.headers.X-A", 4),
            ("steps[1]", 6),
            ("steps[1].next", 6),
            ("settings", 1),
        ] {
            assert_eq!(read.line(place), line, "{place}");
        }
        let json = "{\n  \"name\": \"A\",\n  \"steps\": [\n    {\"id\": \"s\"}\n  ]\n}\n";
        let read = Text::read(json).unwrap();
        assert_eq!((read.line("name"), read.line("steps[0].id")), (2, 4));
        assert_eq!(read.value, serde_json::from_str::<Value>(json).unwrap());
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_line() {
        for (text, line) in [
            ("name: A\n  b: c\n", 2),
            ("name: [1\n", 2),
            ("a: 1\na: 2\n", 2),
            ("a: 1\n---\nb: 2\n", 1),
            ("name: !x 1\n", 1),
            ("", 1),
        ] {
            let fault = Text::read(text).map(|read| read.value).unwrap_err();
            assert_eq!(fault.0, line, "{text:?}: {fault:?}");
        }
    }
}

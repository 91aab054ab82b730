//! Writes a JSON object key by key, so that what is stored as JSON goes out as it is, without being read.

use serde::Serialize;

/// An object in the making.
#[derive(Clone, Debug)]
pub(super) struct Object(String);

impl Object {
    /// An empty object, with room for what contacts usually need.
    pub(super) fn new() -> Self {
        let mut text = String::with_capacity(1536);
        text.push('{');
        Self(text)
    }

    /// A value that is JSON text already.
    pub(super) fn verbatim(&mut self, key: &str, json: &str) -> &mut Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(key); // keys are ours and need no escapes
        self.0.push_str("\":");
        self.0.push_str(json);
        self
    }

    /// A value to be serialised.
    pub(super) fn value(&mut self, key: &str, value: &(impl Serialize + ?Sized)) -> &mut Self {
        self.verbatim(key, &leadhold_store::json_text(value))
    }

    /// A text, left out when there is none.
    pub(super) fn maybe(&mut self, key: &str, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.value(key, text),
            None => self,
        }
    }

    /// The finished text.
    pub(super) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_json() {
        let mut object = Object::new();
        object
            .value("a", "q\"\n")
            .verbatim("b", "[1]")
            .maybe("c", None)
            .maybe("d", Some("x"))
            .value("e", &Option::<i64>::None);
        assert_eq!(object.end(), r#"{"a":"q\"\n","b":[1],"d":"x","e":null}"#);
        assert_eq!(Object::new().end(), "{}");
    }
}

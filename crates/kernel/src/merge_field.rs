//! Merge fields: `{{ contact.first_name }}` in a text becomes the value that it names.
//!
//! The syntax is the real service's: two braces, optional spaces, a path of keys joined by dots, list places as `a.0.b`
//! or `a[0].b`. A field that is unknown or empty becomes the empty string, or what the field itself says for that case:
//! `{{ contact.first_name | default: "there" }}`.
//!
//! Guarantees: one pass, so a value that itself contains `{{…}}` is never rendered again; work linear in the length of
//! the template and of the values; at most [`MAX_OUTPUT`] bytes come out; what is not a merge field stays as it stands.

use std::fmt::Write as _;

use serde_json::Value;

/// The longest text that rendering makes, in bytes. What would go beyond is cut off at a whole character.
pub const MAX_OUTPUT: usize = 1 << 20;

/// The longest merge field, in bytes between its braces. Anything longer is text.
const MAX_FIELD: usize = 512;

/// Where the values come from.
pub trait Lookup {
    /// The value at `path` as text; `None` when there is none.
    fn get(&self, path: &[&str]) -> Option<String>;
}

/// Where the rendered text lands, which decides how values (never the template's own text) are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Text that nobody parses: as it is.
    Plain,
    /// Between the quotes of a JSON string (RFC 8259, section 7).
    JsonString,
    /// Text or a quoted attribute in HTML.
    Html,
    /// One component of a URL: everything but the unreserved characters of RFC 3986 is percent-encoded.
    UrlComponent,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Text that stays.
    Text(&'t str),
    /// A merge field, as the path that it names.
    Field(Vec<&'t str>),
    /// A merge field with the text that stands in for an empty value.
    FieldOr(Vec<&'t str>, &'t str),
}

/// The template with each merge field replaced by its value, unescaped.
#[must_use]
pub fn render(template: &str, values: &dyn Lookup) -> String {
    render_for(Place::Plain, template, values)
}

/// The template with each merge field replaced by its value, escaped for `place`.
#[must_use]
pub fn render_for(place: Place, template: &str, values: &dyn Lookup) -> String {
    let mut out = Bounded(String::with_capacity(template.len().min(MAX_OUTPUT)));
    for piece in pieces(template) {
        let fits = match piece {
            Piece::Text(text) => text.chars().all(|c| out.push(c.encode_utf8(&mut [0; 4]))),
            Piece::Field(path) => out.push_value(place, &values.get(&path).unwrap_or_default()),
            Piece::FieldOr(path, otherwise) => {
                let value = values.get(&path).filter(|value| !value.trim().is_empty());
                out.push_value(place, value.as_deref().unwrap_or(otherwise))
            }
        };
        if !fits {
            break;
        }
    }
    out.0
}

/// A template in which every merge field is `value`: an example of what it may become.
#[must_use]
pub fn filled(template: &str, value: &str) -> String {
    let text = |piece| match piece {
        Piece::Text(text) => text,
        Piece::Field(_) | Piece::FieldOr(..) => value,
    };
    pieces(template).into_iter().map(text).collect()
}

/// The pieces of a template, in order.
#[must_use]
pub fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut text_from, mut at) = (0, 0);
    while let Some(open) = template[at..].find("{{").map(|i| at + i) {
        if let Some((field, end)) = field_at(template, open) {
            if open > text_from {
                found.push(Piece::Text(&template[text_from..open]));
            }
            found.push(field);
            (text_from, at) = (end, end);
        } else {
            at = open + 1;
        }
    }
    if text_from < template.len() {
        found.push(Piece::Text(&template[text_from..]));
    }
    found
}

/// The path, when the whole template is one merge field (without a text for an empty value) and nothing else: then a caller can take the value itself,
/// a list for instance, instead of its text.
#[must_use]
pub fn sole_field(template: &str) -> Option<Vec<&str>> {
    match pieces(template.trim()).as_mut_slice() {
        [Piece::Field(path)] => Some(std::mem::take(path)),
        _ => None,
    }
}

/// What looks like a merge field and is none, for telling its author before it matters. Each is shown from its braces on.
#[must_use]
pub fn malformed(template: &str) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(template) {
        let Piece::Text(text) = piece else { continue };
        if let Some(open) = text.find("{{") {
            let rest = &text[open..];
            let end = rest.find("}}").map_or(rest.len(), |i| i + 2);
            found.push(rest[..end].chars().take(60).collect());
        }
    }
    found
}

/// The merge field whose braces open at `open`, and where it ends.
fn field_at(template: &str, open: usize) -> Option<(Piece<'_>, usize)> {
    let inner_from = open + 2;
    let window = &template.as_bytes()[inner_from..template.len().min(inner_from + MAX_FIELD + 2)];
    let close = window.windows(2).position(|pair| pair == b"}}" || pair == b"{{")?;
    if &window[close..close + 2] != b"}}" {
        return None;
    }
    let inner = template.get(inner_from..inner_from + close)?;
    let blank = [' ', '\t'];
    let field = match inner.split_once('|') {
        None => Piece::Field(path(inner.trim_matches(blank))?),
        Some((inner, otherwise)) => {
            Piece::FieldOr(path(inner.trim_matches(blank))?, otherwise_of(otherwise.trim_matches(blank))?)
        }
    };
    Some((field, inner_from + close + 2))
}

/// The text of `default: "there"`, in quotes of either kind.
fn otherwise_of(text: &str) -> Option<&str> {
    let quoted = text.strip_prefix("default")?.trim_start().strip_prefix(':')?.trim_start();
    let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = quoted.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains(quote)).then_some(inner)
}

/// Splits `a.0.b` and `a[0].b` into keys; `None` when it is no path.
pub fn path(text: &str) -> Option<Vec<&str>> {
    let mut keys = Vec::new();
    for part in text.split('.') {
        let (key, mut places) = part.split_at(part.find('[').unwrap_or(part.len()));
        if key.is_empty() || !key.chars().all(fits_key) {
            return None;
        }
        keys.push(key);
        while !places.is_empty() {
            let (place, rest) = places.strip_prefix('[')?.split_once(']')?;
            if place.is_empty() || !place.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            keys.push(place);
            places = rest;
        }
    }
    Some(keys)
}

/// Keys come from custom fields and from other people's JSON, so anything fits that cannot be mistaken for syntax.
fn fits_key(c: char) -> bool {
    !(c.is_whitespace() || c.is_control() || matches!(c, '{' | '}' | '[' | ']' | '.' | '"' | '\'' | '|'))
}

struct Bounded(String);

impl Bounded {
    fn push(&mut self, unit: &str) -> bool {
        let fits = self.0.len() + unit.len() <= MAX_OUTPUT;
        if fits {
            self.0.push_str(unit);
        }
        fits
    }

    fn push_value(&mut self, place: Place, value: &str) -> bool {
        value.chars().all(|c| self.push_escaped(place, c))
    }

    fn push_escaped(&mut self, place: Place, c: char) -> bool {
        let mut room = [0; 4];
        let plain = c.encode_utf8(&mut room);
        match (place, c) {
            (Place::JsonString, '"') => self.push("\\\""),
            (Place::JsonString, '\\') => self.push("\\\\"),
            (Place::JsonString, '\n') => self.push("\\n"),
            (Place::JsonString, '\r') => self.push("\\r"),
            (Place::JsonString, '\t') => self.push("\\t"),
            (Place::JsonString, '\0'..='\u{1f}') => self.push(&format!("\\u{:04x}", u32::from(c))),
            (Place::Html, '&') => self.push("&amp;"),
            (Place::Html, '<') => self.push("&lt;"),
            (Place::Html, '>') => self.push("&gt;"),
            (Place::Html, '"') => self.push("&quot;"),
            (Place::Html, '\'') => self.push("&#39;"),
            (Place::UrlComponent, _) if !(c.is_ascii_alphanumeric() || "-._~".contains(c)) => {
                let mut encoded = String::with_capacity(12);
                for byte in plain.bytes() {
                    // Writing to a String cannot fail.
                    let _ = write!(encoded, "%{byte:02X}");
                }
                self.push(&encoded)
            }
            _ => self.push(plain),
        }
    }
}

/// The value at `path` inside `value`: keys into objects, numbers into lists.
#[must_use]
pub fn find<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |at, key| match at {
        Value::Object(fields) => fields.get(*key),
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// A JSON value as people read it: text as it is, lists of plain values joined by commas as the real service joins tags,
/// anything deeper as JSON. Null is no value.
#[must_use]
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(s) => Some(s.clone()),
        Value::Array(items) if items.iter().all(|i| !i.is_object() && !i.is_array()) => {
            Some(items.iter().filter_map(text_of).collect::<Vec<_>>().join(","))
        }
        other => Some(other.to_string()),
    }
}

/// A JSON object of objects is the usual source: `{"contact": {"first_name": "Ada"}}`.
impl Lookup for Value {
    fn get(&self, path: &[&str]) -> Option<String> {
        find(self, path).and_then(text_of)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn values() -> Value {
        json!({
            "contact": {"first_name": "Ada", "2nd_phone": "+1555", "empty": "", "nothing": null, "tags": ["a", "b"]},
            "inboundWebhookRequest": {"a": {"b": 7}, "items": [{"name": "Tea"}, {"name": "Milk"}], "ok": true},
            "custom_values": {"key-1": "{{contact.first_name}}"},
        })
    }

    #[test]
    fn fields_become_values() {
        for (template, shown) in [
            ("Hi {{contact.first_name}}!", "Hi Ada!"),
            ("{{ contact.first_name }}{{\tcontact.first_name\t}}", "AdaAda"),
            ("{{contact.2nd_phone}}", "+1555"),
            ("{{inboundWebhookRequest.a.b}} {{inboundWebhookRequest.ok}}", "7 true"),
            ("{{inboundWebhookRequest.a}}", r#"{"b":7}"#),
            ("{{inboundWebhookRequest.items.1.name}}", "Milk"),
            ("{{inboundWebhookRequest.items[0].name}}", "Tea"),
            ("{{contact.tags}}", "a,b"),
            ("[{{contact.unknown}}{{nobody.knows}}{{contact.empty}}{{contact.nothing}}]", "[]"),
            ("{{inboundWebhookRequest.items.9.name}}{{inboundWebhookRequest.items.x}}", ""),
        ] {
            assert_eq!(render(template, &values()), shown, "{template}");
        }
    }

    #[test]
    fn an_empty_value_becomes_what_the_field_says_for_it() {
        for (template, shown) in [
            ("Hi {{contact.first_name | default: \"there\"}}!", "Hi Ada!"),
            ("Hi {{ contact.last_name|default:'there, you' }}!", "Hi there, you!"),
            ("{{contact.empty | default: \"-\"}}{{contact.nothing | default: \"\"}}", "-"),
            ("{{custom_values.key-1 | default: \"x\"}}", "{{contact.first_name}}"),
        ] {
            assert_eq!(render(template, &values()), shown, "{template}");
        }
        for text in [
            "{{contact.x | default}}",
            "{{contact.x | default: there}}",
            "{{contact.x | default: \"a\" | default: \"b\"}}",
            "{{contact.x || \"a\"}}",
            "{{ | default: \"a\"}}",
        ] {
            assert_eq!(render(text, &values()), text);
            assert_eq!(malformed(text), [text]);
        }
        assert_eq!(render_for(Place::Html, "{{a.b | default: '<'}}", &values()), "&lt;");
        assert_eq!(sole_field("{{a.b | default: 'x'}}"), None);
    }

    #[test]
    fn a_value_is_never_rendered_again() {
        assert_eq!(render("{{custom_values.key-1}}", &values()), "{{contact.first_name}}");
    }

    #[test]
    fn what_is_no_field_stays() {
        for text in
            ["{{", "}}", "{{}}", "{{ }}", "{{a b}}", "{{a..b}}", "{{a[x]}}", "{{a[0}}", "{ {a} }", "{{a\n}}"]
        {
            assert_eq!(render(text, &values()), text);
        }
        assert_eq!(render("{{ {{contact.first_name}} }}", &values()), "{{ Ada }}");
        assert_eq!(render("{{{contact.first_name}}}", &values()), "{Ada}");
        assert_eq!(render(&format!("{{{{{}}}}}", "k".repeat(600)), &values()).len(), 604);
    }

    #[test]
    fn values_are_escaped_for_where_they_land_and_the_template_is_not() {
        let values = json!({"v": "<a b=\"c\">\\ & 'ü'\n\u{1}"});
        let shown = |place| render_for(place, "<{{v}}>", &values);
        assert_eq!(shown(Place::Plain), "<<a b=\"c\">\\ & 'ü'\n\u{1}>");
        assert_eq!(shown(Place::JsonString), r#"<<a b=\"c\">\\ & 'ü'\n\u0001>"#);
        assert_eq!(shown(Place::Html), "<&lt;a b=&quot;c&quot;&gt;\\ &amp; &#39;ü&#39;\n\u{1}>");
        assert_eq!(shown(Place::UrlComponent), "<%3Ca%20b%3D%22c%22%3E%5C%20%26%20%27%C3%BC%27%0A%01>");
    }

    #[test]
    fn one_field_alone_is_recognised() {
        assert_eq!(sole_field(" {{ a.b[1] }} "), Some(vec!["a", "b", "1"]));
        assert_eq!(sole_field("x{{a}}"), None);
        assert_eq!(sole_field("{{a}}{{b}}"), None);
        assert_eq!(sole_field(""), None);
    }

    #[test]
    fn malformed_fields_are_named() {
        assert_eq!(
            malformed("Hi {{contact first}} and {{contact.x}} {{open"),
            ["{{contact first}}", "{{open"]
        );
        assert!(malformed("{\"a\": {\"b\": 1}} {{fine}}").is_empty());
    }

    #[test]
    fn output_is_bounded_at_a_whole_character() {
        let values = json!({"v": "ü".repeat(MAX_OUTPUT / 4)});
        let out = render("x{{v}}{{v}}{{v}}", &values);
        assert!(out.len() <= MAX_OUTPUT && out.len() >= MAX_OUTPUT - 1, "{}", out.len());
        assert!(out.ends_with('ü'));
    }

    #[test]
    fn many_open_braces_take_linear_time() {
        let hostile = "{".repeat(300_000);
        assert_eq!(render(&hostile, &values()), hostile);
    }

    proptest! {
        #[test]
        fn never_panics_and_stays_bounded(
            template in "([{}a. \\[\\]0-9ü\\n|'\"]|\\{\\{|\\}\\}|contact\\.first_name|\\| *default: *'){0,60}",
            value in ".{0,20}",
        ) {
            let values = json!({"contact": {"first_name": value}, "a": [value]});
            for place in [Place::Plain, Place::JsonString, Place::Html, Place::UrlComponent] {
                prop_assert!(render_for(place, &template, &values).len() <= MAX_OUTPUT);
            }
            let _ = malformed(&template);
        }

        #[test]
        fn text_without_two_braces_is_unchanged(text in "[^{]{0,200}") {
            prop_assert_eq!(render(&text, &values()), text);
        }

        #[test]
        fn a_json_string_stays_one(value in any::<String>()) {
            let rendered = render_for(Place::JsonString, "\"{{v}}\"", &json!({"v": value}));
            prop_assert_eq!(serde_json::from_str::<String>(&rendered).ok(), Some(value));
        }
    }
}

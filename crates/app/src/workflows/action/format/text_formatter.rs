//! `text_formatter`: works on a text.
//!
//! ```json
//! {"value": "{{contact.name}}", "operations": [
//!    {"do": "trim"}, {"do": "replace", "find": "Dr. ", "with": ""}, {"do": "title"}], "field": "contact.salutation"}
//! ```
//!
//! `upper`, `lower`, `title` (each word), `capitalize` (the first letter), `trim`, `replace` (`find`, `with`), `split` (`by`;
//! the result is a list), `substring` (`from`, counted from 0, from the end when negative; `length`), `length`, `words` (how
//! many), `default` (`to`, for an empty text), `extract_email`, `extract_phone`, `extract_url`, `extract_number` (the first
//! in the text, else empty), `remove_tags` (of HTML), `url_encode`, `url_decode`. Characters are Unicode's.

use std::borrow::Cow;
use std::sync::Arc;

use leadhold_kernel::email::Email;
use leadhold_kernel::merge_field::render;
use serde_json::{Value, json};

use super::field::{Field, finish};
use super::{MAX_ITEMS, MAX_OPERATIONS, bounded, decimal};
use crate::http::web_url;
use crate::workflows::action::{Action, Kind, Turn, Visit};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "text_formatter",
    parse,
    attributes: r#"{"required": ["value", "operations"], "properties": {
        "value": {"type": ["string", "number", "boolean"]}, "field": {"type": "string"},
        "operations": {"type": "array", "minItems": 1, "maxItems": 50, "items": {"type": "object", "required": ["do"],
            "properties": {
                "do": {"enum": ["upper", "lower", "title", "capitalize", "trim", "replace", "split", "substring", "length",
                    "words", "default", "extract_email", "extract_phone", "extract_url", "extract_number", "remove_tags",
                    "url_encode", "url_decode"]},
                "find": {"type": "string"}, "with": {"type": "string"}, "by": {"type": "string"}, "to": {"type": "string"},
                "from": {"type": "integer"}, "length": {"type": "integer", "minimum": 0}}}}}}"#,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Do {
    Upper,
    Lower,
    Title,
    Capitalize,
    Trim,
    Replace,
    Split,
    Substring,
    Length,
    Words,
    Default,
    ExtractEmail,
    ExtractPhone,
    ExtractUrl,
    ExtractNumber,
    RemoveTags,
    UrlEncode,
    UrlDecode,
}

const DOS: [(&str, Do); 18] = [
    ("upper", Do::Upper),
    ("lower", Do::Lower),
    ("title", Do::Title),
    ("capitalize", Do::Capitalize),
    ("trim", Do::Trim),
    ("replace", Do::Replace),
    ("split", Do::Split),
    ("substring", Do::Substring),
    ("length", Do::Length),
    ("words", Do::Words),
    ("default", Do::Default),
    ("extract_email", Do::ExtractEmail),
    ("extract_phone", Do::ExtractPhone),
    ("extract_url", Do::ExtractUrl),
    ("extract_number", Do::ExtractNumber),
    ("remove_tags", Do::RemoveTags),
    ("url_encode", Do::UrlEncode),
    ("url_decode", Do::UrlDecode),
];

#[derive(Debug)]
struct TextFormatter {
    value: String,
    operations: Vec<Operation>,
    field: Option<Field>,
}

#[derive(Debug)]
enum Operation {
    Plain(Do),
    Replace { find: String, with: String },
    Split { by: String },
    Substring { from: i64, length: Option<usize> },
    Default { to: String },
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let value = from.scalar_template("value");
    let operations = from.some_objects("operations", MAX_OPERATIONS, operation);
    let field = Field::parse(from);
    Some(Arc::new(TextFormatter { value: value?, operations, field }))
}

fn operation(from: &Fields<'_>) -> Option<Operation> {
    Some(match from.choice("do", &DOS)? {
        Do::Replace => {
            let (find, with) = (from.scalar_template("find")?, from.scalar_template("with")?);
            if find.is_empty() {
                from.fault("find", "`find` is empty; there is nothing to replace");
            }
            Operation::Replace { find, with }
        }
        Do::Split => Operation::Split { by: from.scalar_template("by")? },
        Do::Default => Operation::Default { to: from.scalar_template("to")? },
        Do::Substring => Operation::Substring {
            from: index(from, "from")?.unwrap_or(0),
            length: from.whole("length", 0..=u32::MAX).and_then(|length| usize::try_from(length).ok()),
        },
        plain => Operation::Plain(plain),
    })
}

/// A whole number of either sign; the outer `None` is a fault.
pub fn index(from: &Fields<'_>, key: &str) -> Option<Option<i64>> {
    let Some(value) = from.given(key) else { return Some(None) };
    let number = value.as_i64().filter(|number| i32::try_from(*number).is_ok());
    if number.is_none() {
        from.fault(key, "must be a whole number");
    }
    number.map(Some)
}

impl Action for TextFormatter {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        match self.result(visit.fields) {
            Ok(result) => finish(visit, self.field.as_ref(), json!({ "result": result })),
            Err(reason) => Turn::Skip(reason),
        }
    }
}

impl TextFormatter {
    fn result(&self, fields: &Value) -> Result<Value, String> {
        let mut text = render(&self.value, fields);
        for (at, operation) in self.operations.iter().enumerate() {
            let last = at + 1 == self.operations.len();
            match operation {
                Operation::Split { by } if last => return split(&text, &render(by, fields)),
                Operation::Split { .. } => {
                    return Err(
                        "`split` makes a list; put it last, and go on with an array_formatter.".to_owned()
                    );
                }
                other => text = bounded(other.of(&text, fields)?)?,
            }
        }
        Ok(Value::String(text))
    }
}

impl Operation {
    fn of(&self, text: &str, fields: &Value) -> Result<String, String> {
        Ok(match self {
            Self::Plain(plain) => plain.of(text),
            Self::Default { to } if text.trim().is_empty() => render(to, fields),
            Self::Default { .. } | Self::Split { .. } => text.to_owned(),
            Self::Replace { find, with } => {
                let (find, with) = (render(find, fields), render(with, fields));
                // Counted before it is made: a short text for a long one at many places outgrows any memory.
                let places = if find.is_empty() { 0 } else { text.matches(&find).count() };
                let grown = places.saturating_mul(with.len()).saturating_add(text.len());
                if grown > 2 * leadhold_kernel::merge_field::MAX_OUTPUT {
                    return Err("The text would grow too long.".to_owned());
                }
                if places == 0 { text.to_owned() } else { text.replace(&find, &with) }
            }
            Self::Substring { from, length } => {
                let count = text.chars().count();
                let start = match usize::try_from(*from) {
                    Ok(from) => from,
                    Err(_) => count.saturating_sub(usize::try_from(from.unsigned_abs()).unwrap_or(count)),
                };
                text.chars().skip(start).take(length.unwrap_or(count)).collect()
            }
        })
    }
}

impl Do {
    fn of(self, text: &str) -> String {
        match self {
            Self::Upper => text.to_uppercase(),
            Self::Lower => text.to_lowercase(),
            Self::Title => titled(text, char::is_whitespace),
            Self::Capitalize => titled(text, |_| false),
            Self::Trim => text.trim().to_owned(),
            Self::Length => text.chars().count().to_string(),
            Self::Words => text.split_whitespace().count().to_string(),
            Self::ExtractEmail => first(text, |word| Email::parse(word).map(Email::into_string)),
            Self::ExtractPhone => phone(text),
            Self::ExtractUrl => first(text, |word| {
                let url = word
                    .trim_matches(|c| "<>()[]\"'".contains(c))
                    .trim_end_matches(['.', ',', ';', '!', '?']);
                web_url(url).map(|_| url.to_owned())
            }),
            Self::ExtractNumber => number(text),
            Self::RemoveTags => without_tags(text),
            Self::UrlEncode => leadhold_kernel::merge_field::render_for(
                leadhold_kernel::merge_field::Place::UrlComponent,
                "{{v.v}}",
                &json!({"v": {"v": text}}),
            ),
            Self::UrlDecode => decoded(text),
            Self::Replace | Self::Split | Self::Substring | Self::Default => text.to_owned(),
        }
    }
}

/// The first letter of each part in upper case, the others in lower.
fn titled(text: &str, ends: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    for c in text.chars() {
        match begins {
            true => out.extend(c.to_uppercase()),
            false => out.extend(c.to_lowercase()),
        }
        begins = ends(c) || (begins && !c.is_alphanumeric());
    }
    out
}

/// The first word of which `read` makes something; words as they stand and without punctuation around them.
fn first(text: &str, read: impl Fn(&str) -> Option<String>) -> String {
    let bare = |word: &str| word.trim_matches(|c: char| "<>()[]{}\"',;:!?.".contains(c)).to_owned();
    let words =
        text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|word| !word.is_empty());
    words.flat_map(|word| [bare(word), word.to_owned()]).find_map(|word| read(&word)).unwrap_or_default()
}

/// The first run of at least seven digits with what people put between them.
fn phone(text: &str) -> String {
    let dialled = |c: char| c.is_ascii_digit() || "+-.()/ ".contains(c);
    let runs = text.split(|c: char| !dialled(c));
    let digits = |run: &str| run.chars().filter(char::is_ascii_digit).count();
    let found = runs
        .map(|run| run.trim_matches(|c: char| "-./ ".contains(c)))
        .find(|run| (7..=15).contains(&digits(run)));
    found.unwrap_or_default().trim().to_owned()
}

fn number(text: &str) -> String {
    let part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+');
    let bare =
        |word: &str| word.trim_end_matches(['.', ',', '-', '+']).trim_start_matches([',', '.']).to_owned();
    let found = text.split(|c: char| !part(c)).map(bare).find_map(|word| decimal::parse(&word));
    found.map(decimal::text).unwrap_or_default()
}

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if !inside => out.push(c),
            _ => {}
        }
    }
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")]
        .into_iter()
        .fold(out, |text, (entity, c)| text.replace(entity, c))
}

fn decoded(text: &str) -> String {
    let plus = text.replace('+', "%20");
    let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> =
        form_urlencoded::parse(plus.replace('&', "%26").replace('=', "%3D").as_bytes())
            .map(|(k, v)| (Cow::Owned(k.into_owned()), Cow::Owned(v.into_owned())))
            .collect();
    let text: String = pairs.into_iter().map(|(key, _)| key.into_owned()).collect();
    text.replace('\0', "") // no text has one, and PostgreSQL takes none
}

fn split(text: &str, by: &str) -> Result<Value, String> {
    let parts: Vec<&str> = match by {
        "" => text.split_whitespace().collect(),
        by => text.split(by).map(str::trim).collect(),
    };
    if parts.len() > MAX_ITEMS {
        return Err(format!("The text has {} parts; at most {MAX_ITEMS} are possible.", parts.len()));
    }
    Ok(json!(parts))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{faults, result};
    use super::*;

    fn after(value: &str, operations: Value) -> Value {
        let attributes = json!({"value": value, "operations": operations});
        result(&KIND, &attributes, json!({"name": " ada LOVELACE-byron ", "list": ["a", "b"]}))
    }

    #[test]
    fn the_table_of_operations() {
        for (value, operations, expected) in [
            ("{{r.name}}", json!([{"do": "trim"}, {"do": "title"}]), json!("Ada Lovelace-byron")),
            ("\"ada\" says", json!([{"do": "capitalize"}]), json!("\"Ada\" says")),
            ("straße", json!([{"do": "upper"}]), json!("STRASSE")),
            ("ÄB", json!([{"do": "lower"}, {"do": "length"}]), json!("2")),
            ("a-b-c", json!([{"do": "replace", "find": "-", "with": "{{r.list}}"}]), json!("aa,bba,bc")),
            ("a, b,c", json!([{"do": "split", "by": ","}]), json!(["a", "b", "c"])),
            ("a  b\nc", json!([{"do": "split", "by": ""}]), json!(["a", "b", "c"])),
            ("größer", json!([{"do": "substring", "from": 2, "length": 2}]), json!("öß")),
            ("größer", json!([{"do": "substring", "from": -3}]), json!("ßer")),
            ("abc", json!([{"do": "substring", "from": 9}]), json!("")),
            ("one two  three", json!([{"do": "words"}]), json!("3")),
            ("{{r.nothing}}", json!([{"do": "default", "to": "there"}]), json!("there")),
            (
                "Write to <Ada@Example.com>, please",
                json!([{"do": "extract_email"}]),
                json!("Ada@Example.com"),
            ),
            ("call (515) 555-2345 today", json!([{"do": "extract_phone"}]), json!("(515) 555-2345")),
            ("order 12, 5 pieces", json!([{"do": "extract_phone"}]), json!("")),
            (
                "see https://example.com/a?b=c.",
                json!([{"do": "extract_url"}]),
                json!("https://example.com/a?b=c"),
            ),
            ("total: $1,234.50.", json!([{"do": "extract_number"}]), json!("1234.5")),
            ("<p>a &amp; b<br/>c</p>", json!([{"do": "remove_tags"}]), json!("a & bc")),
            ("a b&c=ü", json!([{"do": "url_encode"}]), json!("a%20b%26c%3D%C3%BC")),
            ("a%20b%26c%3D%C3%BC+d", json!([{"do": "url_decode"}]), json!("a b&c=ü d")),
            ("nobody", json!([{"do": "extract_email"}]), json!("")),
        ] {
            assert_eq!(after(value, operations.clone()), expected, "{value} {operations}");
        }
    }

    #[test]
    fn a_text_does_not_outgrow_its_bound() {
        let doubling: Vec<Value> =
            (0..40).map(|_| json!({"do": "replace", "find": "a", "with": "aaaaaaaa"})).collect();
        assert_eq!(after("a", json!(doubling)), "failed: The text would grow too long.");
        let list = after("a b", json!([{"do": "split", "by": " "}, {"do": "upper"}]));
        assert_eq!(list, "failed: `split` makes a list; put it last, and go on with an array_formatter.");
        assert!(
            after(&"a,".repeat(20_000), json!([{"do": "split", "by": ","}]))
                .to_string()
                .contains("20001 parts")
        );
    }

    #[test]
    fn attributes_say_what_is_wrong() {
        insta::assert_snapshot!(faults(&KIND, &json!({"operations": [
            {"do": "shout"}, {"do": "replace", "find": ""}, {"do": "substring", "from": 1.5}, {"do": "upper", "by": "x"}]})), @"
        value: `value` is missing; it must be a text, a number or a boolean
        operations[0].do: `shout` is not one of upper, lower, title, capitalize, trim, replace, split, substring, length, words, default, extract_email, extract_phone, extract_url, extract_number, remove_tags, url_encode, url_decode
        operations[1].with: `with` is missing; it must be a text, a number or a boolean
        operations[2].from: must be a whole number
        operations[3].by: unknown key `by`; known here: do
        ");
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,80}", at in 0usize..DOS.len(), from in -90_i64..90) {
            let operation = match DOS[at].1 {
                Do::Replace => json!({"do": "replace", "find": "a", "with": "b"}),
                Do::Split => json!({"do": "split", "by": "a"}),
                Do::Default => json!({"do": "default", "to": "x"}),
                Do::Substring => json!({"do": "substring", "from": from, "length": 3}),
                _ => json!({"do": DOS[at].0}),
            };
            let attributes = json!({"value": "{{r.text}}", "operations": [operation]});
            result(&KIND, &attributes, json!({"text": text}));
        }
    }
}

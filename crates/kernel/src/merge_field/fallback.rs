//! Merge fields of messages may say what stands in their place when they are empty:
//! `Hi {{contact.first_name | default: "there"}}`.
//!
//! These are rewritten before rendering: into the field alone, or into the author's words.

use super::{Lookup, path};

/// The template with every field alone, for checks of what it names.
#[must_use]
pub fn without(template: &str) -> String {
    rewritten(template, |_, _| true)
}

/// The template in which the words stand for every field that has no value. Like the rest of the template, they are the
/// author's and are not escaped.
#[must_use]
pub fn chosen(template: &str, values: &dyn Lookup) -> String {
    rewritten(template, |path, _| values.get(path).is_some_and(|value| !value.trim().is_empty()))
}

fn rewritten(template: &str, has_value: impl Fn(&[&str], &str) -> bool) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        match after.split_once("}}").and_then(|(inside, end)| Some((parts(inside)?, end))) {
            Some(((field, words), end)) => {
                match path(field).filter(|path| !has_value(path, words)) {
                    Some(_) => out.push_str(words),
                    None => out.extend(["{{", field, "}}"]),
                }
                rest = end;
            }
            None => {
                out.push_str("{{");
                rest = after;
            }
        }
    }
    out + rest
}

/// `contact.first_name | default: "there"` as the field and the words.
fn parts(inside: &str) -> Option<(&str, &str)> {
    let (field, said) = inside.split_once('|')?;
    let quoted = said.trim().strip_prefix("default:")?.trim();
    let words = ['"', '\''].iter().find_map(|quote| {
        quoted.strip_prefix(*quote)?.strip_suffix(*quote).filter(|words| !words.contains(*quote))
    });
    Some((field.trim(), words?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::merge_field::{malformed, render};

    #[test]
    fn words_stand_for_what_is_empty() {
        let values =
            json!({"contact": {"first_name": "Ada", "city": " ", "words": "{{contact.first_name}}"}});
        for (template, shown) in [
            (r#"Hi {{contact.first_name | default: "there"}}!"#, "Hi Ada!"),
            (r#"Hi {{ contact.last_name|default:'you' }}!"#, "Hi you!"),
            (r#"{{contact.city | default: "town"}} {{contact.first_name}}"#, "town Ada"),
            (r#"{{contact.words | default: "x"}}"#, "{{contact.first_name}}"),
            (r#"{{contact.last_name | default: ""}}"#, ""),
            ("{{contact.last_name | upper}} {{", "{{contact.last_name | upper}} {{"),
            (r#"{{contact.x | default: "a}}"#, r#"{{contact.x | default: "a}}"#),
        ] {
            assert_eq!(render(&chosen(template, &values), &values), shown, "{template}");
        }
    }

    #[test]
    fn what_is_no_fallback_stays_a_fault() {
        assert_eq!(malformed(&without(r#"{{contact.x | default: "a"}} {{contact.y}}"#)), [""; 0]);
        assert_eq!(malformed(&without("{{contact.x | default: a}}")), ["{{contact.x | default: a}}"]);
    }
}

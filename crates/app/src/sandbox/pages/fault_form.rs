//! The form of a fault as the JSON that the API takes: one reader for both, and so the same rules and the same words.

use leadhold_kernel::Error;
use serde_json::{Map, Value};

use super::text;
use crate::http::{Query, parse_json};

/// What can go wrong, in two groups: its word, and what it means.
pub(super) const CHOICES: [(&str, [(&str, &str); 5]); 2] = [
    (
        "Requests and messages",
        [
            ("rate_limited", "429, as a used-up limit"),
            ("expired_token", "401, as an expired token"),
            ("status", "another status, named below"),
            ("slow", "the answer comes late"),
            ("cut", "half an answer"),
        ],
    ),
    (
        "Webhooks",
        [
            ("drop", "the first attempt is lost"),
            ("duplicate", "it arrives twice"),
            ("delay", "it comes late"),
            ("reorder", "others overtake it"),
            ("bad_signature", "its signature is wrong"),
        ],
    ),
];

/// What the forms of the page ask for, to be shown again.
const FIELDS: [&str; 14] = [
    "by",
    "target",
    "name",
    "fault",
    "status",
    "delay",
    "times",
    "probability",
    "seed",
    "locationId",
    "after",
    "json",
    "snapshot",
    "replace",
];
const NUMBERS: [&str; 4] = ["status", "times", "probability", "seed"];

/// What was typed.
pub(super) fn typed(sent: &Query) -> Map<String, Value> {
    FIELDS.map(|name| (name.to_owned(), sent.get(name).unwrap_or_default().into())).into_iter().collect()
}

/// The rule, from its JSON where that was typed and else from the form's fields.
pub(super) fn body(sent: &Query) -> Result<Map<String, Value>, Error> {
    let json = text(sent, "json");
    if !json.is_empty() {
        return match parse_json(json.as_bytes()) {
            Ok(Value::Object(rule)) => Ok(rule),
            Ok(_) => Err(Error::field("The rule must be a JSON object.")),
            Err(why) => Err(Error::field(why.client_message().replace("The body", "The rule"))),
        };
    }
    let mut rule = Map::new();
    let target = ["route", "event", "provider"].into_iter().find(|word| *word == text(sent, "target"));
    rule.insert(target.unwrap_or("route").to_owned(), text(sent, "name").into());
    for name in ["fault", "delay", "locationId"] {
        given(&mut rule, sent, name, |typed| typed.into());
    }
    for name in NUMBERS {
        given(&mut rule, sent, name, |typed| serde_json::from_str(typed).unwrap_or_else(|_| typed.into()));
    }
    if sent.get("after") == Some("on") {
        rule.insert("after".to_owned(), true.into());
    }
    Ok(rule)
}

/// A field that was left empty was not given.
fn given(rule: &mut Map<String, Value>, sent: &Query, name: &str, read: impl Fn(&str) -> Value) {
    let typed = text(sent, name);
    if !typed.is_empty() {
        rule.insert(name.to_owned(), read(typed));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_is_the_rule_that_it_says() {
        let form = b"target=event&name=+ContactCreate+&fault=delay&delay=2h&times=3&probability=0.5&seed=&status=&after=on&json=";
        let rule = json!({"event": "ContactCreate", "fault": "delay", "delay": "2h", "times": 3, "probability": 0.5, "after": true});
        assert_eq!(body(&Query::parse(form)).map(Value::Object), Ok(rule));
        assert_eq!(body(&Query::parse(b"times=many")).unwrap()["times"], "many", "for the reader to refuse");
        assert!(body(&Query::parse(b"json=[]")).is_err() && body(&Query::parse(b"json={")).is_err());
    }
}

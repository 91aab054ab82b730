//! `slack_message`: posts to a channel of Slack through an incoming webhook of it.
//!
//! ```json
//! {"url": "https://hooks.slack.com/services/T000/B000/XXXX", "channel": "#sales",
//!  "text": "New sale! {{contact.name}} - ${{opportunity.monetary_value}}",
//!  "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "*{{contact.name}}*"}}]}
//! ```
//!
//! It has text, blocks or both. Values of merge fields are words and nothing else: what Slack would read as a mention or a
//! link (`<!channel>`) is escaped in them, and they cannot leave their place in the JSON, which is made after they are
//! filled in. The URL is a secret: the run's log shows its host. The request leaves as a delivery with its own retries.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::merge_field::{Lookup, render};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};
use url::Url;

use crate::workflows::action::webhook::{Method, Outgoing};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit};
use crate::workflows::definition::reader::Fields;
use crate::workflows::records;

/// The kind.
pub const KIND: Kind = Kind {
    name: "slack_message",
    parse,
    attributes: r#"{"required": ["url"], "anyOf": [{"required": ["text"]}, {"required": ["blocks"]}], "properties": {
        "url": {"type": "string"}, "text": {"type": "string"}, "channel": {"type": "string"},
        "username": {"type": "string"}, "iconEmoji": {"type": "string"},
        "blocks": {"type": "array", "minItems": 1, "maxItems": 50, "items": {"type": "object"}}}}"#,
};

/// As many as Slack takes.
const MAX_BLOCKS: usize = 50;
/// How deep blocks may be.
const DEEPEST: usize = 20;

#[derive(Debug)]
struct SlackMessage {
    url: Url,
    /// Texts by their names in the body.
    texts: Vec<(&'static str, String)>,
    blocks: Option<Value>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let url = from.text("url").and_then(|url| {
        let parsed = Url::parse(url.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        if parsed.is_none() {
            from.fault("url", "must be the https:// address of an incoming webhook of Slack");
        }
        parsed
    });
    let named =
        [("text", "text"), ("channel", "channel"), ("username", "username"), ("iconEmoji", "icon_emoji")];
    let texts: Vec<_> =
        named.iter().filter_map(|(key, name)| Some((*name, from.optional_template(key)?))).collect();
    if !from.has("text") && !from.has("blocks") {
        from.fault("text", "a message has `text`, `blocks` or both");
    }
    let blocks = from.given("blocks").cloned();
    match blocks.as_ref().map(Value::as_array) {
        Some(Some(list)) if (1..=MAX_BLOCKS).contains(&list.len()) && list.iter().all(Value::is_object) => {}
        None => {}
        Some(_) => from.fault("blocks", format!("must be a list of 1 to {MAX_BLOCKS} blocks of Slack")),
    }
    if blocks.as_ref().is_some_and(|blocks| depth(blocks) > DEEPEST) {
        from.fault("blocks", format!("are more than {DEEPEST} levels deep"));
    }
    Some(Arc::new(SlackMessage { url: url?, texts, blocks }))
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

impl Action for SlackMessage {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let words = Words(visit.fields);
        let mut body = Map::new();
        for (name, template) in &self.texts {
            body.insert((*name).to_owned(), Value::from(render(template, &words)));
        }
        if let Some(blocks) = &self.blocks {
            body.insert("blocks".to_owned(), filled_in(blocks, &words));
        }
        let silent =
            body.get("text").is_none_or(|text| text.as_str().is_none_or(|text| text.trim().is_empty()));
        if silent && self.blocks.is_none() {
            return Turn::Skip("The text came out empty, so nothing was sent.".to_owned());
        }
        Turn::perform(Post { url: self.url.clone(), body: Value::Object(body) })
    }
}

/// Every text of `value` with its merge fields filled in; keys stay.
fn filled_in(value: &Value, words: &Words<'_>) -> Value {
    match value {
        Value::String(text) => Value::from(render(text, words)),
        Value::Array(items) => items.iter().map(|item| filled_in(item, words)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), filled_in(value, words)))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// Values with the three characters escaped that Slack reads as more than text.
struct Words<'v>(&'v Value);

impl Lookup for Words<'_> {
    fn get(&self, path: &[&str]) -> Option<String> {
        let text = Lookup::get(self.0, path)?;
        Some(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
    }
}

#[derive(Debug)]
struct Post {
    url: Url,
    body: Value,
}

impl Effect for Post {
    fn shown(&self) -> Value {
        json!({"effect": "slackMessage", "host": self.url.host_str(), "text": self.body["text"]})
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let body = Some(self.body.clone());
        let request = Outgoing { method: Method::Post, url: self.url.to_string(), headers: Vec::new(), body };
        records::send_webhook(tx, at, &request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_words_and_stay_in_their_place() {
        let fields = json!({"contact": {"name": "<!channel> \"A\" & B\n", "city": ""}});
        let blocks = json!([{"type": "section", "text": {"type": "mrkdwn", "text": "*{{contact.name}}*"}}]);
        let shown = filled_in(&blocks, &Words(&fields));
        assert_eq!(shown[0]["text"]["text"], "*&lt;!channel&gt; \"A\" &amp; B\n*");
        let text = render("<@U1> {{contact.city | default: \"<nowhere>\"}}", &Words(&fields));
        assert_eq!(text, "<@U1> <nowhere>", "the author may mention people");
    }
}

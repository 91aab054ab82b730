//! What an inspector answers.

use std::time::Duration;

use http::{HeaderName, HeaderValue, StatusCode};
use leadhold_kernel::Error;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::http::Reply;
use crate::http::fields::Fields;

/// The longest answer, in characters.
const LONGEST: usize = 16 * 1024;
/// Longer than the deadline of our own deliveries, so that a timeout can be rehearsed.
const LONGEST_PAUSE: i64 = 20_000;

/// An answer that somebody set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    pub(super) status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<String>,
    /// Names and values.
    #[serde(default)]
    pub(super) headers: Map<String, Value>,
    /// How long it lets its sender wait, in milliseconds.
    #[serde(default)]
    pub(super) delay_millis: i64,
    /// How many more requests get it; then it is 200 again. `None`: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) times: Option<i64>,
}

impl Default for Answer {
    fn default() -> Self {
        Self { status: 200, body: None, headers: Map::new(), delay_millis: 0, times: None }
    }
}

impl Answer {
    /// Reads what somebody wants it to be.
    ///
    /// # Errors
    /// 422 with all faults.
    pub(super) fn read(body: &Map<String, Value>) -> Result<Self, Error> {
        let mut fields = Fields::of_body(body);
        let status = fields.integer("status", 200, 599).unwrap_or(200);
        let body = fields.text_within("body", LONGEST).into_option();
        let headers = match fields.value("headers") {
            None | Some(Value::Null) => Some(Map::new()),
            Some(Value::Object(headers)) if headers.len() <= 20 => Some(headers.clone()),
            Some(_) => None,
        };
        match &headers {
            None => fields.fault("headers", "must be an object of at most 20 texts"),
            Some(headers) => {
                for (name, value) in headers {
                    if let Err(rule) = header(name, value) {
                        fields.fault("headers", format!("has `{name}`, which {rule}"));
                    }
                }
            }
        }
        let delay_millis = fields.integer("delayMillis", 0, LONGEST_PAUSE).unwrap_or(0);
        let times = fields.integer("times", 1, 1000);
        fields.finish()?;
        let status = u16::try_from(status).map_err(Error::internal)?;
        Ok(Self { status, body, headers: headers.unwrap_or_default(), delay_millis, times })
    }

    /// What is left of it after one request; `None`: it was the last.
    pub(super) fn after_one(self) -> Option<Self> {
        match self.times {
            None => Some(self),
            Some(times) if times > 1 => Some(Self { times: Some(times - 1), ..self }),
            Some(_) => None,
        }
    }

    /// How long its sender waits.
    pub(super) fn pause(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.delay_millis).unwrap_or(0))
    }

    /// The reply to the request that was kept as number `no`.
    pub(super) fn reply(&self, no: i64) -> Reply {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let own = !self.headers.keys().any(|name| name.eq_ignore_ascii_case("content-type"));
        let mut reply = match &self.body {
            None => Reply::json(status, &json!({ "received": true, "id": no.to_string() })),
            Some(text) => Reply {
                status,
                ..Reply::text(if own { "text/plain; charset=utf-8" } else { "" }, text.clone().into_bytes())
            },
        };
        for (name, value) in &self.headers {
            if let Ok((name, value)) = header(name, value) {
                reply.headers.retain(|(there, _)| *there != name);
                reply.headers.push((name, value));
            }
        }
        reply
    }
}

/// Headers that describe the connection are the server's to write.
fn header(name: &str, value: &Value) -> Result<(HeaderName, HeaderValue), &'static str> {
    const SERVERS_OWN: [&str; 4] = ["content-length", "transfer-encoding", "connection", "set-cookie"];
    let name: HeaderName = name.parse().map_err(|_| "is no header's name")?;
    if SERVERS_OWN.contains(&name.as_str()) {
        return Err("is not yours to set");
    }
    let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
    Ok((name, value.ok_or("has a value that no header can have")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: Value) -> Result<Answer, Error> {
        Answer::read(body.as_object().unwrap())
    }

    #[test]
    fn an_answer_counts_down_to_the_usual_one() {
        let answer = read(json!({"status": 503, "times": 2})).unwrap();
        let left = answer.after_one().unwrap();
        assert_eq!(left.times, Some(1));
        assert_eq!(left.after_one(), None);
        assert_eq!(Answer::default().after_one(), Some(Answer::default()));
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let given = json!({
            "status": 100, "body": 5, "headers": {"a b": "x", "content-length": "3", "x-a": "\n"}, "delayMillis": 60000,
            "times": 0, "soon": true,
        });
        let Err(Error::Validation(faults)) = read(given) else { panic!("it was taken") };
        assert_eq!(
            faults,
            [
                "property soon should not exist",
                "status must not be less than 200",
                "body must be a string",
                "headers has `a b`, which is no header's name",
                "headers has `content-length`, which is not yours to set",
                "headers has `x-a`, which has a value that no header can have",
                "delayMillis must not be greater than 20000",
                "times must not be less than 1",
            ]
        );
    }
}

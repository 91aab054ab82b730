//! From error to answer: status and body of every refusal. The only place that does it.

use http::StatusCode;
use leadhold_kernel::{Error, Problem};
use serde_json::{Map, Value, json};

use super::reply::Reply;

/// How an area of the real service spells its refusals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// `{statusCode, message, error, traceId}`.
    #[default]
    Usual,
    /// The marketplace's `{status, message, name, traceId}`. It keeps the usual keys beside them: its descriptions have those.
    Marketplace,
}

impl Dialect {
    /// The dialect of an area of the contract.
    #[must_use]
    pub fn of_area(area: &str) -> Self {
        if area == "marketplace" { Self::Marketplace } else { Self::Usual }
    }
}

/// The answer to `error`. Internal ones are logged here, with their trace id, and nowhere else.
#[must_use]
pub fn to_reply(error: Error, dialect: Dialect, trace_id: &str) -> Reply {
    let (status, reason) = status(&error);
    if let Error::Internal(note) = &error {
        tracing::error!(trace_id, note = note.for_log(), "a request failed");
    }
    let wait = match &error {
        Error::Unavailable(_) => Some(1),
        Error::Paused(_, seconds) => Some(*seconds),
        _ => None,
    };
    let message = match &error {
        Error::Validation(faults) => Value::from(faults.clone()),
        other => Value::from(other.client_message()),
    };
    let mut body = Map::new();
    body.insert("statusCode".into(), json!(status.as_u16()));
    body.insert("message".into(), message);
    if let Some(reason) = reason {
        body.insert("error".into(), json!(reason));
    }
    if let Error::BadRequest(Problem { extra, .. }) | Error::Forbidden(Problem { extra, .. }) = error {
        body.extend(extra);
    }
    let silent = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS);
    match dialect {
        Dialect::Usual if silent => {}
        Dialect::Usual => drop(body.insert("traceId".into(), json!(trace_id))),
        Dialect::Marketplace => {
            body.insert("status".into(), json!(status.as_u16()));
            body.insert("name".into(), json!("HttpException"));
            body.insert("traceId".into(), json!(trace_id));
        }
    }
    let reply = Reply::json(status, &body);
    match wait {
        Some(seconds) => reply.header("retry-after", &seconds.to_string()),
        None => reply,
    }
}

/// The status and the `error` word. The real service sends none with 401, 403 and 429.
fn status(error: &Error) -> (StatusCode, Option<&'static str>) {
    match error {
        Error::Validation(_) => (StatusCode::UNPROCESSABLE_ENTITY, Some("Unprocessable Entity")),
        Error::BadRequest(_) => (StatusCode::BAD_REQUEST, Some("Bad Request")),
        Error::Unauthorized(_) => (StatusCode::UNAUTHORIZED, None),
        Error::Forbidden(_) => (StatusCode::FORBIDDEN, None),
        Error::NotFound(_) => (StatusCode::NOT_FOUND, Some("Not Found")),
        Error::Conflict(_) => (StatusCode::CONFLICT, Some("Conflict")),
        Error::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, Some("Payload Too Large")),
        Error::TooManyRequests | Error::Paused(..) => (StatusCode::TOO_MANY_REQUESTS, None),
        Error::NotImplemented(_) => (StatusCode::NOT_IMPLEMENTED, Some("Not Implemented")),
        Error::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, Some("Service Unavailable")),
        Error::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, Some("Internal Server Error")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(error: Error) -> String {
        String::from_utf8(to_reply(error, Dialect::Usual, "t").body.to_vec()).unwrap()
    }

    #[test]
    fn bodies_are_the_real_ones() {
        assert_eq!(
            body(Error::Validation(vec!["a must be a string".into()])),
            r#"{"statusCode":422,"message":["a must be a string"],"error":"Unprocessable Entity","traceId":"t"}"#
        );
        assert_eq!(
            body(Error::Unauthorized("Invalid JWT".into())),
            r#"{"statusCode":401,"message":"Invalid JWT"}"#
        );
        assert_eq!(body(Error::TooManyRequests), r#"{"statusCode":429,"message":"Too Many Requests"}"#);
    }

    #[test]
    fn the_marketplace_has_a_spelling_of_its_own() {
        let reply = to_reply(Error::Unauthorized("Invalid JWT".into()), Dialect::of_area("marketplace"), "t");
        assert_eq!(
            reply.body,
            r#"{"statusCode":401,"message":"Invalid JWT","status":401,"name":"HttpException","traceId":"t"}"#
        );
        assert_eq!(Dialect::of_area("contacts"), Dialect::Usual);
    }

    #[test]
    fn an_internal_error_keeps_its_note() {
        assert!(!body(Error::internal("secret table")).contains("secret"));
    }
}

//! `GET` and `POST /leadhold/v1/sandbox/clock`.

use leadhold_kernel::time::LATEST;
use leadhold_kernel::{Clock, Error, Timestamp};
use serde_json::{Map, Value, json};

use super::super::Sandbox;
use super::super::duration::millis;
use super::sandbox;
use crate::App;
use crate::http::{Reply, Request, Route, get, post};

pub(super) fn routes() -> Vec<Route> {
    vec![get("/leadhold/v1/sandbox/clock", read_clock), post("/leadhold/v1/sandbox/clock", turn_clock)]
}

async fn read_clock(request: Request) -> Result<Reply, Error> {
    let now = sandbox(&request)?.clock.now();
    Ok(Reply::ok(&json!({ "now": now.iso(), "millis": now.millis() })))
}

/// `{"advance": "2h 30m"}` (also `P7D`, or a number of milliseconds) or `{"now": "2026-01-01T00:00:00Z"}`. What falls due on
/// the way is done in its order.
async fn turn_clock(request: Request) -> Result<Reply, Error> {
    let sandbox = sandbox(&request)?;
    Ok(Reply::ok(&turn(&sandbox, &request.app, &request.json()?).await?))
}

/// Turns the clock as `body` says, and answers what is told of it.
///
/// # Errors
/// 422 when it says no moment that the clock can be turned to; when the store fails.
pub(in crate::sandbox) async fn turn(
    sandbox: &Sandbox,
    app: &App,
    body: &Map<String, Value>,
) -> Result<Value, Error> {
    let began = sandbox.clock.now();
    let millis = wanted(body, began)?;
    if millis < 0 {
        return Err(Error::field("the clock cannot be turned back; it shows a later time already"));
    }
    let end = began.plus_millis(millis);
    if end > LATEST {
        return Err(Error::field("the clock cannot show a year after 9999"));
    }
    let done = sandbox.advance(app, end).await?;
    let now = sandbox.clock.now();
    Ok(json!({
        "now": now.iso(), "millis": now.millis(), "until": end.iso(), "complete": done.stopped_by.is_none(),
        "stoppedBy": done.stopped_by, "moments": done.moments, "events": done.events, "jobs": done.jobs,
        "unfinished": done.unfinished,
    }))
}

/// How far to turn, in milliseconds.
fn wanted(body: &Map<String, Value>, now: Timestamp) -> Result<i64, Error> {
    if let Some(unknown) = body.keys().find(|key| !["advance", "now"].contains(&key.as_str())) {
        return Err(Error::field(format!("property {unknown} should not exist")));
    }
    match (body.get("advance"), body.get("now")) {
        (Some(advance), None) => millis(advance).map_err(|why| Error::field(format!("advance {why}"))),
        (None, Some(Value::String(text))) => {
            let then = Timestamp::parse(text).ok_or_else(|| {
                Error::field("now must be a moment in RFC 3339, such as 2026-01-01T00:00:00Z")
            })?;
            Ok(then.millis() - now.millis())
        }
        _ => Err(Error::field(
            "give either advance (a duration such as \"2h 30m\" or \"P7D\", or milliseconds) or now",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted_of(body: Value) -> Result<i64, Error> {
        wanted(body.as_object().unwrap(), Timestamp(1_000))
    }

    #[test]
    fn durations_come_in_words_iso_and_milliseconds() {
        assert_eq!(wanted_of(json!({"advance": "2h 30m"})), Ok(9_000_000));
        assert_eq!(wanted_of(json!({"advance": "P7D"})), Ok(7 * 86_400_000));
        assert_eq!(wanted_of(json!({"advance": 5})), Ok(5));
        assert_eq!(wanted_of(json!({"now": "1970-01-01T00:00:02Z"})), Ok(1_000));
    }

    #[test]
    fn what_is_no_duration_is_refused_with_an_example() {
        for body in
            [json!({}), json!({"advance": "soon"}), json!({"advance": "1 month"}), json!({"later": 1})]
        {
            assert!(matches!(wanted_of(body), Err(Error::Validation(_))));
        }
    }
}

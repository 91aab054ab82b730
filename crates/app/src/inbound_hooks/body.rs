//! What a hook received, as one JSON value.
//!
//! A form body and the query are objects: a repeated name and `name[]` make a list, `a[b]=1` an object in an object, as
//! PHP and its friends write nested data. Any other body must be JSON, whatever its `content-type` says. The query fills
//! in what an object in the body does not name; without a body it is all there is.

use leadhold_kernel::Error;
use serde_json::Value;

use crate::http::nested::object;
use crate::http::{Request, parse_json};

/// The data of a request. Query parameters named in `except` belong to the URL and are no data.
///
/// # Errors
/// 400 when the body is broken, or when there is a NUL character anywhere.
pub fn read(request: &Request, except: &[&str]) -> Result<Value, Error> {
    let query = request.query.iter().filter(|(name, _)| !except.contains(name));
    let query = object(query.map(|(name, value)| (name.to_owned(), value.to_owned())))?;
    if request.body.is_empty() {
        return Ok(Value::Object(query));
    }
    let body = if request.is_form() {
        let pairs = form_urlencoded::parse(&request.body);
        Value::Object(object(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())))?)
    } else {
        parse_json(&request.body).map_err(|error| match error {
            Error::BadRequest(problem) => Error::bad_request(format!(
                "{}. A hook takes JSON, or a form with content-type application/x-www-form-urlencoded.",
                problem.message.trim_end_matches('.')
            )),
            other => other,
        })?
    };
    Ok(match body {
        Value::Object(mut fields) => {
            for (name, value) in query {
                fields.entry(name).or_insert(value);
            }
            Value::Object(fields)
        }
        other => other,
    })
}

//! What a hook received, as one JSON value.
//!
//! A form body and the query are objects: a repeated name and `name[]` make a list, `a[b]=1` an object in an object, as
//! PHP and its friends write nested data. Of a file in a `multipart/form-data` form its name, type and size are told. Any
//! other body must be JSON, whatever its `content-type` says. The query fills in what an object in the body does not name;
//! without a body it is all there is.

use std::convert::Infallible;

use bytes::Bytes;
use leadhold_kernel::Error;
use multer::Multipart;
use serde_json::{Value, json};

use crate::http::nested::object;
use crate::http::{Request, parse_json};

/// The most parts of a form.
const MOST_PARTS: usize = 500;

/// The data of a request. Query parameters named in `except` belong to the URL and are no data.
///
/// # Errors
/// 400 when the body is broken, or when there is a NUL character anywhere.
pub async fn read(request: &Request, except: &[&str]) -> Result<Value, Error> {
    let query = request.query.iter().filter(|(name, _)| !except.contains(name));
    let query = object(query.map(|(name, value)| (name.to_owned(), value.to_owned())))?;
    if request.body.is_empty() {
        return Ok(Value::Object(query));
    }
    let kind = request.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let body = if request.is_form() {
        let pairs = form_urlencoded::parse(&request.body);
        Value::Object(object(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())))?)
    } else if let Ok(boundary) = multer::parse_boundary(kind.unwrap_or_default()) {
        multipart(request.body.clone(), boundary).await?
    } else {
        parse_json(&request.body).map_err(|error| match error {
            Error::BadRequest(problem) => Error::bad_request(format!(
                "{}. A hook takes JSON, or a form with content-type application/x-www-form-urlencoded or \
                 multipart/form-data.",
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

/// The texts as of any form, and under each file's name what the file is: its bytes are not kept.
async fn multipart(body: Bytes, boundary: String) -> Result<Value, Error> {
    let whole = futures_util::stream::iter([Ok::<_, Infallible>(body)]);
    let mut form = Multipart::new(whole, boundary);
    let broken = |why: multer::Error| Error::bad_request(format!("The form cannot be read: {why}"));
    let (mut texts, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = form.next_field().await.map_err(broken)? {
        if texts.len() + files.len() == MOST_PARTS {
            return Err(Error::bad_request(format!("A form has at most {MOST_PARTS} parts.")));
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let kind = part.content_type().map(ToString::to_string);
        match file {
            Some(file) => {
                let size = part.bytes().await.map_err(broken)?.len();
                files.push((name, json!({ "name": file, "type": kind, "size": size })));
            }
            None => texts.push((name, part.text().await.map_err(broken)?)),
        }
    }
    let names = files.iter().map(|(name, _)| (name.clone(), String::new()));
    drop(object(names)?); // no NUL in a file's field
    let mut fields = object(texts.into_iter())?;
    for (name, file) in files {
        fields.insert(name.trim_end_matches("[]").to_owned(), file);
    }
    let whole = Value::Object(fields);
    if whole.to_string().contains("\\u0000") {
        return Err(Error::bad_request("A text has a NUL character."));
    }
    Ok(whole)
}

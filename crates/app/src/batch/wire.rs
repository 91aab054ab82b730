//! The body of a batch, and what is answered.

use http::Method;
use leadhold_kernel::{Error, Patch};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::http::Reply;
use crate::http::fields::Fields;

/// Operations in one batch.
pub(super) const MOST: usize = 1000;
const PATH_LENGTH: usize = 1000;
const ID_LENGTH: usize = 100;

/// What a refused operation means for the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mode {
    /// None is done.
    All,
    /// They are done.
    Each,
}

/// A batch as sent.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) mode: Mode,
    pub(super) operations: Vec<Operation>,
}

/// One of its operations.
#[derive(Debug)]
pub(super) struct Operation {
    /// The client's name for it, which its result carries.
    pub(super) id: Option<String>,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Map<String, Value>,
}

/// Reads the body.
///
/// # Errors
/// All faults at once; those inside an operation's own body belong to the operation.
pub(super) fn batch(body: &Map<String, Value>) -> Result<Batch, Error> {
    let mut fields = Fields::of_body(body);
    fields.declare("locationId"); // who may write there has been decided
    let mode = match fields.one_of("mode", &["all", "each"]) {
        Some("all") => Mode::All,
        _ => Mode::Each,
    };
    let given = fields.value("operations").and_then(Value::as_array).map(Vec::len);
    match given {
        None => fields.fault("operations", "must be an array"),
        Some(0) => fields.fault("operations", "should not be empty"),
        Some(count) if count > MOST => {
            fields.too_many("operations", MOST);
        }
        Some(_) => {}
    }
    let readable = given.is_some_and(|count| count <= MOST);
    let read = if readable { fields.objects("operations", operation) } else { None };
    fields.finish()?;
    Ok(Batch { mode, operations: read.unwrap_or_default() })
}

fn operation(fields: &mut Fields<'_>) -> Operation {
    let id = fields.text_within("id", ID_LENGTH).into_option();
    let method = fields.one_of("method", &["POST", "PUT", "DELETE"]);
    if method.is_none() && fields.value("method").is_none_or(Value::is_null) {
        fields.fault("method", "should not be empty");
    }
    let path = fields.required_text_within("path", PATH_LENGTH);
    let body = fields.object("body", |inner| {
        inner.ignore_undeclared();
        inner.all().clone()
    });
    let body = match body {
        Patch::Value(body) => body,
        _ => Map::new(),
    };
    let method = match method {
        Some("PUT") => Method::PUT,
        Some("DELETE") => Method::DELETE,
        _ => Method::POST,
    };
    Operation { id, method, path, body }
}

/// What became of an operation.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    pub(super) status: u16,
    pub(super) body: Box<RawValue>,
}

impl Outcome {
    /// The single call's answer, as an item of the batch's.
    pub(super) fn of(id: Option<String>, reply: &Reply) -> Self {
        let text = std::str::from_utf8(&reply.body).unwrap_or_default().to_owned();
        Self { id, status: reply.status.as_u16(), body: RawValue::from_string(text).unwrap_or_default() }
    }

    /// Whether it was done.
    pub(super) fn done(&self) -> bool {
        self.status < 300
    }
}

/// The answer to a batch that was done.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Done {
    pub(super) mode: Mode,
    pub(super) succeeded: usize,
    pub(super) failed: usize,
    pub(super) results: Vec<Outcome>,
    pub(super) trace_id: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(body: Value) -> String {
        match batch(body.as_object().unwrap()) {
            Err(Error::Validation(faults)) => faults.join("\n"),
            other => panic!("expected faults, got {other:?}"),
        }
    }

    #[test]
    fn faults_of_the_batch_itself_are_all_named() {
        insta::assert_snapshot!(faults(json!({"mode": "some", "operations": [
            {"method": "GET", "path": "", "body": [], "name": 1}, {"id": 1, "path": "/contacts/"}
        ]})), @"
        mode must be one of the following values: all, each
        operations.0.property name should not exist
        operations.0.method must be one of the following values: POST, PUT, DELETE
        operations.0.path should not be empty
        operations.0.body must be an object
        operations.1.id must be a string
        operations.1.method should not be empty
        ");
        insta::assert_snapshot!(faults(json!({})), @"operations must be an array");
        insta::assert_snapshot!(faults(json!({"operations": []})), @"operations should not be empty");
        insta::assert_snapshot!(faults(json!({"operations": vec![1; 1001]})), @"operations must contain no more than 1000 elements");
    }
}

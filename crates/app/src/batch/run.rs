//! Preparing and doing a batch.

use http::StatusCode;
use leadhold_kernel::{Error, Problem};
use leadhold_store::{Tx, json_text};
use serde_json::{Value, json};

use super::supported;
use super::wire::{Mode, Operation, Outcome};
use crate::http::deferred::{Inner, Work, defer};
use crate::http::error::{Dialect, to_reply};
use crate::http::{ApiVersion, Query, Reply, Request};

/// An operation that can be done, or why it cannot.
pub(super) struct Prepared {
    id: Option<String>,
    work: Result<Work, Error>,
}

/// Lets every operation's handler read and authorise it.
///
/// # Errors
/// What no operation is to blame for.
pub(super) async fn prepare(
    request: &Request,
    version: ApiVersion,
    operations: Vec<Operation>,
) -> Result<Vec<Prepared>, Error> {
    let mut prepared = Vec::with_capacity(operations.len());
    for operation in operations {
        let id = operation.id.clone();
        let work = blame(prepare_one(request, version, operation).await)?;
        prepared.push(Prepared { id, work });
    }
    Ok(prepared)
}

async fn prepare_one(request: &Request, version: ApiVersion, operation: Operation) -> Result<Work, Error> {
    let Operation { method, path: target, body, .. } = operation;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let found = supported::find(&method, path, version)?;
    let query = Query::parse(query.as_bytes());
    if query.has_nul() {
        return Err(Error::bad_request("The URL must not contain the character U+0000."));
    }
    let inner = Inner { target, path: found.parameters, query, body };
    defer(request, found.row, found.route, version, inner).await
}

/// Keeps an operation's own error apart from those that end the batch: of the store, and bugs.
fn blame<T>(result: Result<T, Error>) -> Result<Result<T, Error>, Error> {
    match result {
        Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => Err(error),
        other => Ok(other),
    }
}

/// Does the operations in their order; answers a result for each.
///
/// # Errors
/// With [`Mode::All`] when one is refused, with every operation's result; what no operation is to blame for.
pub(super) fn run(
    tx: &mut Tx<'_>,
    mode: Mode,
    prepared: &[Prepared],
    trace_id: &str,
) -> Result<Vec<Outcome>, Error> {
    if mode == Mode::All && prepared.iter().any(|operation| operation.work.is_err()) {
        return Err(refused(prepared, prepared.len(), None, trace_id));
    }
    let mut outcomes = Vec::with_capacity(prepared.len());
    for (at, operation) in prepared.iter().enumerate() {
        let done = match &operation.work {
            Ok(work) if mode == Mode::All => blame(work(tx))?,
            Ok(work) => blame(tx.attempt(|tx| work(tx)))?,
            Err(error) => Err(error.clone()),
        };
        let reply = match done {
            Ok(reply) => reply,
            Err(error) if mode == Mode::All => return Err(refused(prepared, at, Some(error), trace_id)),
            Err(error) => to_reply(error, Dialect::Usual, trace_id),
        };
        outcomes.push(Outcome::of(operation.id.clone(), &reply));
    }
    Ok(outcomes)
}

/// The error of a batch of which nothing was done: what was wrong with the operations that are at fault, those that could
/// not be read or the one `at` which it ended, and that the others were not done.
fn refused(prepared: &[Prepared], at: usize, error: Option<Error>, trace_id: &str) -> Error {
    let mut first = None;
    let results: Vec<Outcome> = prepared
        .iter()
        .enumerate()
        .map(|(i, operation)| {
            let own = operation.work.as_ref().err().or(error.as_ref().filter(|_| i == at));
            let reply = match own {
                Some(own) => {
                    first.get_or_insert(i);
                    to_reply(own.clone(), Dialect::Usual, trace_id)
                }
                None => not_done(),
            };
            Outcome::of(operation.id.clone(), &reply)
        })
        .collect();
    let first = first.unwrap_or_default();
    let results: Value = serde_json::from_str(&json_text(&results)).unwrap_or_default();
    Error::BadRequest(Problem {
        message: format!("operations.{first} was refused, so nothing of the batch was done."),
        extra: [("results".to_owned(), results)].into_iter().collect(),
    })
}

/// How an operation is answered that another one kept from being done.
fn not_done() -> Reply {
    let status = StatusCode::FAILED_DEPENDENCY;
    let message = "Not done, since another operation of the batch was refused.";
    Reply::json(status, &json!({ "statusCode": status.as_u16(), "message": message }))
}

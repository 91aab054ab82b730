//! What the router found for a request: a path, its methods, and the rows of the contract that hold for them.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::Method;
use leadhold_kernel::Error;

use super::contract::{Api, OperationRow};
use super::metrics::OperationCounters;
use super::reply::Reply;
use super::request::Request;

/// What a handler answers, some day.
pub type HandlerFuture = Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send>>;
/// A handler whose types the router need not know.
pub type Handler = Arc<dyn Fn(Request) -> HandlerFuture + Send + Sync>;

/// One method of one path.
pub struct Operation {
    rows: Vec<&'static OperationRow>,
    /// What serves it; `None`: planned.
    pub handler: Option<Handler>,
    /// Whether its body is a form with files, which the handler reads.
    pub takes_files: bool,
    /// Its figures.
    pub counters: OperationCounters,
}

impl Operation {
    /// An operation with the row of one version.
    #[must_use]
    pub fn new(row: &'static OperationRow, handler: Option<Handler>, counters: OperationCounters) -> Self {
        Self { rows: vec![row], handler, takes_files: false, counters }
    }

    /// Adds the row of another version.
    pub fn add(&mut self, row: &'static OperationRow) {
        self.rows.push(row);
    }

    /// The path with its `{parameters}`, as the contract spells it.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.rows[0].path
    }

    /// The area of the API that it belongs to.
    #[must_use]
    pub fn area(&self) -> &'static str {
        self.rows.first().map_or("", |row| row.area)
    }

    /// The row for `api`.
    #[must_use]
    pub fn row(&self, api: Api) -> Option<&'static OperationRow> {
        self.rows.iter().copied().find(|row| row.apis.contains(&api))
    }
}

/// One path.
#[derive(Default)]
pub struct Endpoint {
    pub(super) operations: Vec<(Method, Operation)>,
}

impl Endpoint {
    /// The operation of `method`; `HEAD` is a `GET` whose body is not sent (RFC 9110, section 9.3.2).
    #[must_use]
    pub fn operation(&self, method: &Method) -> Option<&Operation> {
        let wanted = if *method == Method::HEAD { &Method::GET } else { method };
        self.operations.iter().find(|(m, _)| m == wanted).map(|(_, operation)| operation)
    }
}

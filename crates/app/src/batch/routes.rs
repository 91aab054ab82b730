//! `/leadhold/v1/batch`: extract, authorise, call, wrap.

use leadhold_kernel::Error;
use leadhold_store::Tx;

use super::{run, wire};
use crate::http::{Reply, Request, Route, post, version};

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![post("/leadhold/v1/batch", batch).takes_files()]
}

/// The longest body, in bytes: ten thousand for each operation.
const LONGEST: usize = 10_000 * wire::MOST;

async fn batch(mut request: Request) -> Result<Reply, Error> {
    request.read_long_body(LONGEST).await?;
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let version = version::read(&request.headers, request.app.config.strict_version)?;
    let wire::Batch { mode, operations } = wire::batch(&body)?;
    let prepared = run::prepare(&request, version, operations).await?;
    let trace_id = request.trace_id.to_string();
    // A location's batches go one at a time: they take many locks, in an order that nobody knows.
    let (turn, trace) = (format!("batch:{}", here.location_id()), trace_id.clone());
    let work = move |tx: &mut Tx<'_>| {
        tx.lock(&turn)?;
        run::run(tx, mode, &prepared, &trace)
    };
    let wrap = move |results: Vec<wire::Outcome>| {
        let succeeded = results.iter().filter(|result| result.done()).count();
        let failed = results.len() - succeeded;
        Reply::ok(&wire::Done { mode, succeeded, failed, results, trace_id: trace_id.clone() })
    };
    request.write(work, wrap).await
}

//! `GET /leadhold/v1/health`: whether the server can do its work.

use leadhold_kernel::Error;
use serde_json::json;

use super::reply::Reply;
use super::request::Request;

/// 200 when the store answers; the store's error otherwise.
pub async fn get(request: Request) -> Result<Reply, Error> {
    let waiting = request.app.queue.waiting().await?;
    Ok(Reply::ok(&json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "now": request.now.iso(),
        "sandbox": request.app.config.sandbox,
        "waiting": { "events": waiting.events, "jobs": waiting.jobs, "deadJobs": waiting.dead_jobs },
    })))
}

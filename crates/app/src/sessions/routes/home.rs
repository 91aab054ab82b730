//! `GET /`: what this is, and where to go.

use http::StatusCode;
use leadhold_kernel::Error;
use serde_json::json;

use crate::http::{Reply, Request, page};

/// Shows it.
pub async fn show(request: Request) -> Result<Reply, Error> {
    page(&request, StatusCode::OK, "home.html", json!({ "base_url": request.app.config.base_url }))
}

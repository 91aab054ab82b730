//! `/developer/outbox`: what would have left the sandbox, for people.

use http::StatusCode;
use leadhold_kernel::Error;
use leadhold_store::DbError;
use serde_json::json;

use super::model::Kind;
use super::routes::outbox_of;
use crate::http::{Reply, Request, page};
use crate::notices;

/// The newest messages, of one kind where the query names one. An e-mail's HTML is shown in a frame without rights.
pub(super) async fn outbox(request: Request) -> Result<Reply, Error> {
    let (messages, next) = outbox_of(&request).await?;
    let notices = request.app.world.store.read(notices::outbox).await;
    let notices = notices.map_err(|why: DbError| Error::from(why))?;
    let given = json!({
        "messages": messages, "next": next, "notices": notices, "kinds": Kind::NAMES,
        "kind": request.query.get("type"), "first": request.query.get("after").is_none(),
        "base_url": request.app.config.base_url,
    });
    page(&request, StatusCode::OK, "outbox.html", given)
}

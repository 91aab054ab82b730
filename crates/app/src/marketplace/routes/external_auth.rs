//! `POST /marketplace/external-auth/migration`.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::json;

use super::super::external_auth::{self, NewConnection};
use super::super::wire;
use super::app_of_caller;
use crate::http::{Reply, Request};

pub(super) async fn migrate(request: Request) -> Result<Reply, Error> {
    let body = wire::migration(&request.json()?, request.now)?;
    let here = request.caller()?.location(Some(&body.location_id))?;
    app_of_caller(&request, body.app.as_str())?;
    let (world, purpose) = (&request.app.world, external_auth::purpose(&here, &body.app, &body.account_id));
    let new = NewConnection {
        sealed: world.seal.seal(&purpose, body.credentials.to_string().as_bytes(), world.random.as_ref())?,
        app: body.app,
        version: body.version,
        account_id: body.account_id,
        display_name: body.display_name,
        auth_type: body.auth_type,
        scopes: body.scopes,
        is_default: body.is_default,
        expires_at: body.expires_at,
    };
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| external_auth::migrate(tx, &cx, &here, &new);
    let wrap = |id| {
        let message = "Connection migrated successfully";
        Reply::created(&json!({ "success": true, "identifier": id, "message": message }))
    };
    request.write(work, wrap).await
}

//! `/contacts/bulk/tags`.

use http::StatusCode;
use leadhold_kernel::Error;
use serde_json::{Value, json};

use super::service::bulk::{Tagged, update_tags};
use super::wire;
use crate::http::{ApiVersion, Reply, Request, Route, post};

/// Changes to many contacts.
pub(super) fn routes() -> Vec<Route> {
    vec![post("/contacts/bulk/tags/update/{type}", tag)]
}

async fn tag(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    let here = request.location_of_body(&body)?;
    let (contacts, update) = wire::bulk_tags(request.path(0), &body)?;
    let (cx, version) = (request.cx(), request.version);
    request
        .write(
            move |tx| update_tags(tx, &cx, &here, &contacts, &update),
            move |tagged| Reply::json(StatusCode::CREATED, &answer(&tagged, version)),
        )
        .await
}

/// The description says that `responses` are texts; its example, and we, have objects.
fn answer(tagged: &[Tagged], version: ApiVersion) -> Value {
    let errors = tagged.iter().filter(|one| one.outcome.is_err()).count();
    let responses: Vec<Value> = tagged.iter().map(response).collect();
    let done = errors == 0 || errors < tagged.len();
    let mut answer = json!({ "succeded": done, "errorCount": errors, "responses": responses });
    if version == ApiVersion::V3 {
        answer["succeeded"] = json!(done);
    }
    answer
}

fn response(one: &Tagged) -> Value {
    match &one.outcome {
        Ok(done) => json!({
            "contactId": one.contact_id,
            "message": "Tags updated",
            "type": "success",
            "oldTags": done.old,
            "tagsAdded": done.added,
            "tagsRemoved": done.removed,
        }),
        Err(why) => json!({ "contactId": one.contact_id, "message": why, "type": "error" }),
    }
}

//! What a definition may be, and what is wrong with one.

use leadhold_kernel::Error;
use serde_json::{Value, json};

use super::location;
use crate::http::{Reply, Request, Route, get, post};
use crate::workflows::definition::Definition;
use crate::workflows::definition::reader::Fault;
use crate::workflows::schema;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![get("/leadhold/v1/workflows/schema", of_definition), post("/leadhold/v1/workflows/check", check)]
}

/// The same for everybody.
async fn of_definition(_request: Request) -> Result<Reply, Error> {
    Ok(Reply::ok(schema::of_definition()))
}

/// All faults of `definition`, and nothing is saved.
async fn check(request: Request) -> Result<Reply, Error> {
    let body = request.json()?;
    location(&request, &body)?;
    let Some(Value::Object(definition)) = body.get("definition") else {
        return Err(Error::field("definition must be an object"));
    };
    let mut definition = definition.clone();
    definition.shift_remove("$schema");
    let faults = Definition::publishable(&Value::Object(definition)).err().unwrap_or_default();
    let fault = |fault: &Fault| json!({"at": fault.at, "message": fault.message, "mayStayInDraft": fault.may_stay_in_draft});
    let faults: Vec<Value> = faults.iter().map(fault).collect();
    Ok(Reply::ok(&json!({"faults": faults})))
}

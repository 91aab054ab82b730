//! `/locations`, without tags and custom fields.

mod channels;
mod close;
mod open;
mod permissions;
mod read;
mod update;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

/// The first location's path.
pub fn path(app: &TestApp) -> String {
    format!("/locations/{}", app.agency.location.location_id())
}

/// The smallest body that opens or changes a location, with what is `more`.
pub fn body(app: &TestApp, more: Value) -> Value {
    let mut body = json!({"name": "Mark Shoes", "companyId": app.agency.company.company_id()});
    let fields = body.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    body
}

//! Campaigns as clients write and read them.

use leadhold_kernel::Error;
use serde_json::{Map, Value, json};

use super::{Campaign, Status};
use crate::http::Query;
use crate::http::fields::Fields;

const NAME_LENGTH: usize = 255;

/// Reads the query of the list.
///
/// # Errors
/// All faults at once.
pub fn list(query: &Query) -> Result<Option<Status>, Error> {
    let mut fields = Fields::of_query(query);
    fields.declare("locationId"); // the edge has seen that it is the caller's
    let status = status(&mut fields);
    fields.finish()?;
    Ok(status)
}

/// Reads the body of a creation. Without a status it is a draft.
///
/// # Errors
/// All faults at once.
pub fn new(body: &Map<String, Value>) -> Result<(String, Status), Error> {
    let mut fields = Fields::of_body(body);
    fields.declare("locationId");
    let name = fields.required_text_within("name", NAME_LENGTH);
    let status = status(&mut fields).unwrap_or(Status::Draft);
    fields.finish()?;
    Ok((name, status))
}

/// Reads the body of a change.
///
/// # Errors
/// All faults at once.
pub fn changes(body: &Map<String, Value>) -> Result<(Option<String>, Option<Status>), Error> {
    let mut fields = Fields::of_body(body);
    fields.declare("locationId");
    let name = fields.given_text_within("name", NAME_LENGTH);
    let status = status(&mut fields);
    fields.finish()?;
    Ok((name, status))
}

fn status(fields: &mut Fields<'_>) -> Option<Status> {
    fields.one_of("status", &Status::WORDS).and_then(Status::parse)
}

/// Checks the body of putting a contact into a campaign, in which nothing is to be said.
///
/// # Errors
/// All faults at once.
pub fn nothing(body: &Map<String, Value>) -> Result<(), Error> {
    Fields::of_body(body).finish()
}

/// A campaign as the documented list has it.
#[must_use]
pub fn listed(campaign: &Campaign, location: &str) -> Value {
    let Campaign { id, name, status, .. } = campaign;
    json!({ "id": id, "name": name, "status": status.name(), "locationId": location })
}

/// What our own operations on one campaign answer.
#[must_use]
pub fn one(campaign: &Campaign, location: &str) -> Value {
    let mut shown = listed(campaign, location);
    shown["createdAt"] = json!(campaign.created_at.iso());
    shown["updatedAt"] = json!(campaign.updated_at.iso());
    json!({ "campaign": shown })
}

//! Campaigns as clients write and read them.

use leadhold_kernel::Error;
use serde_json::{Map, Value, json};

use super::plan::{self, Changes};
use super::{Campaign, Place, Progress, Status};
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
pub fn new(body: &Map<String, Value>) -> Result<(String, Status, Changes), Error> {
    let mut fields = Fields::of_body(body);
    fields.declare("locationId");
    let name = fields.required_text_within("name", NAME_LENGTH);
    let status = status(&mut fields).unwrap_or(Status::Draft);
    let plan = plan::read(&mut fields);
    fields.finish()?;
    Ok((name, status, plan))
}

/// Reads the body of a change.
///
/// # Errors
/// All faults at once.
pub fn changes(body: &Map<String, Value>) -> Result<(Option<String>, Option<Status>, Changes), Error> {
    let mut fields = Fields::of_body(body);
    fields.declare("locationId");
    let name = fields.given_text_within("name", NAME_LENGTH);
    let status = status(&mut fields);
    let plan = plan::read(&mut fields);
    fields.finish()?;
    Ok((name, status, plan))
}

fn status(fields: &mut Fields<'_>) -> Option<Status> {
    fields.one_of("status", &Status::WORDS).and_then(Status::parse)
}

/// Which contacts of a campaign are asked for.
pub struct Places {
    pub(super) status: Option<Progress>,
    /// Behind this place.
    pub(super) after: Option<String>,
    pub(super) limit: i64,
}

/// Reads the query of the list of contacts.
///
/// # Errors
/// All faults at once.
pub fn places(query: &Query) -> Result<Places, Error> {
    let mut fields = Fields::of_query(query);
    fields.declare("locationId");
    let status = fields.one_of("status", &Progress::WORDS).and_then(Progress::parse);
    let after = fields.text_within("after", 64).into_option();
    let limit = fields.integer("limit", 1, 100).unwrap_or(20);
    fields.finish()?;
    Ok(Places { status, after, limit })
}

/// A contact in a campaign.
#[must_use]
pub fn place(place: &Place) -> Value {
    json!({
        "id": place.id, "contactId": place.contact_id, "status": place.progress.name(), "replied": place.replied,
        "dateAdded": place.date_added.iso(), "dateUpdated": place.date_updated.max(place.date_added).iso(),
    })
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
    shown["version"] = json!(campaign.version);
    if let (Some(shown), Value::Object(plan)) = (shown.as_object_mut(), &campaign.plan) {
        shown.extend(plan.clone());
    }
    shown["createdAt"] = json!(campaign.created_at.iso());
    shown["updatedAt"] = json!(campaign.updated_at.iso());
    json!({ "campaign": shown })
}

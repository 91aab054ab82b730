//! What clients write about an opportunity, in both versions' spelling and in that of the integrator's guide (`title`,
//! `stageId`).

use leadhold_kernel::{Error, Patch, date::Date};
use serde_json::{Map, Value};

use super::model::{FollowerChange, OpportunityFields, Status};
use super::pipelines::percent;
use super::service::Upsert;
use crate::custom_fields::FieldWrite;
use crate::http::fields::Fields;

/// Characters of a name or a source. Lists are sorted by the name.
const TEXT_LENGTH: usize = 500;
/// Characters of an id.
const ID_LENGTH: usize = 64;
/// Users who follow one opportunity: they go out whole with every list.
const MAX_FOLLOWERS: usize = 100;
/// What a deal is worth at most, either way: sums of many stay exact to the cent.
const MAX_VALUE: f64 = 1e12;

/// A creation.
#[derive(Debug, PartialEq)]
pub(super) struct NewBody {
    pub(super) contact_id: String,
    pub(super) fields: OpportunityFields,
}

/// Reads `POST /opportunities/`.
///
/// # Errors
/// All faults at once.
pub(super) fn create(body: &Map<String, Value>) -> Result<NewBody, Error> {
    let mut fields = Fields::of_body(body);
    fields.text("locationId"); // who may write there has been decided
    let pipeline_id = Some(fields.required_text_within("pipelineId", ID_LENGTH));
    let name = Some(name(&mut fields, true).unwrap_or_default());
    let contact_id = fields.required_text_within("contactId", ID_LENGTH);
    let read = OpportunityFields { pipeline_id, name, ..shared(&mut fields) };
    fields.finish()?;
    Ok(NewBody { contact_id, fields: read })
}

/// Reads `PUT /opportunities/{id}`, which knows no location and no contact.
///
/// # Errors
/// All faults at once.
pub(super) fn update(body: &Map<String, Value>) -> Result<OpportunityFields, Error> {
    let mut fields = Fields::of_body(body);
    let pipeline_id = id(&mut fields, "pipelineId");
    let name = name(&mut fields, false);
    let read = OpportunityFields { pipeline_id, name, ..shared(&mut fields) };
    fields.finish()?;
    Ok(read)
}

/// Reads `POST /opportunities/upsert`: the descriptions demand followers and know no contact, clients do the opposite.
///
/// # Errors
/// All faults at once.
pub(super) fn upsert(body: &Map<String, Value>) -> Result<(Upsert, OpportunityFields), Error> {
    let mut fields = Fields::of_body(body);
    fields.text("locationId");
    let own = id(&mut fields, "id").filter(|id| !id.is_empty());
    let contact = id(&mut fields, "contactId").unwrap_or_default();
    let pipeline_id = match &own {
        Some(_) => id(&mut fields, "pipelineId"),
        None => Some(fields.required_text_within("pipelineId", ID_LENGTH)),
    };
    if own.is_none() && contact.is_empty() {
        fields.fault("contactId", "should not be empty");
    }
    let name = name(&mut fields, false);
    let followers = followers(&mut fields);
    let read = OpportunityFields { pipeline_id, name, followers, ..shared(&mut fields) };
    fields.finish()?;
    Ok((own.map_or(Upsert::OfContact(contact), Upsert::Id), read))
}

/// Reads `PUT /opportunities/{id}/status`.
///
/// # Errors
/// All faults at once.
pub(super) fn status(body: &Map<String, Value>) -> Result<OpportunityFields, Error> {
    let mut fields = Fields::of_body(body);
    let status = status_of(&mut fields);
    if fields.value("status").is_none_or(Value::is_null) {
        let known = Status::NAMES.join(", ");
        fields.fault("status", format!("must be one of the following values: {known}"));
    }
    let lost_reason_id = bounded(&mut fields, "lostReasonId", ID_LENGTH);
    fields.finish()?;
    Ok(OpportunityFields { status, lost_reason_id, ..OpportunityFields::default() })
}

/// Reads the body of `POST` and `DELETE /opportunities/{id}/followers`; `required`: whether it has to name someone.
///
/// # Errors
/// All faults at once.
pub(super) fn follower_ids(body: &Map<String, Value>, required: bool) -> Result<Vec<String>, Error> {
    let mut fields = Fields::of_body(body);
    if required && fields.value("followers").is_none_or(Value::is_null) {
        fields.fault("followers", "must be an array");
    }
    let ids = ids(&mut fields).unwrap_or_default();
    fields.finish()?;
    Ok(ids)
}

/// The fields that every write knows.
fn shared(fields: &mut Fields<'_>) -> OpportunityFields {
    let stage_id = id(fields, "pipelineStageId");
    let guide = id(fields, "stageId");
    OpportunityFields {
        stage_id: stage_id.or(guide),
        status: status_of(fields),
        monetary_value: monetary_value(fields),
        source: bounded(fields, "source", TEXT_LENGTH),
        assigned_to: bounded(fields, "assignedTo", ID_LENGTH),
        lost_reason_id: bounded(fields, "lostReasonId", ID_LENGTH),
        close_date: close_date(fields),
        probability: percent(fields, "forecastProbability"),
        custom_fields: fields.objects("customFields", FieldWrite::read).unwrap_or_default(),
        ..OpportunityFields::default()
    }
}

/// `name`, or `title` as the guide says. One that is said cannot be blank.
fn name(fields: &mut Fields<'_>, required: bool) -> Option<String> {
    let spelling = ["name", "title"].into_iter().find(|name| fields.value(name).is_some());
    fields.declare("title");
    let spelling = if required { Some(spelling.unwrap_or("name")) } else { spelling }?;
    Some(fields.required_text_within(spelling, TEXT_LENGTH).trim().to_owned())
}

fn id(fields: &mut Fields<'_>, name: &'static str) -> Option<String> {
    fields.text_within(name, ID_LENGTH).into_option()
}

/// A trimmed text; a blank one is none.
fn bounded(fields: &mut Fields<'_>, name: &'static str, longest: usize) -> Patch<String> {
    match fields.text_within(name, longest) {
        Patch::Value(text) if text.trim().is_empty() => Patch::Null,
        other => other.map(|text| text.trim().to_owned()),
    }
}

/// `all` is a status of searches; nothing can have it.
fn status_of(fields: &mut Fields<'_>) -> Option<Status> {
    fields.one_of("status", Status::NAMES).and_then(Status::parse)
}

fn monetary_value(fields: &mut Fields<'_>) -> Patch<f64> {
    match fields.value("monetaryValue") {
        None => Patch::Absent,
        Some(Value::Null) => Patch::Null,
        Some(_) => fields.number("monetaryValue", -MAX_VALUE, MAX_VALUE).map_or(Patch::Absent, Patch::Value),
    }
}

fn close_date(fields: &mut Fields<'_>) -> Patch<Date> {
    match bounded(fields, "forecastExpectedCloseDate", TEXT_LENGTH) {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Value(text) => match Date::parse(&text) {
            Some(date) => Patch::Value(date),
            None => {
                fields.fault("forecastExpectedCloseDate", "must be a date such as YYYY-MM-DD");
                Patch::Absent
            }
        },
    }
}

/// Who comes to follow, or leaves, in an upsert.
fn followers(fields: &mut Fields<'_>) -> Option<FollowerChange> {
    let ids = ids(fields);
    let all = fields.flag("isRemoveAllFollowers").unwrap_or(false);
    let action = fields.one_of("followersActionType", &["add", "remove"]).unwrap_or("add");
    match (all, ids, action) {
        (true, ..) => Some(FollowerChange::RemoveAll),
        (false, Some(ids), "remove") => Some(FollowerChange::Remove(ids)),
        (false, Some(ids), _) => Some(FollowerChange::Add(ids)),
        (false, None, _) => None,
    }
}

fn ids(fields: &mut Fields<'_>) -> Option<Vec<String>> {
    let ids = fields.texts_within("followers", ID_LENGTH)?;
    if ids.len() > MAX_FOLLOWERS {
        fields.too_many("followers", MAX_FOLLOWERS);
    }
    Some(ids.into_iter().filter(|id| !id.trim().is_empty()).collect())
}

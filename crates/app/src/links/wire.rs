//! Links as clients write and read them.

use leadhold_kernel::{Error, Timestamp};
use serde_json::{Map, Value, json};

use super::Link;
use super::click::Click;
use super::destination::leads_somewhere;
use super::service::NewLink;
use crate::http::fields::Fields;
use crate::http::{ApiVersion, Query};

const NAME_LENGTH: usize = 255;
const URL_LENGTH: usize = 2048;
const ID_LENGTH: usize = 64;
/// The longest page, and how far pages go.
const LONGEST_PAGE: i64 = 100;
const FARTHEST: i64 = 100_000;

/// Reads the body of a creation.
///
/// # Errors
/// All faults at once.
pub(super) fn new(body: &Map<String, Value>) -> Result<NewLink, Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text_within("locationId", ID_LENGTH); // the edge has seen that it is the caller's
    link(fields)
}

/// Reads the body of a change.
///
/// # Errors
/// All faults at once.
pub(super) fn change(body: &Map<String, Value>) -> Result<NewLink, Error> {
    link(Fields::of_body(body))
}

fn link(mut fields: Fields<'_>) -> Result<NewLink, Error> {
    let name = fields.required_text_within("name", NAME_LENGTH);
    let redirect_to = fields.required_text_within("redirectTo", URL_LENGTH);
    if !redirect_to.is_empty() && !leads_somewhere(&redirect_to) {
        fields.fault("redirectTo", "must be a URL address");
    }
    fields.finish()?;
    Ok(NewLink { name, redirect_to })
}

/// Reads the query of a list.
///
/// # Errors
/// All faults at once.
pub(super) fn location(query: &Query) -> Result<(), Error> {
    let mut fields = Fields::of_query(query);
    fields.required_text_within("locationId", ID_LENGTH); // the edge has seen that it is the caller's
    fields.finish()
}

/// Reads the query of a search: the text, how many to leave out, and how many to show.
///
/// # Errors
/// All faults at once.
pub(super) fn search(query: &Query) -> Result<(String, i64, i64), Error> {
    let mut fields = Fields::of_query(query);
    fields.required_text_within("locationId", ID_LENGTH);
    let text = fields.text_within("query", NAME_LENGTH).into_option().unwrap_or_default();
    let skip = fields.integer("skip", 0, FARTHEST).unwrap_or(0);
    let limit = fields.integer("limit", 1, LONGEST_PAGE).unwrap_or(20);
    fields.finish()?;
    Ok((text, skip, limit))
}

/// Reads the query of a link's clicks: before which, and how many.
///
/// # Errors
/// All faults at once.
pub(super) fn clicks(query: &Query) -> Result<((Timestamp, String), i64), Error> {
    let mut fields = Fields::of_query(query);
    fields.declare("locationId");
    let cursor = match fields.text_within("cursor", 100).into_option() {
        None => (Timestamp(i64::MAX), String::new()),
        Some(text) => match text.split_once('-').and_then(|(at, id)| Some((at.parse().ok()?, id))) {
            Some((at, id)) => (Timestamp(at), id.to_owned()),
            None => {
                fields.fault("cursor", "must be the `next` of an answer");
                (Timestamp(0), String::new())
            }
        },
    };
    let limit = fields.integer("limit", 1, LONGEST_PAGE).unwrap_or(50);
    fields.finish()?;
    Ok((cursor, limit))
}

/// A link as it is read.
pub(super) fn shown(link: &Link) -> Value {
    json!({
        "id": link.id,
        "name": link.name,
        "redirectTo": link.redirect_to,
        "fieldKey": format!("{{{{trigger_link.{}}}}}", link.id),
        "locationId": link.location_id,
    })
}

/// The answer to a deletion.
pub(super) fn deleted(version: ApiVersion) -> Value {
    match version {
        ApiVersion::V2 => json!({ "succeded": true }),
        ApiVersion::V3 => json!({ "succeded": true, "succeeded": true }),
    }
}

/// A link's clicks, with its counts.
pub(super) fn counted(link: &Link, clicks: &[Click], limit: i64) -> Value {
    let full = i64::try_from(clicks.len()).is_ok_and(|count| count == limit);
    let next = clicks.last().filter(|_| full).map(|click| format!("{}-{}", click.at.millis(), click.id));
    let shown: Vec<Value> = clicks
        .iter()
        .map(|click| json!({ "id": click.id, "contactId": click.contact_id, "clickedAt": click.at.iso() }))
        .collect();
    json!({ "clicks": shown, "total": link.clicks, "unique": link.contacts, "next": next })
}

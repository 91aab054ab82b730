//! The JSON of reasons, spelled alike in both versions of the API.

use leadhold_kernel::{Error, fold};
use serde::Serialize;
use serde_json::{Map, Value};

use super::LostReason;
use crate::http::fields::Fields;
use crate::http::query::Query;
use crate::tenant::LocationScope;

/// Characters of a name.
const NAME_LENGTH: usize = 255;

/// What a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// The whole name, or a part of it; folded.
    name: Option<String>,
    part: Option<String>,
    deleted: bool,
    skip: usize,
    limit: usize,
    pub(super) count: bool,
}

impl Asked {
    /// Reads the query of the list.
    ///
    /// # Errors
    /// All faults at once.
    pub(super) fn read(query: &Query) -> Result<Self, Error> {
        let mut fields = Fields::of_list(query);
        fields.declare("locationId");
        let text = |text: String| Some(fold(text.trim())).filter(|text| !text.is_empty());
        let asked = Self {
            name: fields.text_within("name", NAME_LENGTH).into_option().and_then(text),
            part: fields.text_within("query", NAME_LENGTH).into_option().and_then(text),
            deleted: fields.flag("deleted").unwrap_or(false),
            skip: number(fields.integer("skip", 0, 10_000), 0),
            limit: number(fields.integer("limit", 1, 100), 100),
            count: fields.flag("getCount").unwrap_or(false),
        };
        fields.finish()?;
        Ok(asked)
    }

    /// The reasons that fit: how many, and those of the page.
    pub(super) fn page(&self, all: Vec<LostReason>) -> (usize, Vec<LostReason>) {
        let fits = |reason: &LostReason| {
            let name = fold(&reason.name);
            reason.deleted_at.is_some() == self.deleted
                && self.name.as_ref().is_none_or(|whole| name == *whole)
                && self.part.as_ref().is_none_or(|part| name.contains(part.as_str()))
        };
        let fitting: Vec<LostReason> = all.into_iter().filter(fits).collect();
        (fitting.len(), fitting.into_iter().skip(self.skip).take(self.limit).collect())
    }
}

fn number(asked: Option<i64>, otherwise: usize) -> usize {
    asked.and_then(|number| usize::try_from(number).ok()).unwrap_or(otherwise)
}

/// Reads the name of a reason to be made or changed.
///
/// # Errors
/// All faults at once.
pub(super) fn name(body: &Map<String, Value>) -> Result<String, Error> {
    let mut fields = Fields::of_body(body);
    fields.declare("locationId"); // who may write there has been decided
    let name = fields.required_text_within("name", NAME_LENGTH);
    fields.finish()?;
    Ok(name.trim().to_owned())
}

/// One reason.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown<'a> {
    id: &'a str,
    name: &'a str,
    location_id: &'a str,
    created_at: String,
    updated_at: String,
}

impl<'a> Shown<'a> {
    /// As clients read it.
    pub(super) fn of(reason: &'a LostReason, here: &'a LocationScope) -> Self {
        Self {
            id: reason.id.as_str(),
            name: &reason.name,
            location_id: here.location_id().as_str(),
            created_at: reason.created_at.iso(),
            updated_at: reason.updated_at.iso(),
        }
    }
}

//! An opportunity as its row.

use leadhold_kernel::{Timestamp, date::Date, fold};
use leadhold_store::{Column, DbError, Json, Row, Value, json_text};

use super::model::{Forecast, Opportunity, Status};

/// Takes the columns one after the other.
struct Columns<'a, 'r> {
    row: &'a Row<'r>,
    at: usize,
}

impl Columns<'_, '_> {
    fn next<T: Column>(&mut self) -> Result<T, DbError> {
        self.at += 1;
        self.row.get(self.at - 1)
    }

    fn json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, DbError> {
        let Json(value) = self.next()?;
        Ok(value)
    }
}

/// Reads a row with the select list of `sql::GET`.
pub(super) fn read(row: &Row<'_>) -> Result<Opportunity, DbError> {
    let mut columns = Columns { row, at: 0 };
    Ok(Opportunity {
        no: columns.next()?,
        id: columns.next()?,
        location_id: columns.next()?,
        contact_id: columns.next()?,
        pipeline_id: columns.next()?,
        stage_id: columns.next()?,
        name: columns.next()?,
        status: status(&columns.next::<String>()?)?,
        monetary_value: columns.next()?,
        source: columns.next()?,
        assigned_to: Some(columns.next::<String>()?).filter(|user| !user.is_empty()),
        lost_reason_id: columns.next()?,
        followers: columns.json()?,
        custom_fields: columns.json()?,
        forecast: Forecast {
            close: day(columns.next()?)?,
            original: day(columns.next()?)?,
            slippage_count: columns.next()?,
            last_slipped_at: columns.next::<Option<i64>>()?.map(Timestamp),
        },
        probability: columns.next()?,
        version: columns.next()?,
        created_by: columns.json()?,
        updated_by: columns.json()?,
        last_status_change: columns.next()?,
        last_stage_change: columns.next()?,
        date_added: columns.next()?,
        date_updated: columns.next()?,
    })
}

fn status(word: &str) -> Result<Status, DbError> {
    Status::parse(word).ok_or_else(|| inconsistent("status", word))
}

fn day(text: Option<String>) -> Result<Option<Date>, DbError> {
    text.map(|text| Date::parse(&text).ok_or_else(|| inconsistent("close_date", &text))).transpose()
}

fn inconsistent(column: &str, found: &str) -> DbError {
    DbError::Inconsistent { place: format!("opportunities.{column}"), fault: format!("found `{found}`") }
}

/// The values of `sql::INSERT` and `sql::UPDATE`, in their order.
pub(super) fn params(opportunity: &Opportunity) -> Vec<Value<'static>> {
    let of = opportunity.clone();
    let forecast = of.forecast;
    vec![
        of.id.to_string().into(),
        of.location_id.to_string().into(),
        of.contact_id.to_string().into(),
        of.pipeline_id.to_string().into(),
        of.stage_id.to_string().into(),
        fold(&of.name).into(),
        of.name.into(),
        of.status.name().to_owned().into(),
        of.monetary_value.into(),
        of.source.as_deref().map(fold).unwrap_or_default().into(),
        of.source.into(),
        of.assigned_to.unwrap_or_default().into(),
        of.lost_reason_id.into(),
        json_text(&of.followers).into(),
        json_text(&of.custom_fields).into(),
        forecast.close.map(Date::iso).into(),
        forecast.original.map(Date::iso).into(),
        forecast.slippage_count.into(),
        forecast.last_slipped_at.map(Timestamp::millis).into(),
        of.probability.into(),
        of.version.into(),
        json_text(&of.created_by).into(),
        json_text(&of.updated_by).into(),
        of.last_status_change.into(),
        of.last_stage_change.into(),
        of.date_added.into(),
        of.date_updated.into(),
    ]
}

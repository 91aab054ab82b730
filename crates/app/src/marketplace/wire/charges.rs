//! Charges and wallets.

use leadhold_kernel::{Error, Id, Timestamp};
use serde_json::{Map, Value, json};

use super::super::Money;
use super::super::charges::{Charge, ChargeFilter, NewCharge};
use super::{LONGEST, number};
use crate::http::Query;
use crate::http::fields::Fields;
use crate::tenant::LocationScope;

/// The most units that one charge counts.
const MOST_UNITS: f64 = 1e12;

/// The body of a charge.
pub(in super::super) struct ChargeBody {
    pub(in super::super) location_id: String,
    pub(in super::super) new: NewCharge,
}

/// Reads the body of a charge. Whose `companyId` it is has been checked at the edge.
///
/// # Errors
/// All faults at once.
pub(in super::super) fn charge(body: &Map<String, Value>) -> Result<ChargeBody, Error> {
    let mut fields = Fields::of_body(body);
    let app = fields.required_text_within("appId", 64);
    let meter_id = fields.required_text_within("meterId", 64);
    let event_id = fields.required_text_within("eventId", LONGEST);
    let location_id = fields.required_text("locationId");
    fields.required_text("companyId");
    let description = fields.required_text_within("description", 1000);
    let units = units(&mut fields);
    let price = price(&mut fields, "price");
    let user_id = fields.text_within("userId", 64).into_option();
    let event_time = event_time(&mut fields);
    fields.finish()?;
    let app = Id::parse(&app).ok_or_else(|| Error::bad_request(format!("App with id {app} not found")))?;
    let new = NewCharge { app, meter_id, event_id, description, units, price, user_id, event_time };
    Ok(ChargeBody { location_id, new })
}

fn units(fields: &mut Fields<'_>) -> f64 {
    let present = fields.value("units").is_some_and(|value| !value.is_null());
    match fields.number("units", 0.0, MOST_UNITS) {
        Some(units) if units > 0.0 => return units,
        Some(_) => fields.fault("units", "must be a positive number"),
        None if present => {}
        None => fields.fault("units", "must be a number conforming to the specified constraints"),
    }
    0.0
}

/// An amount of dollars.
fn price(fields: &mut Fields<'_>, name: &'static str) -> Option<Money> {
    Money::of_dollars(fields.number(name, 0.0, Money::MOST.dollars())?)
}

/// When it happened. The published example is no ISO time (`2025-03-26T00:00:000Z`), so no more than the day is checked.
fn event_time(fields: &mut Fields<'_>) -> Option<String> {
    let text = fields.text_within("eventTime", 64).into_option().filter(|text| !text.trim().is_empty())?;
    if text.get(..10).and_then(midnight).is_none() {
        fields.fault("eventTime", "must be a valid ISO 8601 date string");
    }
    Some(text)
}

/// What a list of charges is asked for.
pub(in super::super) struct ChargeList {
    pub(in super::super) filter: ChargeFilter,
    pub(in super::super) skip: i64,
    pub(in super::super) limit: i64,
}

/// Reads the query of a list.
///
/// # Errors
/// All faults at once.
pub(in super::super) fn charge_list(query: &Query) -> Result<ChargeList, Error> {
    let mut fields = Fields::of_query(query);
    fields.declare("locationId");
    fields.declare("companyId");
    let filter = ChargeFilter {
        app: None,
        meter_id: asked(&mut fields, "meterId"),
        event_id: asked(&mut fields, "eventId"),
        user_id: asked(&mut fields, "userId"),
        since: moment(&mut fields, "startDate"),
        until: moment(&mut fields, "endDate"),
    };
    let skip = fields.integer("skip", 0, 1_000_000).unwrap_or(0);
    let limit = fields.integer("limit", 1, 100).unwrap_or(10);
    fields.finish()?;
    Ok(ChargeList { filter, skip, limit })
}

fn asked(fields: &mut Fields<'_>, name: &'static str) -> Option<String> {
    fields.text(name).into_option().filter(|text| !text.is_empty())
}

/// A moment, or a day's first moment.
fn moment(fields: &mut Fields<'_>, name: &'static str) -> Option<Timestamp> {
    let text = asked(fields, name)?;
    let at = Timestamp::parse(&text).or_else(|| midnight(&text));
    if at.is_none() {
        fields.fault(name, "must be a valid ISO 8601 date string");
    }
    at
}

fn midnight(day: &str) -> Option<Timestamp> {
    (day.len() == 10).then(|| Timestamp::parse(&format!("{day}T00:00:00Z"))).flatten()
}

/// A charge as it is shown.
pub(in super::super) fn shown_charge(charge: &Charge, here: &LocationScope) -> Value {
    let mut meta = json!({ "eventId": charge.event_id, "description": charge.description });
    for (name, value) in [("eventTime", &charge.event_time), ("userId", &charge.user_id)] {
        if let Some(value) = value {
            meta[name] = json!(value);
        }
    }
    json!({
        "refunded": charge.refunded,
        "currency": "USD",
        "appId": charge.app_id,
        "meterId": charge.meter_id,
        "chargeId": charge.id,
        "entityType": "location",
        "entityId": here.location_id(),
        "amountCharged": charge.amount,
        "pricePerUnit": charge.price,
        "transactionType": charge.kind,
        "units": number(charge.units),
        "meta": meta,
        "createdAt": charge.created_at.iso(),
        "updatedAt": charge.updated_at.iso(),
    })
}

/// Reads what a wallet is set to.
///
/// # Errors
/// All faults at once.
pub(in super::super) fn wallet(body: &Map<String, Value>) -> Result<Money, Error> {
    let mut fields = Fields::of_body(body);
    let present = fields.value("balance").is_some_and(|value| !value.is_null());
    let balance = price(&mut fields, "balance");
    if !present {
        fields.fault("balance", "should not be empty");
    }
    fields.finish()?;
    Ok(balance.unwrap_or_default())
}

/// A wallet as it is shown.
pub(in super::super) fn shown_wallet(here: &LocationScope, balance: Money) -> Value {
    json!({ "wallet": { "locationId": here.location_id(), "balance": balance, "currency": "USD" } })
}

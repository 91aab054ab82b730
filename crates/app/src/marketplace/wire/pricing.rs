//! Plans and meters, as a location reads them and as developers set them.

use leadhold_kernel::{Error, Id, Random};
use serde_json::{Map, Value, json};

use super::super::Money;
use super::super::pricing::{Meter, Plan, Price};
use super::LONGEST;
use crate::http::fields::Fields;

/// How many plans or meters an app has at most.
const MOST: usize = 100;

/// `subscription`: what the agency's location pays, where the agency rebills.
pub(in super::super) fn subscription_plans(plans: &[Plan], markup: Option<f64>) -> Vec<Value> {
    let shown = plans.iter().map(|plan| {
        let resold = markup.map_or(Money::default(), |percent| plan.amount.marked_up(percent));
        json!({
            "resellingAmount": resold,
            "baseAmount": plan.amount,
            "planId": plan.id,
            "features": plan.features,
            "paymentType": plan.payment_time,
            "name": plan.name,
            "paymentTime": plan.payment_time,
        })
    });
    shown.collect()
}

/// Plans as their developers set them.
pub(in super::super) fn own_plans(plans: &[Plan]) -> Vec<Value> {
    let shown = plans.iter().map(|plan| {
        json!({
            "planId": plan.id,
            "name": plan.name,
            "baseAmount": plan.amount,
            "paymentTime": plan.payment_time,
            "trialDays": plan.trial_days,
            "features": plan.features,
        })
    });
    shown.collect()
}

/// `usage`: prices by the unit, with what the agency adds.
pub(in super::super) fn usage_plans(meters: &[Meter], markup: Option<f64>) -> Vec<Value> {
    let with_markup = |price: Money| price.marked_up(markup.unwrap_or(0.0));
    let shown = meters.iter().map(|meter| {
        let (kind, fixed, least, most) = match meter.price {
            Price::Fixed(price) => ("fixed", price, price, price),
            Price::Dynamic(least, most) => ("dynamic", Money::default(), least, most),
        };
        json!({
            "productType": meter.product_type,
            "productName": meter.product_name,
            "usageUnit": meter.usage_unit,
            "meterId": meter.id,
            "meterName": meter.name,
            "fixedPricePerUnit": with_markup(fixed),
            "priceType": kind,
            "minPricePerUnit": with_markup(least).dollars().to_string(),
            "maxPricePerUnit": with_markup(most).dollars().to_string(),
            "executionLimitPerCycle": meter.execution_limit,
        })
    });
    shown.collect()
}

/// Reads `{"plans": […]}`; a plan without an id gets one.
///
/// # Errors
/// All faults at once.
pub(in super::super) fn plans(body: &Map<String, Value>, random: &dyn Random) -> Result<Vec<Plan>, Error> {
    list(body, "plans", |fields| {
        let id = id_or_fresh(fields, "planId", random);
        let name = fields.required_text_within("name", LONGEST);
        let amount = price(fields, "baseAmount");
        if is_empty(fields, "baseAmount") {
            fields.fault("baseAmount", "should not be empty");
        }
        let payment_time = fields.one_of("paymentTime", &["month", "year", "one_time"]).unwrap_or("month");
        Plan {
            id,
            name,
            amount: amount.unwrap_or_default(),
            payment_time: payment_time.to_owned(),
            trial_days: fields.integer("trialDays", 0, 365).unwrap_or(0),
            features: fields.texts_within("features", LONGEST).unwrap_or_default(),
        }
    })
}

/// Reads `{"meters": […]}`; a meter without an id gets one.
///
/// # Errors
/// All faults at once.
pub(in super::super) fn meters(body: &Map<String, Value>, random: &dyn Random) -> Result<Vec<Meter>, Error> {
    list(body, "meters", |fields| {
        let id = id_or_fresh(fields, "meterId", random);
        let name = fields.required_text_within("meterName", LONGEST);
        let product_type = fields.text_within("productType", LONGEST).into_option();
        let product_name = fields.text_within("productName", LONGEST).into_option();
        let usage_unit = fields.text_within("usageUnit", LONGEST).into_option();
        let price = meter_price(fields);
        let execution_limit = fields.integer("executionLimitPerCycle", 0, 1_000_000_000_000).unwrap_or(0);
        Meter {
            id,
            product_type: product_type.unwrap_or_else(|| "workflow_action".to_owned()),
            product_name: product_name.unwrap_or_else(|| name.clone()),
            usage_unit: usage_unit.unwrap_or_else(|| "unit".to_owned()),
            name,
            price,
            execution_limit,
        }
    })
}

/// The fields of the other kind of price are let pass, so that a list can be sent back as it was read.
fn meter_price(fields: &mut Fields<'_>) -> Price {
    let kind = fields.one_of("priceType", &["fixed", "dynamic"]).unwrap_or("fixed");
    let fixed = price(fields, "fixedPricePerUnit");
    let (least, most) = (price(fields, "minPricePerUnit"), price(fields, "maxPricePerUnit"));
    if kind == "fixed" {
        if is_empty(fields, "fixedPricePerUnit") {
            fields.fault("fixedPricePerUnit", "should not be empty when priceType is fixed");
        }
        return Price::Fixed(fixed.unwrap_or_default());
    }
    match (least, most) {
        (Some(least), Some(most)) if least <= most => return Price::Dynamic(least, most),
        (Some(_), Some(_)) => fields.fault("maxPricePerUnit", "must not be less than minPricePerUnit"),
        _ => fields
            .fault("minPricePerUnit", "and maxPricePerUnit should not be empty when priceType is dynamic"),
    }
    Price::Fixed(Money::default())
}

/// Reads `{"markupPercent": …}`; null: the agency does not rebill.
///
/// # Errors
/// All faults at once.
pub(in super::super) fn rebilling(body: &Map<String, Value>) -> Result<Option<f64>, Error> {
    let mut fields = Fields::of_body(body);
    if fields.value("markupPercent").is_none() {
        fields.fault("markupPercent", "should not be undefined");
    }
    let percent = fields.number("markupPercent", 0.0, 1000.0);
    fields.finish()?;
    Ok(percent)
}

/// An amount of dollars, also as the text that usage plans show.
fn price(fields: &mut Fields<'_>, name: &'static str) -> Option<Money> {
    let dollars = match fields.value(name) {
        Some(Value::String(text)) => text.trim().parse().ok(),
        None | Some(Value::Null) => return None,
        Some(other) => other.as_f64(),
    };
    let money = dollars.and_then(Money::of_dollars);
    if money.is_none() {
        let most = Money::MOST.dollars();
        fields.fault(name, format!("must be a number of dollars between 0 and {most}"));
    }
    money
}

fn is_empty(fields: &mut Fields<'_>, name: &'static str) -> bool {
    fields.value(name).is_none_or(Value::is_null)
}

fn id_or_fresh<K: leadhold_kernel::id::Kind>(
    fields: &mut Fields<'_>,
    name: &'static str,
    random: &dyn Random,
) -> Id<K> {
    match fields.text(name).into_option() {
        None => Id::generate(random),
        Some(text) => Id::parse(&text).unwrap_or_else(|| {
            fields.fault(name, "must be an id");
            Id::generate(random)
        }),
    }
}

fn list<T>(
    body: &Map<String, Value>,
    name: &'static str,
    read: impl FnMut(&mut Fields<'_>) -> T,
) -> Result<Vec<T>, Error> {
    let mut fields = Fields::of_body(body);
    let all = fields.objects(name, read);
    match &all {
        None if fields.sound() => fields.fault(name, "must be an array"),
        Some(all) if all.len() > MOST => {
            fields.fault(name, format!("must contain not more than {MOST} elements"))
        }
        _ => {}
    }
    fields.finish()?;
    Ok(all.unwrap_or_default())
}

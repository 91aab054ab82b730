//! Rules as JSON.

use std::time::Duration;

use http::StatusCode;
use leadhold_kernel::{Error, EventKind};
use serde_json::{Map, Value, json};

use super::super::duration::millis;
use super::Kept;
use super::rule::{DeliveryFault, Kind, Route, Rule, Target};
use crate::http::fault::Fault;
use crate::http::fields::Fields;

const ANSWERS: [&str; 5] = ["rate_limited", "expired_token", "status", "slow", "cut"];
const DELIVERIES: [&str; 5] = ["drop", "duplicate", "delay", "reorder", "bad_signature"];
/// How long an answer may be late, in milliseconds.
const SLOWEST: i64 = 60_000;
/// How long a delivery may be late, in milliseconds.
const LATEST: i64 = 30 * 86_400_000;
/// How long a delivery waits to be overtaken where the rule does not say.
const OVERTAKEN: i64 = 5_000;

/// A rule as it is kept and shown.
pub(super) fn of_rule(rule: &Rule) -> Value {
    let (target, name) = match &rule.target {
        Target::Route(route) => ("route", route.text()),
        Target::Event(name) => ("event", name.clone()),
        Target::Provider(name) => ("provider", name.clone()),
    };
    let millis = |pause: &Duration| i64::try_from(pause.as_millis()).unwrap_or(SLOWEST);
    let (fault, status, delay) = match &rule.kind {
        Kind::Answer(Fault::RateLimited) => ("rate_limited", None, None),
        Kind::Answer(Fault::ExpiredToken) => ("expired_token", None, None),
        Kind::Answer(Fault::Status(status)) => ("status", Some(status.as_u16()), None),
        Kind::Answer(Fault::Slow(pause)) => ("slow", None, Some(millis(pause))),
        Kind::Answer(Fault::Cut) => ("cut", None, None),
        Kind::Delivery(DeliveryFault::Drop) => ("drop", None, None),
        Kind::Delivery(DeliveryFault::Duplicate) => ("duplicate", None, None),
        Kind::Delivery(DeliveryFault::Delay(millis)) => ("delay", None, Some(*millis)),
        Kind::Delivery(DeliveryFault::Reorder(millis)) => ("reorder", None, Some(*millis)),
        Kind::Delivery(DeliveryFault::BadSignature) => ("bad_signature", None, None),
    };
    json!({
        target: name, "locationId": rule.location, "fault": fault, "status": status, "delay": delay,
        "after": rule.after, "times": rule.times, "probability": rule.probability, "seed": rule.seed,
    })
}

/// A rule with its counts.
pub(in crate::sandbox) fn shown(kept: &Kept) -> Value {
    let mut shown = json!({ "id": kept.id });
    if let (Value::Object(shown), Value::Object(rule)) = (&mut shown, of_rule(&kept.rule)) {
        shown.extend(rule);
        shown.insert("matches".into(), kept.matches.into());
        shown.insert("hits".into(), kept.hits.into());
        shown.insert("createdAt".into(), kept.made_at.iso().into());
    }
    shown
}

/// Reads a rule.
///
/// # Errors
/// 422 with all faults of the body.
pub(in crate::sandbox) fn read(body: &Map<String, Value>) -> Result<Rule, Error> {
    let mut fields = Fields::of_body(body);
    let target = target(&mut fields);
    let of_delivery = matches!(target, Some(Target::Event(_)));
    let words: &[&str] = if of_delivery { &DELIVERIES } else { &ANSWERS };
    let fault = fields.one_of("fault", words);
    if fault.is_none() && matches!(fields.value("fault"), None | Some(Value::Null)) {
        fields.fault("fault", format!("must be one of the following values: {}", words.join(", ")));
    }
    let kind = kind(&mut fields, fault);
    let location = fields.given_text_within("locationId", 100);
    let after = fields.flag("after").unwrap_or(false);
    let times = fields.integer("times", 1, 1_000_000);
    let probability = fields.number("probability", 0.0, 1.0).unwrap_or(1.0);
    let seed = fields.integer("seed", i64::from(i32::MIN), i64::from(i32::MAX)).unwrap_or(0);
    fields.finish()?;
    match (target, kind) {
        (Some(target), Some(kind)) => Ok(Rule { target, location, kind, after, times, probability, seed }),
        _ => Err(Error::internal("a rule without faults has a target and a kind")),
    }
}

fn target(fields: &mut Fields<'_>) -> Option<Target> {
    let route = fields.given_text_within("route", 500);
    let event = fields.given_text_within("event", 100);
    let provider = fields.given_text_within("provider", 100);
    if [&route, &event, &provider].into_iter().flatten().count() != 1 {
        fields.fault("route", "must be given, or event, or provider, and only one of them");
        return None;
    }
    if let Some(text) = route {
        let route = Route::parse(&text);
        if route.is_none() {
            fields.fault(
                "route",
                "must be a method and a path, such as \"POST /contacts/*\" or \"* /contacts/{id}\"",
            );
        }
        return route.map(Target::Route);
    }
    if let Some(name) = event {
        if name != "*" && name != "Workflow" && EventKind::parse(&name).is_none() {
            fields
                .fault("event", "must be the name of an event, Workflow for the webhooks of workflows, or *");
        }
        return Some(Target::Event(name));
    }
    provider.map(Target::Provider)
}

fn kind(fields: &mut Fields<'_>, fault: Option<&str>) -> Option<Kind> {
    let status = fields.integer("status", 400, 599);
    let given = fields.value("delay").filter(|value| !value.is_null()).map(millis).transpose();
    let longest = if fault == Some("slow") { SLOWEST } else { LATEST };
    let delay = match given {
        Ok(delay) => delay,
        Err(why) => {
            fields.fault("delay", why);
            return None;
        }
    };
    if delay.is_some_and(|delay| !(1..=longest).contains(&delay)) {
        fields.fault("delay", format!("must be between 1 and {longest} milliseconds"));
        return None;
    }
    let mut wanted = |name: &'static str, missing: bool| {
        if missing && fields.value(name).is_none_or(Value::is_null) {
            fields.fault(name, "must be given with this fault");
        }
    };
    Some(match fault? {
        "rate_limited" => Kind::Answer(Fault::RateLimited),
        "expired_token" => Kind::Answer(Fault::ExpiredToken),
        "cut" => Kind::Answer(Fault::Cut),
        "status" => {
            wanted("status", status.is_none());
            let status = status.and_then(|status| u16::try_from(status).ok());
            Kind::Answer(Fault::Status(status.and_then(|s| StatusCode::from_u16(s).ok())?))
        }
        "slow" => {
            wanted("delay", delay.is_none());
            Kind::Answer(Fault::Slow(Duration::from_millis(delay?.unsigned_abs())))
        }
        "delay" => {
            wanted("delay", delay.is_none());
            Kind::Delivery(DeliveryFault::Delay(delay?))
        }
        "reorder" => Kind::Delivery(DeliveryFault::Reorder(delay.unwrap_or(OVERTAKEN))),
        "drop" => Kind::Delivery(DeliveryFault::Drop),
        "duplicate" => Kind::Delivery(DeliveryFault::Duplicate),
        "bad_signature" => Kind::Delivery(DeliveryFault::BadSignature),
        _ => return None,
    })
}

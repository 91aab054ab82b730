//! What became of a delivery at the developer's machine.

use leadhold_kernel::{Cx, Error, Timestamp};
use leadhold_store::{Tx, params};
use serde_json::{Map, Value};

use super::{Listener, SCHEME, sql};
use crate::http::fields::Fields;
use crate::oauth::apps::subscriptions::Mode;
use crate::webhooks::log::State;
use crate::webhooks::{backoff, sql as deliveries};

/// The most reports in one request.
const MOST: usize = 200;

/// One report.
#[derive(Clone, Debug)]
pub(super) struct Report {
    delivery: String,
    /// Which attempt it was, as it was handed out.
    number: i64,
    status: Option<i64>,
    error: Option<String>,
    took_millis: i64,
    /// It is not to be tried again.
    give_up: bool,
}

/// Reads the reports of a body.
///
/// # Errors
/// 422 with all faults.
pub(super) fn read(body: &Map<String, Value>) -> Result<Vec<Report>, Error> {
    let mut fields = Fields::of_body(body);
    let reports = fields.objects("attempts", |one| {
        let delivery = one.required_text_within("deliveryId", 64);
        let number = one.integer("number", 1, 1_000_000);
        let status = one.integer("status", 100, 999);
        let error = one.text_within("error", 1000).into_option();
        let took_millis = one.integer("tookMillis", 0, i64::from(i32::MAX)).unwrap_or(0);
        let give_up = one.flag("giveUp").unwrap_or(false);
        if number.is_none() {
            one.fault("number", "must be the number that the delivery was handed out with");
        }
        if status.is_some() == error.is_some() {
            one.fault("status", "or error must say what happened");
        }
        Report { delivery, number: number.unwrap_or(0), status, error, took_millis, give_up }
    });
    if reports.as_ref().is_none_or(|all| all.is_empty() || all.len() > MOST) {
        fields.fault("attempts", format!("must be a list of 1 to {MOST} objects"));
    }
    fields.finish()?;
    Ok(reports.unwrap_or_default())
}

/// Records a report; `false` when there is nothing to record it on: it was reported before, or its listener is new.
pub(super) fn record(
    tx: &mut Tx<'_>,
    cx: &Cx,
    listener: &Listener,
    report: &Report,
    jitter: u64,
) -> Result<bool, Error> {
    let found = tx.query_opt(sql::REPORTED, params![&listener.id, &report.delivery], |row| {
        Ok((row.get::<String>(0)?, row.get::<i64>(1)?, row.get::<i64>(2)?, row.get::<i64>(3)?))
    })?;
    let Some((company, attempts, earlier, round)) = found else { return Ok(false) };
    if report.number != attempts + 1 {
        return Ok(false);
    }
    let delivered = report.status.is_some_and(|status| (200..300).contains(&status));
    let failed = usize::try_from(attempts - earlier + 1).unwrap_or(usize::MAX);
    let pause = if report.give_up { None } else { backoff::pause(Mode::Durable, failed, jitter, None) };
    let next_at: Option<Timestamp> = pause.filter(|_| !delivered).map(|pause| cx.now.plus_millis(pause));
    let state = match (delivered, next_at) {
        (true, _) => State::Delivered,
        (false, Some(_)) => State::Pending,
        (false, None) => State::Dead,
    };
    let settled_at = next_at.is_none().then_some(cx.now);
    let kind = report.error.as_ref().map(|_| "connect");
    let row = params![
        &report.delivery,
        &company,
        round,
        state.name(),
        next_at,
        settled_at,
        report.status,
        kind,
        report.took_millis,
        format!("{SCHEME}{}", listener.name)
    ];
    let number: Option<i64> = tx.query_opt(deliveries::SETTLE, row, |row| row.get(0))?;
    let Some(number) = number else { return Ok(false) };
    let began = cx.now.plus_millis(-report.took_millis);
    let nothing: Option<String> = None;
    let row = params![
        &report.delivery,
        number,
        &company,
        round,
        began,
        report.took_millis,
        report.status,
        nothing.as_ref(),
        kind,
        report.error.as_ref(),
        nothing.as_ref(),
        nothing.as_ref()
    ];
    tx.exec(deliveries::INSERT_ATTEMPT, row)?;
    match next_at {
        Some(at) => tx.exec(sql::PUT_OFF, params![&report.delivery, &company, at])?,
        None => tx.exec(sql::DONE, params![&report.delivery, &company])?,
    };
    Ok(true)
}

//! Payments that an app with billing of its own reports: they say on which plan a place is.

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_store::{DbError, Tx, params};

use super::model::Place;
use super::money::Money;
use super::{life, pricing, sql};
use crate::tenant::{CompanyScope, LocationScope};

/// A payment as the app reports it.
#[derive(Clone, Debug)]
pub struct Payment {
    /// The app's own name for the subscription.
    pub subscription_id: Option<String>,
    /// The app's own name for the payment: noted once.
    pub payment_id: Option<String>,
    /// How much.
    pub amount: Money,
    /// Whether it was paid; `false`: it failed.
    pub completed: bool,
    /// Whether it comes again.
    pub recurring: bool,
}

/// Where an app is installed: on the location, or on the agency itself. An install there is what proves the app's access.
///
/// # Errors
/// When the store fails.
pub fn place_of_install(
    tx: &mut Tx<'_>,
    app: &Id<id::App>,
    on_location: bool,
    id: &str,
) -> Result<Option<Place>, DbError> {
    if on_location {
        let read = |row: &leadhold_store::Row<'_>| Ok(LocationScope::proven(row.get(0)?, row.get(1)?));
        return Ok(tx.query_opt(sql::LOCATION_OF_INSTALL, params![id, app], read)?.map(Place::Location));
    }
    let read = |row: &leadhold_store::Row<'_>| Ok(CompanyScope::proven(row.get(0)?));
    Ok(tx.query_opt(sql::COMPANY_OF_INSTALL, params![id, app], read)?.map(Place::Company))
}

/// Notes a payment. A completed one puts the install on the app's plan with this amount and rhythm, where there is just one
/// such plan; the app is told (`PLAN_CHANGE`) when that is another plan than before. The same payment is noted once.
///
/// # Errors
/// When the store fails.
pub fn note_payment(
    tx: &mut Tx<'_>,
    cx: &Cx,
    place: &Place,
    app: &Id<id::App>,
    payment: &Payment,
) -> Result<(), Error> {
    let noted = tx.exec(
        sql::INSERT_PAYMENT,
        params![
            &Id::<id::Payment>::generate(cx.random.as_ref()),
            app,
            place.company_id(),
            place.location_id(),
            payment.subscription_id.as_deref(),
            payment.payment_id.as_deref(),
            payment.amount.0,
            if payment.completed { "COMPLETED" } else { "FAILED" },
            if payment.recurring { "recurring" } else { "one_time" },
            cx.now
        ],
    )?;
    if noted == 0 || !payment.completed {
        return Ok(());
    }
    let plans = pricing::plans(tx, app)?.into_iter();
    let mut paid = plans.filter(|plan| {
        plan.amount == payment.amount && (plan.payment_time != "one_time") == payment.recurring
    });
    if let (Some(plan), None) = (paid.next(), paid.next()) {
        life::change_plan(tx, cx, place, app, &plan.id, None)?;
    }
    Ok(())
}

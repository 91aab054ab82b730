//! What apps cost: plans by the month or year, meters by the unit, and what an agency adds for its locations.

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_store::{DbError, Json, Row, Tx, json_text, params};

use super::money::Money;
use super::sql;
use crate::tenant::CompanyScope;

/// A plan of an app.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Its id.
    pub id: Id<id::Plan>,
    /// What installers read.
    pub name: String,
    /// What it costs each time.
    pub amount: Money,
    /// `month`, `year` or `one_time`.
    pub payment_time: String,
    /// Days before it costs anything.
    pub trial_days: i64,
    /// What it has, in words.
    pub features: Vec<String>,
}

/// How a meter's unit is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Price {
    /// Always this.
    Fixed(Money),
    /// What each charge says, within these bounds.
    Dynamic(Money, Money),
}

/// What an app counts and charges for.
#[derive(Clone, Debug, PartialEq)]
pub struct Meter {
    /// Its id.
    pub id: Id<id::Meter>,
    /// What it is called.
    pub name: String,
    /// `workflow_action`, `workflow_trigger`, …
    pub product_type: String,
    /// What is sold.
    pub product_name: String,
    /// What is counted: `action / message`.
    pub usage_unit: String,
    /// What a unit costs.
    pub price: Price,
    /// How many a billing cycle may have; 0: any number.
    pub execution_limit: i64,
}

/// Refuses an app that is not this agency's developers'.
pub(super) fn require_owned(tx: &mut Tx<'_>, owner: &CompanyScope, app: &Id<id::App>) -> Result<(), Error> {
    let owned = tx.query_opt(sql::OWNED, params![app, owner.company_id()], |_| Ok(()))?;
    owned.ok_or_else(|| no_app(app.as_str()))
}

/// Refuses an app that neither the agency nor one of its locations has.
pub(super) fn require_installed(
    tx: &mut Tx<'_>,
    agency: &CompanyScope,
    app: &Id<id::App>,
) -> Result<(), Error> {
    let installed = tx.query_opt(sql::SOMEWHERE, params![agency.company_id(), app], |_| Ok(()))?;
    installed.ok_or_else(|| no_app(app.as_str()))
}

pub(super) fn no_app(id: &str) -> Error {
    Error::NotFound(format!("There is no app with id {id} here."))
}

/// An app's plans in their order.
///
/// # Errors
/// When the store fails.
pub fn plans(tx: &mut Tx<'_>, app: &Id<id::App>) -> Result<Vec<Plan>, Error> {
    Ok(tx.query(sql::PLANS, params![app], |row| {
        let Json(features) = row.get(5)?;
        Ok(Plan {
            id: row.get(0)?,
            name: row.get(1)?,
            amount: Money(row.get(2)?),
            payment_time: row.get(3)?,
            trial_days: row.get(4)?,
            features,
        })
    })?)
}

/// Gives the agency's app these plans instead of those that it has. Installs keep the id of a plan that is gone.
///
/// # Errors
/// 404 when the app is not the agency's; 400 when a plan's id is another app's; when the store fails.
pub fn set_plans(
    tx: &mut Tx<'_>,
    owner: &CompanyScope,
    app: &Id<id::App>,
    plans: &[Plan],
) -> Result<(), Error> {
    require_owned(tx, owner, app)?;
    tx.lock(&format!("pricing {app}"))?;
    tx.exec(sql::DELETE_PLANS, params![app])?;
    for (position, plan) in (0i64..).zip(plans) {
        let inserted = tx.exec(
            sql::INSERT_PLAN,
            params![
                &plan.id,
                app,
                &plan.name,
                plan.amount.0,
                &plan.payment_time,
                plan.trial_days,
                json_text(&plan.features),
                position
            ],
        );
        inserted.map_err(|why| taken(why, "plan", plan.id.as_str()))?;
    }
    Ok(())
}

/// An app's meters in their order.
///
/// # Errors
/// When the store fails.
pub fn meters(tx: &mut Tx<'_>, app: &Id<id::App>) -> Result<Vec<Meter>, Error> {
    Ok(tx.query(sql::METERS, params![app], read_meter)?)
}

/// One meter of an app.
pub(super) fn meter(tx: &mut Tx<'_>, app: &Id<id::App>, id: &str) -> Result<Option<Meter>, DbError> {
    tx.query_opt(sql::METER, params![app, id], read_meter)
}

/// Gives the agency's app these meters instead of those that it has. Charges keep the id of a meter that is gone.
///
/// # Errors
/// As [`set_plans`].
pub fn set_meters(
    tx: &mut Tx<'_>,
    owner: &CompanyScope,
    app: &Id<id::App>,
    meters: &[Meter],
) -> Result<(), Error> {
    require_owned(tx, owner, app)?;
    tx.lock(&format!("pricing {app}"))?;
    tx.exec(sql::DELETE_METERS, params![app])?;
    for (position, meter) in (0i64..).zip(meters) {
        let (price, least, most) = match meter.price {
            Price::Fixed(price) => (Some(price.0), None, None),
            Price::Dynamic(least, most) => (None, Some(least.0), Some(most.0)),
        };
        let inserted = tx.exec(
            sql::INSERT_METER,
            params![
                &meter.id,
                app,
                &meter.name,
                &meter.product_type,
                &meter.product_name,
                &meter.usage_unit,
                price,
                least,
                most,
                meter.execution_limit,
                position
            ],
        );
        inserted.map_err(|why| taken(why, "meter", meter.id.as_str()))?;
    }
    Ok(())
}

/// The percentage that the agency adds to the app's prices; `None`: it does not rebill.
///
/// # Errors
/// When the store fails.
pub fn markup(tx: &mut Tx<'_>, company: &Id<id::Company>, app: &Id<id::App>) -> Result<Option<f64>, Error> {
    Ok(tx.query_opt(sql::MARKUP, params![company, app], |row| row.get(0))?)
}

/// Sets it; `None`: the agency does not rebill.
///
/// # Errors
/// 404 when the agency does not have the app; when the store fails.
pub fn set_markup(
    tx: &mut Tx<'_>,
    cx: &Cx,
    agency: &CompanyScope,
    app: &Id<id::App>,
    percent: Option<f64>,
) -> Result<(), Error> {
    require_installed(tx, agency, app)?;
    let company = agency.company_id();
    match percent {
        Some(percent) => tx.exec(sql::SET_MARKUP, params![company, app, percent, cx.now])?,
        None => tx.exec(sql::DELETE_MARKUP, params![company, app])?,
    };
    Ok(())
}

fn taken(why: DbError, what: &str, id: &str) -> Error {
    match why {
        DbError::Unique(_) => Error::bad_request(format!("The {what} id {id} is taken.")),
        other => other.into(),
    }
}

fn read_meter(row: &Row<'_>) -> Result<Meter, DbError> {
    let (price, least, most): (Option<i64>, Option<i64>, Option<i64>) =
        (row.get(5)?, row.get(6)?, row.get(7)?);
    let price = match (price, least.zip(most)) {
        (Some(price), _) => Price::Fixed(Money(price)),
        (None, Some((least, most))) => Price::Dynamic(Money(least), Money(most)),
        (None, None) => {
            let fault = "neither a price nor bounds".to_owned();
            return Err(DbError::Inconsistent { place: "app_meters.price".into(), fault });
        }
    };
    Ok(Meter {
        id: row.get(0)?,
        name: row.get(1)?,
        product_type: row.get(2)?,
        product_name: row.get(3)?,
        usage_unit: row.get(4)?,
        price,
        execution_limit: row.get(8)?,
    })
}

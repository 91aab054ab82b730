//! Charges to a location's wallet. Within a transaction the wallet is locked, so that no two charges spend the same money.

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_store::{DbError, Dynamic, Row, Tx, params};

use super::money::Money;
use super::pricing::{self, Price};
use super::{Place, find, sql};
use crate::tenant::LocationScope;

/// What an app asks to be paid.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCharge {
    /// Which app.
    pub app: Id<id::App>,
    /// Which of its meters.
    pub meter_id: String,
    /// The app's own name for what happened: charged once.
    pub event_id: String,
    /// In words.
    pub description: String,
    /// How many units; more than nothing.
    pub units: f64,
    /// What a unit costs, of a meter that leaves it open.
    pub price: Option<Money>,
    /// Who caused it.
    pub user_id: Option<String>,
    /// When, as the app says it.
    pub event_time: Option<String>,
}

/// A charge or a refund.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge {
    /// Its id.
    pub id: Id<id::Charge>,
    /// Which app.
    pub app_id: Id<id::App>,
    /// Which of its meters.
    pub meter_id: String,
    /// The app's own name for what happened.
    pub event_id: String,
    /// `charge` or `refund`.
    pub kind: String,
    /// How many units.
    pub units: f64,
    /// What a unit cost.
    pub price: Money,
    /// What was paid, or given back.
    pub amount: Money,
    /// In words.
    pub description: String,
    /// Who caused it.
    pub user_id: Option<String>,
    /// When, as the app said it.
    pub event_time: Option<String>,
    /// Whether this charge was given back.
    pub refunded: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// Which charges to list; what is `None` is not asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChargeFilter {
    /// Those of this app.
    pub app: Option<Id<id::App>>,
    /// On this meter.
    pub meter_id: Option<String>,
    /// For this event.
    pub event_id: Option<String>,
    /// Caused by this person.
    pub user_id: Option<String>,
    /// Made at or after.
    pub since: Option<Timestamp>,
    /// Made at or before.
    pub until: Option<Timestamp>,
}

/// Charges a location. The same event of the same app is charged once: sent again, it answers the first charge.
///
/// # Errors
/// 400 when the app is not installed there, has no such meter, or the wallet has too little; 409 when the event was charged
/// with another meter, number or price; 422 when the price is not one of the meter's.
pub fn charge(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, new: &NewCharge) -> Result<Charge, Error> {
    lock(tx, here)?;
    if find(tx, &Place::Location(here.clone()), &new.app)?.is_none() {
        let (app, location) = (&new.app, here.location_id());
        return Err(Error::bad_request(format!(
            "The app {app} is not installed on the location {location}."
        )));
    }
    let meter = pricing::meter(tx, &new.app, &new.meter_id)?
        .ok_or_else(|| Error::bad_request(format!("Meter with id {} not found", new.meter_id)))?;
    let markup = pricing::markup(tx, here.company_id(), &new.app)?.unwrap_or(0.0);
    let price = price(meter.price, new.price)?.marked_up(markup);
    let event = params![here.location_id(), &new.app, &new.event_id];
    if let Some(first) = tx.query_opt(sql::CHARGE_OF_EVENT, event, read)? {
        return repeated(first, new, price);
    }
    let amount = price.times(new.units).ok_or_else(|| Error::field("units cost more than can be charged"))?;
    let balance = balance(tx, here)?;
    if balance < amount {
        return Err(Error::bad_request("Insufficient funds in the sub-account's wallet."));
    }
    set_balance(tx, cx, here, Money(balance.0 - amount.0))?;
    let charge = Charge {
        id: Id::generate(cx.random.as_ref()),
        app_id: new.app.clone(),
        meter_id: new.meter_id.clone(),
        event_id: new.event_id.clone(),
        kind: "charge".to_owned(),
        units: new.units,
        price,
        amount,
        description: new.description.clone(),
        user_id: new.user_id.clone(),
        event_time: new.event_time.clone(),
        refunded: false,
        created_at: cx.now,
        updated_at: cx.now,
    };
    insert(tx, here, &charge)?;
    Ok(charge)
}

fn price(meter: Price, asked: Option<Money>) -> Result<Money, Error> {
    match (meter, asked) {
        (Price::Fixed(price), None) => Ok(price),
        (Price::Fixed(price), Some(asked)) if asked == price => Ok(price),
        (Price::Fixed(price), Some(_)) => {
            Err(Error::field(format!("price must be {}, the meter's fixed price", price.dollars())))
        }
        (Price::Dynamic(..), None) => Err(Error::field("price should not be empty")),
        (Price::Dynamic(least, most), Some(asked)) if least <= asked && asked <= most => Ok(asked),
        (Price::Dynamic(least, most), Some(_)) => {
            let (least, most) = (least.dollars(), most.dollars());
            Err(Error::field(format!("price must be between {least} and {most}, as the meter says")))
        }
    }
}

fn repeated(first: Charge, new: &NewCharge, price: Money) -> Result<Charge, Error> {
    #[expect(clippy::float_cmp, reason = "the same request has the same number")]
    if first.meter_id == new.meter_id && first.units == new.units && first.price == price {
        return Ok(first);
    }
    let event = &new.event_id;
    Err(Error::Conflict(format!(
        "The event {event} was charged already, with another meter, number or price."
    )))
}

/// Gives a charge back to the location's wallet; answers it as it is afterwards. `app`: only a charge of this app.
///
/// # Errors
/// 404 when there is no such charge; 422 when it was given back already, or is itself a refund.
pub fn refund(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    app: Option<&Id<id::App>>,
    id: &str,
) -> Result<Charge, Error> {
    lock(tx, here)?;
    let charge = get(tx, here, app, id)?;
    if charge.refunded || charge.kind != "charge" {
        return Err(Error::field("The charge has already been refunded."));
    }
    tx.exec(sql::MARK_REFUNDED, params![here.location_id(), &charge.id, cx.now])?;
    let balance = balance(tx, here)?;
    set_balance(tx, cx, here, Money(balance.0.saturating_add(charge.amount.0)))?;
    let refund = Charge {
        id: Id::generate(cx.random.as_ref()),
        kind: "refund".to_owned(),
        created_at: cx.now,
        updated_at: cx.now,
        ..charge.clone()
    };
    insert(tx, here, &refund)?;
    Ok(Charge { refunded: true, updated_at: cx.now, ..charge })
}

/// One charge of a location. `app`: only one of this app.
///
/// # Errors
/// 404 when there is none.
pub fn get(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    app: Option<&Id<id::App>>,
    id: &str,
) -> Result<Charge, Error> {
    tx.query_opt(sql::CHARGE, params![here.location_id(), id], read)?
        .filter(|charge| app.is_none_or(|app| charge.app_id == *app))
        .ok_or_else(|| Error::NotFound("Charge not found".to_owned()))
}

/// A location's charges, newest first, from the `skip`-th on; and how many fit in all.
///
/// # Errors
/// When the store fails.
pub fn list(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    filter: &ChargeFilter,
    (skip, limit): (i64, i64),
) -> Result<(Vec<Charge>, i64), Error> {
    let mut page = filtered(sql::CHARGES, here, filter);
    page.push(" order by created_at desc, id desc limit ").bind(limit).push(" offset ").bind(skip);
    let charges = tx.query_dynamic(&page, read)?;
    let count = tx.query_dynamic(&filtered(sql::COUNT_CHARGES, here, filter), |row| row.get(0))?;
    Ok((charges, count.into_iter().next().unwrap_or(0)))
}

fn filtered(head: &str, here: &LocationScope, filter: &ChargeFilter) -> Dynamic {
    let mut sql = Dynamic::in_location(head, here.location_id());
    let texts = [
        (" and app_id = ", filter.app.as_ref().map(Id::to_string)),
        (" and meter_id = ", filter.meter_id.clone()),
        (" and event_id = ", filter.event_id.clone()),
        (" and user_id = ", filter.user_id.clone()),
    ];
    for (condition, text) in texts {
        if let Some(text) = text {
            sql.push(condition).bind(text);
        }
    }
    for (condition, at) in [(" and created_at >= ", filter.since), (" and created_at <= ", filter.until)] {
        if let Some(at) = at {
            sql.push(condition).bind(at);
        }
    }
    sql
}

/// What a location has to pay with; nothing until somebody fills it.
///
/// # Errors
/// When the store fails.
pub fn balance(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Money, Error> {
    let found =
        tx.query_opt(sql::BALANCE, params![here.location_id(), here.company_id()], |row| row.get(0))?;
    Ok(found.map(Money).unwrap_or_default())
}

/// Sets a wallet to an amount.
///
/// # Errors
/// When the store fails.
pub fn fill_wallet(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, balance: Money) -> Result<(), Error> {
    lock(tx, here)?;
    set_balance(tx, cx, here, balance)
}

fn set_balance(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, balance: Money) -> Result<(), Error> {
    tx.exec(sql::SET_BALANCE, params![here.location_id(), here.company_id(), balance.0, cx.now])?;
    Ok(())
}

fn lock(tx: &mut Tx<'_>, here: &LocationScope) -> Result<(), Error> {
    Ok(tx.lock(&format!("wallet {}", here.location_id()))?)
}

fn insert(tx: &mut Tx<'_>, here: &LocationScope, charge: &Charge) -> Result<(), Error> {
    tx.exec(
        sql::INSERT_CHARGE,
        params![
            &charge.id,
            here.location_id(),
            here.company_id(),
            &charge.app_id,
            &charge.meter_id,
            &charge.event_id,
            &charge.kind,
            charge.units,
            charge.price.0,
            charge.amount.0,
            &charge.description,
            charge.user_id.as_deref(),
            charge.event_time.as_deref(),
            charge.created_at
        ],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Charge, DbError> {
    Ok(Charge {
        id: row.get(0)?,
        app_id: row.get(1)?,
        meter_id: row.get(2)?,
        event_id: row.get(3)?,
        kind: row.get(4)?,
        units: row.get(5)?,
        price: Money(row.get(6)?),
        amount: Money(row.get(7)?),
        description: row.get(8)?,
        user_id: row.get(9)?,
        event_time: row.get(10)?,
        refunded: row.get(11)?,
        created_at: row.get(12)?,
        updated_at: row.get(13)?,
    })
}

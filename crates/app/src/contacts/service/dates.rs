//! Contacts by their dates: whom reminders are about.

use leadhold_kernel::date::Date;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, Timestamp};
use leadhold_store::{Tx, params};

use crate::contacts::sql;
use crate::tenant::LocationScope;

/// A contact and when it was born.
pub type Birthday = (Id<id::Contact>, Option<Date>);

/// The next contacts born on one of two days of a year (`05-31`), with their birthdays, behind the id `after`.
///
/// # Errors
/// When the store fails.
pub fn born_on(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    days: [&str; 2],
    after: &str,
    limit: i64,
) -> Result<Vec<Birthday>, Error> {
    let asked = params![here.location_id(), days[0], days[1], after, limit];
    Ok(tx.query(sql::BORN_ON, asked, |row| Ok((row.get(0)?, Date::parse(&row.get::<String>(1)?))))?)
}

/// The next contacts with a date of a custom field in `[from, to)`, by its first millisecond in UTC, behind the id `after`.
///
/// # Errors
/// When the store fails.
pub fn dated(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    field: &str,
    (from, to): (Timestamp, Timestamp),
    after: &str,
    limit: i64,
) -> Result<Vec<Id<id::Contact>>, Error> {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this calendar are whole in a double")]
    let [from, to] = [from, to].map(|moment| moment.millis() as f64);
    let asked = params![here.location_id(), field, from, to, after, limit];
    Ok(tx.query(sql::DATED, asked, |row| row.get(0))?)
}

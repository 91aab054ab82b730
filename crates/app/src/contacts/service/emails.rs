//! When a contact last opened an e-mail, and followed a link in one: what searches ask for and nothing shows.

use leadhold_kernel::{Error, Timestamp};
use leadhold_store::{Tx, params};

use crate::contacts::sql;
use crate::tenant::LocationScope;

/// The contact opened an e-mail. No event: the message has its own.
///
/// # Errors
/// When the store fails.
pub fn email_opened(tx: &mut Tx<'_>, here: &LocationScope, id: &str, at: Timestamp) -> Result<(), Error> {
    tx.exec(sql::EMAIL_OPENED, params![here.location_id(), id, at])?;
    Ok(())
}

/// The contact followed a link in an e-mail, likewise.
///
/// # Errors
/// When the store fails.
pub fn email_clicked(tx: &mut Tx<'_>, here: &LocationScope, id: &str, at: Timestamp) -> Result<(), Error> {
    tx.exec(sql::EMAIL_CLICKED, params![here.location_id(), id, at])?;
    Ok(())
}

/// What the contact `from` opened and clicked, `to` did, too.
///
/// # Errors
/// When the store fails.
pub fn unite_email_dates(tx: &mut Tx<'_>, here: &LocationScope, from: &str, to: &str) -> Result<(), Error> {
    tx.exec(sql::UNITE_EMAIL_DATES, params![here.location_id(), from, to])?;
    Ok(())
}

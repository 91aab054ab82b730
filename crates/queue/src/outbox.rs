//! Appending events. Nothing is published outside the transaction of the fact.

use leadhold_kernel::Event;
use leadhold_store::{DbError, Tx, json_text, params};

use crate::sql;

/// Appends `event` to the outbox in the transaction that makes it true.
///
/// # Errors
/// When the store fails; the transaction must then be given up.
pub fn append(tx: &mut Tx<'_>, event: &Event) -> Result<(), DbError> {
    tx.exec(
        sql::APPEND,
        params![
            &event.id,
            event.kind.name(),
            &event.company_id,
            event.location_id.as_ref(),
            &event.record_id,
            json_text(&event.payload),
            json_text(&event.cause),
            event.at
        ],
    )?;
    Ok(())
}

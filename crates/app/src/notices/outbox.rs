//! The newest notices, for developers to see what would be mailed. Whoever shows the sandbox's outbox shows them.

use leadhold_kernel::Timestamp;
use leadhold_store::{DbError, Tx, params};
use serde_json::{Value, json};

use super::sql;

/// The newest notices of all agencies, as the sandbox's outbox shows them.
///
/// # Errors
/// When the store fails.
pub fn outbox(tx: &mut Tx<'_>) -> Result<Vec<Value>, DbError> {
    tx.query(sql::OUTBOX, params![], |row| {
        let (id, company, to): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (subject, text, state): (String, String, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
        let made_at: Timestamp = row.get(6)?;
        Ok(json!({
            "id": id, "companyId": company, "to": to, "subject": subject, "text": text, "state": state,
            "channel": row.get::<String>(7)?, "createdAt": made_at.iso(),
        }))
    })
}

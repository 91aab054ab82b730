//! One open opportunity of a contact in a pipeline, where the location wants it so.

use leadhold_kernel::{Error, Problem};
use leadhold_store::{Tx, params};
use serde_json::json;

use crate::opportunities::model::{Opportunity, Status};
use crate::opportunities::sql;
use crate::tenant::LocationScope;

/// Refuses an open `opportunity` beside another open one. Its contact is held, so nobody adds one meanwhile.
///
/// # Errors
/// 400 with the real service's code and the other's id; when the store fails.
pub(super) fn refuse(tx: &mut Tx<'_>, here: &LocationScope, opportunity: &Opportunity) -> Result<(), Error> {
    let Opportunity { id, contact_id, pipeline_id, .. } = opportunity;
    if opportunity.status != Status::Open {
        return Ok(());
    }
    let values = params![here.location_id(), contact_id, pipeline_id, id];
    let beside = tx.query_opt(sql::OPEN_BESIDE, values, |row| row.get::<String>(0))?;
    match beside {
        Some(existing) => Err(not_allowed(&existing)),
        None => Ok(()),
    }
}

fn not_allowed(existing: &str) -> Error {
    let extra = [
        ("code".to_owned(), json!("OPPORTUNITY_NO_DUPLICATE")),
        ("meta".to_owned(), json!({ "existingId": existing })),
    ];
    Error::BadRequest(Problem {
        message: "Can not create duplicate opportunity for the contact.".to_owned(),
        extra: extra.into_iter().collect(),
    })
}

//! Creating or changing, whichever fits.

use leadhold_kernel::{Cx, Error};
use leadhold_store::{Tx, params};

use super::{change, create, hold};
use crate::contacts;
use crate::opportunities::model::{Opportunity, OpportunityFields};
use crate::opportunities::sql;
use crate::tenant::LocationScope;

/// Which opportunity is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upsert {
    /// The one of this id, which has to be there.
    Id(String),
    /// The contact's in the pipeline of the fields: the open one, else the latest, else a new one.
    OfContact(String),
}

/// What an upsert did.
#[derive(Clone, Debug, PartialEq)]
pub struct Upserted {
    /// The opportunity as it is now.
    pub opportunity: Opportunity,
    /// Whether it was made.
    pub new: bool,
}

/// Changes the opportunity that is meant, or makes one.
///
/// Events: those of a creation or of an update.
///
/// # Errors
/// As creation and update.
pub fn upsert(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    which: &Upsert,
    fields: &OpportunityFields,
) -> Result<Upserted, Error> {
    let found = match which {
        Upsert::Id(id) => Some(id.clone()),
        Upsert::OfContact(contact) => {
            meant(tx, here, contact, fields.pipeline_id.as_deref().unwrap_or_default())?
        }
    };
    match (found, which) {
        (None, Upsert::OfContact(contact)) => {
            Ok(Upserted { opportunity: create(tx, cx, here, contact, fields)?, new: true })
        }
        (found, _) => {
            let before = hold(tx, here, &found.unwrap_or_default())?;
            Ok(Upserted { opportunity: change(tx, cx, here, before, fields)?, new: false })
        }
    }
}

/// The opportunity of a contact that an upsert in a pipeline means: the open one, else the latest. The contact is held, so
/// nobody makes one meanwhile.
///
/// # Errors
/// 400 when the location has no such contact; when the store fails.
pub fn meant(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    contact: &str,
    pipeline: &str,
) -> Result<Option<String>, Error> {
    let contact = contacts::hold(tx, here, contact)?;
    let values = params![here.location_id(), &contact.id, pipeline];
    Ok(tx.query_opt(sql::OF_CONTACT_IN, values, |row| row.get(0))?)
}

//! The relations of an association that was deleted. They go in steps (`crate::steps`), and nobody is shown what is left.

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_store::{Tx, params};
use serde::{Deserialize, Serialize};

use super::model::{Association, End};
use super::relations::{self, Stored};
use super::sql;
use crate::steps::{self, LocationSteps, STEP};
use crate::tenant::LocationScope;

/// What is retired, as its job keeps it: the association has no row any more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Retiring {
    id: Id<id::Association>,
    key: String,
    first: End,
    second: End,
}

/// Begins; for almost everyone that is all.
pub(super) fn start(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    association: &Association,
) -> Result<(), Error> {
    let Association { id, key, first, second, .. } = association.clone();
    steps::start(tx, cx, here, Retiring { id, key, first, second })
}

impl LocationSteps for Retiring {
    const KIND: &'static str = "associations.retire";
    const QUEUE: &'static str = "associations";

    fn step(&self, tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<bool, Error> {
        let Self { id, key, first, second } = self.clone();
        step(tx, cx, here, &Association { id, key, first, second, system: false })
    }
}

/// Lets some relations go; `true` when there may be more.
fn step(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, association: &Association) -> Result<bool, Error> {
    let rows =
        tx.query(sql::OF_ASSOCIATION, params![here.location_id(), &association.id, STEP], Stored::read)?;
    let more = rows.len() as i64 == STEP;
    for row in rows {
        relations::remove(tx, cx, here, &row.of(association.clone()))?;
    }
    Ok(more)
}

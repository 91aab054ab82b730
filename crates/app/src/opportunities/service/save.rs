//! Storing a changed opportunity and saying what changed.

use leadhold_kernel::{Cx, Error, EventKind, Timestamp};
use leadhold_queue::outbox;
use leadhold_store::Tx;

use super::index;
use crate::contacts::{self, Author};
use crate::opportunities::model::{Opportunity, Status};
use crate::opportunities::{events, pipelines, sql, stored};
use crate::tenant::LocationScope;

/// Stores `after` where it differs from `before`. Who follows is stored and not announced: the real service does not
/// either.
///
/// # Errors
/// When the store fails.
pub(super) fn save(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    before: &Opportunity,
    mut after: Opportunity,
) -> Result<Opportunity, Error> {
    if *before == after {
        return Ok(after);
    }
    let announced = Opportunity { followers: before.followers.clone(), ..after.clone() } != *before;
    after.version += 1;
    after.updated_by = Author::of(&cx.actor, cx.now);
    after.date_updated = Timestamp(cx.now.millis().max(after.date_added.millis()));
    tx.exec(sql::UPDATE, &stored::params(&after))?;
    index::change(tx, here, before, &after)?;
    if announced {
        announce(tx, cx, here, before, &after)?;
    }
    Ok(after)
}

fn announce(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    before: &Opportunity,
    after: &Opportunity,
) -> Result<(), Error> {
    outbox::append(tx, &events::change(cx, here, EventKind::OpportunityUpdate, before, after))?;
    if before.stage_id != after.stage_id {
        let stage = pipelines::stage_name(tx, here, &after.stage_id)?;
        outbox::append(tx, &events::stage_update(cx, here, before, after, &stage))?;
    }
    for (changed, kind) in [
        (before.status != after.status, EventKind::OpportunityStatusUpdate),
        (is_other(before.monetary_value, after.monetary_value), EventKind::OpportunityMonetaryValueUpdate),
        (before.assigned_to != after.assigned_to, EventKind::OpportunityAssignedToUpdate),
    ] {
        if changed {
            outbox::append(tx, &events::change(cx, here, kind, before, after))?;
        }
    }
    if before.status != after.status && after.status == Status::Won {
        let contact = contacts::get(tx, here, after.contact_id.as_str())?;
        outbox::append(tx, &events::won(cx, here, after, &contact))?;
    }
    Ok(())
}

/// Whether two stored amounts differ: they are copies of one another, or they were said anew.
#[expect(clippy::float_cmp, reason = "nothing was calculated")]
fn is_other(before: f64, after: f64) -> bool {
    before != after
}

//! The rows beside an opportunity by which filters find it, and the sums that it is part of.

use leadhold_kernel::Error;
use leadhold_store::{Amount, Tx, params};

use super::words;
use crate::custom_fields::{self, FieldValue, Model};
use crate::opportunities::model::Opportunity;
use crate::opportunities::sql;
use crate::tenant::LocationScope;

/// Adds all rows of a new opportunity.
pub(super) fn add(tx: &mut Tx<'_>, here: &LocationScope, made: &Opportunity) -> Result<(), Error> {
    let text = words::text(&words::searched(tx, here)?, made);
    tx.exec(sql::INDEX_TEXT, params![made.no, here.location_id(), text])?;
    sum(tx, here, made, 1);
    add_followers(tx, here, made, &made.followers)?;
    add_fields(tx, here, made, &made.custom_fields)
}

/// Changes the rows from how the opportunity was to how it is.
pub(super) fn change(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    before: &Opportunity,
    after: &Opportunity,
) -> Result<(), Error> {
    let searched = words::searched(tx, here)?;
    if words::text(&searched, before) != words::text(&searched, after) {
        words::reindex(tx, here, &searched, after)?;
    }
    let summed = |of: &Opportunity| {
        (of.pipeline_id.clone(), of.stage_id.clone(), of.status, of.monetary_value, of.probability)
    };
    if summed(before) != summed(after) {
        sum(tx, here, before, -1);
        sum(tx, here, after, 1);
    }
    for gone in before.followers.iter().filter(|id| !after.followers.contains(id)) {
        tx.exec(sql::REMOVE_FOLLOWER, params![here.location_id(), after.no, gone])?;
    }
    let come = after.followers.iter().filter(|id| !before.followers.contains(id));
    add_followers(tx, here, after, come)?;
    for gone in before.custom_fields.iter().filter(|value| !after.custom_fields.contains(value)) {
        tx.exec(sql::REMOVE_FIELD, params![here.location_id(), after.no, &gone.id])?;
    }
    let added = after.custom_fields.iter().filter(|value| !before.custom_fields.contains(value));
    add_fields(tx, here, after, added)
}

/// Removes what does not go with the row.
pub(super) fn remove(tx: &mut Tx<'_>, here: &LocationScope, gone: &Opportunity) -> Result<(), Error> {
    tx.exec(sql::UNINDEX_TEXT, params![gone.no, here.location_id()])?;
    sum(tx, here, gone, -1);
    Ok(())
}

/// Adds the opportunity to its sums (`by` 1), or takes it out (`by` -1).
fn sum(tx: &mut Tx<'_>, here: &LocationScope, of: &Opportunity, by: i8) {
    let times = f64::from(by);
    let (own, weighted) = match of.probability {
        Some(probability) => (of.monetary_value, of.monetary_value * probability / 100.0),
        None => (0.0, 0.0),
    };
    let key =
        [here.location_id().into(), (&of.pipeline_id).into(), (&of.stage_id).into(), of.status.name().into()];
    let sums = [times * of.monetary_value, times * own, times * weighted].map(Amount::from);
    tx.tally(sql::ADD_TO_SUM, key, [Amount::from(i64::from(by))].into_iter().chain(sums));
}

fn add_followers<'a>(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    of: &Opportunity,
    added: impl IntoIterator<Item = &'a String>,
) -> Result<(), Error> {
    for id in added {
        tx.exec(sql::ADD_FOLLOWER, params![here.location_id(), of.no, id])?;
    }
    Ok(())
}

fn add_fields<'a>(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    of: &Opportunity,
    added: impl IntoIterator<Item = &'a FieldValue>,
) -> Result<(), Error> {
    let added: Vec<_> = added.into_iter().collect();
    if added.is_empty() {
        return Ok(());
    }
    let definitions = custom_fields::list(tx, here, &Model::Opportunity)?;
    let rows = FieldValue::rows(&definitions, added);
    let table =
        "opportunity_field_values (location_id, opportunity_no, field_id, option_id, head, body, number)";
    Ok(tx.insert_rows(table, here.location_id(), &[of.no.into()], &rows)?)
}

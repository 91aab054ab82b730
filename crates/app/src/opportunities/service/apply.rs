//! What a client said, applied to an opportunity under the location's rules.

use leadhold_kernel::{Cx, Error, Patch, id::Id};
use leadhold_store::Tx;

use crate::custom_fields::{self, FieldValue, Model};
use crate::opportunities::model::{Opportunity, OpportunityFields};
use crate::opportunities::{lost_reasons, pipelines};
use crate::tenant::LocationScope;

/// `opportunity` after `fields` were said: a creation starts from a blank one. `country` reads telephone numbers.
///
/// # Errors
/// 400 when the location has no such pipeline, stage or reason; 422 with the faults of custom values; when the store fails.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    mut opportunity: Opportunity,
    fields: &OpportunityFields,
    country: &str,
) -> Result<Opportunity, Error> {
    place(tx, cx, here, &mut opportunity, fields)?;
    status(tx, cx, here, &mut opportunity, fields)?;
    if let Some(name) = &fields.name {
        opportunity.name.clone_from(name);
    }
    match fields.monetary_value {
        Patch::Absent => {}
        Patch::Null => opportunity.monetary_value = 0.0,
        Patch::Value(value) => opportunity.monetary_value = value,
    }
    opportunity.source = fields.source.clone().apply(opportunity.source.take());
    opportunity.assigned_to = fields.assigned_to.clone().apply(opportunity.assigned_to.take());
    opportunity.probability = fields.probability.clone().apply(opportunity.probability);
    if fields.close_date.is_present() {
        let close = fields.close_date.clone().into_option();
        opportunity.forecast = opportunity.forecast.expecting(close, cx.now);
    }
    if let Some(change) = &fields.followers {
        opportunity.followers = change.apply(&opportunity.followers);
    }
    if !fields.custom_fields.is_empty() {
        custom_fields::keep(tx, here, Model::Opportunity.key())?;
        let definitions = custom_fields::list(tx, here, &Model::Opportunity)?;
        for (field, value) in custom_fields::settle(&definitions, &fields.custom_fields, country)? {
            FieldValue::set(&mut opportunity.custom_fields, field, value);
        }
    }
    Ok(opportunity)
}

/// Pipeline and stage. Another pipeline without a stage means its first one.
fn place(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    opportunity: &mut Opportunity,
    fields: &OpportunityFields,
) -> Result<(), Error> {
    let elsewhere = fields.pipeline_id.as_deref().is_some_and(|id| id != opportunity.pipeline_id.as_str());
    if !elsewhere && fields.stage_id.is_none() {
        return Ok(());
    }
    let id = fields.pipeline_id.as_deref().unwrap_or(opportunity.pipeline_id.as_str());
    let pipeline = pipelines::get(tx, here, id)?;
    let stage = match &fields.stage_id {
        Some(id) => pipeline.stages.iter().find(|stage| stage.id.as_str() == id),
        None => pipeline.stages.first(),
    };
    let stage = stage.ok_or_else(pipelines::no_such_stage)?;
    if stage.id != opportunity.stage_id {
        opportunity.last_stage_change = cx.now;
    }
    opportunity.stage_id = Id::clone(&stage.id);
    opportunity.pipeline_id = pipeline.id;
    Ok(())
}

/// What became of it, and why; only what is lost has a reason.
fn status(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    opportunity: &mut Opportunity,
    fields: &OpportunityFields,
) -> Result<(), Error> {
    if let Some(status) = fields.status.filter(|status| *status != opportunity.status) {
        opportunity.status = status;
        opportunity.last_status_change = cx.now;
    }
    if let Patch::Value(reason) = &fields.lost_reason_id {
        lost_reasons::known(tx, here, reason)?;
    }
    let reason = fields.lost_reason_id.clone().apply(opportunity.lost_reason_id.take());
    opportunity.lost_reason_id = reason.filter(|_| opportunity.status.has_reason());
    Ok(())
}

//! An opportunity as merge fields and conditions name it: `{{opportunity.name}}`.

use leadhold_kernel::date::Date;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, plain};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::around;
use crate::custom_fields::{self, Model};
use crate::opportunities::{self, Opportunity, pipelines};
use crate::tenant::LocationScope;

/// The fields of an opportunity as it is now; `None` when it is gone.
///
/// # Errors
/// When the store fails.
pub fn fields(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    id: &Id<id::Opportunity>,
) -> Result<Option<Value>, Error> {
    let Some(deal) = opportunities::find(tx, here, id.as_str())? else { return Ok(None) };
    // A custom field cannot hide a field of the opportunity itself: those are written over it.
    let mut fields = custom(tx, here, &deal)?;
    let pipeline = match pipelines::get(tx, here, deal.pipeline_id.as_str()) {
        Ok(pipeline) => Some(pipeline),
        Err(Error::BadRequest(_)) => None,
        Err(error) => return Err(error),
    };
    let stages = pipeline.as_ref().map_or(&[][..], |pipeline| &pipeline.stages);
    let stage = stages.iter().find(|stage| stage.id == deal.stage_id);
    let assigned = around::user(tx, here, deal.assigned_to.as_deref().unwrap_or_default())?;
    let own = json!({
        "id": deal.id,
        "name": deal.name,
        "status": deal.status.name(),
        "lead_value": plain(deal.monetary_value),
        "monetary_value": plain(deal.monetary_value),
        "source": deal.source,
        "assigned_to": deal.assigned_to,
        "assigned_user": assigned["name"],
        "contact_id": deal.contact_id,
        "pipeline_id": deal.pipeline_id,
        "pipeline_name": pipeline.as_ref().map(|pipeline| &pipeline.name),
        "pipeline_stage_id": deal.stage_id,
        "stage_name": stage.map(|stage| &stage.name),
        "lost_reason_id": deal.lost_reason_id,
        "forecast_close_date": deal.forecast.close.map(Date::iso),
        "forecast_probability": deal.probability,
        "date_added": deal.date_added.iso(),
    });
    if let Value::Object(own) = own {
        fields.extend(own);
    }
    Ok(Some(Value::Object(fields)))
}

fn custom(tx: &mut Tx<'_>, here: &LocationScope, deal: &Opportunity) -> Result<Map<String, Value>, Error> {
    if deal.custom_fields.is_empty() {
        return Ok(Map::new());
    }
    let definitions = custom_fields::list(tx, here, &Model::Opportunity)?;
    let named = |given: &custom_fields::FieldValue| {
        let field = definitions.iter().find(|field| field.id.as_str() == given.id)?;
        Some((field.bare_key().to_owned(), given.value.clone()))
    };
    Ok(deal.custom_fields.iter().filter_map(named).collect())
}

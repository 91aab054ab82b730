//! What steps do to opportunities: to the one that the run is about, or to those of its contact.

pub mod add_opportunity_followers;
pub mod add_opportunity_owner;
pub mod create_update_opportunity;
pub mod find_opportunity;
pub mod remove_opportunity;
pub mod remove_opportunity_followers;
pub mod remove_opportunity_owner;

use leadhold_kernel::merge_field::render;
use leadhold_kernel::{Error, fold};
use leadhold_store::Tx;
use serde_json::Value;

use super::At;
use crate::opportunities::pipelines::{self, Pipeline, Stage};
use crate::opportunities::{self, Opportunity};
use crate::tenant::LocationScope;

/// The run's opportunity as it is now, kept from changes by others until the transaction ends.
///
/// # Errors
/// 400 when the run has none, or it is gone; when the store fails.
pub fn of_run(tx: &mut Tx<'_>, at: &At<'_>) -> Result<Opportunity, Error> {
    let found = match &at.run.state.opportunity {
        Some(id) => opportunities::hold(tx, at.here, id.as_str()).map(Some),
        None => Ok(None),
    };
    match found {
        Ok(Some(found)) => Ok(found),
        Ok(None) | Err(Error::BadRequest(_)) => Err(Error::bad_request(
            "This run has no opportunity: none was made or found yet, or it was deleted since. Put a \
             create_update_opportunity or a find_opportunity step before this one.",
        )),
        Err(error) => Err(error),
    }
}

/// What a template comes to; `None` when it is empty.
fn text(template: Option<&String>, fields: &Value) -> Option<String> {
    let text = render(template?, fields);
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The pipeline of this id or name.
///
/// # Errors
/// 400 when the location has none; when the store fails.
fn pipeline(tx: &mut Tx<'_>, here: &LocationScope, id_or_name: &str) -> Result<Pipeline, Error> {
    match pipelines::get(tx, here, id_or_name) {
        Err(Error::BadRequest(_)) => {}
        found => return found,
    }
    let named = |pipeline: &Pipeline| fold(pipeline.name.trim()) == fold(id_or_name);
    let found = pipelines::list(tx, here)?.into_iter().find(named);
    found.ok_or_else(|| {
        Error::bad_request(format!("The location has no pipeline `{}`.", start_of(id_or_name)))
    })
}

/// The stage of this id or name.
///
/// # Errors
/// 400 when the pipeline has none.
fn stage<'p>(pipeline: &'p Pipeline, id_or_name: &str) -> Result<&'p Stage, Error> {
    let by_id = || pipeline.stages.iter().find(|stage| stage.id.as_str() == id_or_name);
    let by_name = || pipeline.stages.iter().find(|stage| fold(stage.name.trim()) == fold(id_or_name));
    by_id().or_else(by_name).ok_or_else(|| {
        Error::bad_request(format!(
            "The pipeline `{}` has no stage `{}`.",
            pipeline.name,
            start_of(id_or_name)
        ))
    })
}

fn start_of(text: &str) -> String {
    text.chars().take(60).collect()
}

//! Contacts that a request puts into a workflow or takes out of it, past its triggers.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, Timestamp};
use leadhold_store::{Tx, params};
use serde_json::json;

use super::engine::{Phase, RunState};
use super::model::{Run, Status, Workflow};
use super::{runs, service, sql};
use crate::contacts;
use crate::tenant::LocationScope;

/// The trigger's type and id in a run that no trigger started.
const BY_REQUEST: &str = "added_by_request";

/// Starts a run of the published version for a contact, each time anew, as triggers do. `event_start` is what the client
/// says that the run is about; it is kept with what started the run.
///
/// # Errors
/// 400 when the location has no such contact or workflow, or the workflow is a draft; 403 when the contact is another
/// location's; when the store fails.
pub fn add(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact_id: &str,
    workflow_id: &str,
    event_start: Option<Timestamp>,
) -> Result<(), Error> {
    contacts::hold_existing(tx, here, contact_id)?;
    let workflow = known(tx, here, workflow_id)?;
    let version = match (workflow.status, workflow.published_version) {
        (Status::Published, Some(version)) => version,
        _ => {
            return Err(Error::bad_request(
                "The workflow is a draft: publish it before contacts are added to it.",
            ));
        }
    };
    let run = Run {
        id: Id::generate(cx.random.as_ref()),
        workflow_id: workflow.id,
        version,
        trigger_id: BY_REQUEST.to_owned(),
        trigger_type: BY_REQUEST.to_owned(),
        trigger_data: event_start.map_or_else(|| json!({}), |at| json!({ "eventStartTime": at.iso() })),
        // No event stands behind it: an id of its own keeps it apart from every other run.
        event_id: Id::generate(cx.random.as_ref()),
        cause: cx.cause.clone(),
        state: RunState::new(Id::parse(contact_id)),
        started_at: cx.now,
        updated_at: cx.now,
        ended_at: None,
    };
    runs::begin(tx, cx, here, &run)?;
    Ok(())
}

/// Ends all runs of a workflow that are about a contact and go on. What they did stays done.
///
/// # Errors
/// 400 when the location has no such contact or workflow, 403 when the contact is another location's; when the store fails.
pub fn remove(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact_id: &str,
    workflow_id: &str,
) -> Result<(), Error> {
    contacts::must_exist(tx, here, contact_id)?;
    let workflow = known(tx, here, workflow_id)?;
    let going_on: Vec<Id<id::Run>> =
        tx.query(sql::RUNS_OF_CONTACT, params![here.location_id(), contact_id, &workflow.id], |row| {
            row.get(0)
        })?;
    for id in going_on {
        runs::hold(tx, &id)?;
        // Its worker may have taken it to its end meanwhile.
        let Some(mut run) = runs::find(tx, here, &id)?.filter(|run| run.ended_at.is_none()) else { continue };
        run.state.phase = Phase::Removed;
        runs::save(tx, cx, here, &mut run, &[])?;
    }
    Ok(())
}

fn known(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Workflow, Error> {
    let unknown = || Error::bad_request(format!("Workflow with id {id} not found"));
    let id = Id::<id::Workflow>::parse(id).ok_or_else(unknown)?;
    match service::get(tx, here, &id) {
        Ok(whole) => Ok(whole.workflow),
        Err(Error::NotFound(_)) => Err(unknown()),
        Err(error) => Err(error),
    }
}

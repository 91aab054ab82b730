//! Contacts that a request puts into a workflow or takes out of it, past its triggers.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, Timestamp};
use leadhold_store::{Tx, params};
use serde_json::json;

use super::admission::{self, Rules};
use super::definition::Definition;
use super::engine::{Phase, RunState};
use super::model::{Run, Status, Workflow};
use super::trials::{self, Decision, Trial};
use super::{runs, service, sql, start};
use crate::contacts;
use crate::tenant::LocationScope;

/// The trigger's type and id in a run that no trigger started.
const BY_REQUEST: &str = "added_by_request";

/// Starts a run of the published version for a contact, if the workflow takes it in, as it would from a trigger, and answers
/// it: `None` when it does not; why, its trials say. `event_start` is what the client says that the run is about; it is kept with what
/// started the run.
///
/// # Errors
/// 400 when the location has no such contact or workflow, or the workflow is a draft; 403 when the contact is another
/// location's, or when too many runs led to this one; when the store fails.
pub fn add(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact_id: &str,
    workflow_id: &str,
    event_start: Option<Timestamp>,
) -> Result<Option<Id<id::Run>>, Error> {
    if cx.cause.depth > start::DEEPEST {
        return Err(Error::forbidden(format!(
            "Not started: {} runs in a row led here, so workflows put a contact into one another in a circle.",
            start::DEEPEST
        )));
    }
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
        state: RunState { event_start, ..RunState::new(Id::parse(contact_id)) },
        started_at: cx.now,
        updated_at: cx.now,
        ended_at: None,
    };
    let rules = rules(tx, here, &run)?;
    let refusal = admission::refusal(tx, here, &run.workflow_id, rules, &run.state)?;
    if refusal.is_none() {
        runs::begin(tx, cx, here, &run)?;
    }
    let begun = refusal.is_none().then(|| run.id.clone());
    let trial = Trial {
        version,
        trigger_id: run.trigger_id,
        trigger_type: run.trigger_type,
        contact: run.state.contact,
        event: None,
        decision: refusal.unwrap_or(Decision::Started),
        filters: Vec::new(),
        run: begun.clone(),
        at: cx.now,
    };
    trials::keep(tx, cx, here, &run.workflow_id, &trial)?;
    Ok(begun)
}

/// Whom the version that a run follows takes in.
fn rules(tx: &mut Tx<'_>, here: &LocationScope, run: &Run) -> Result<Rules, Error> {
    let json = service::version(tx, here, &run.workflow_id, run.version)?.unwrap_or_default();
    let settings = Definition::publishable(&json).map(|definition| definition.settings).unwrap_or_default();
    Ok(Rules::of(&settings))
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
    end_runs(tx, cx, here, contact_id, &workflow.id, |_| true)
}

/// Ends those of a contact's runs of a workflow that go on and are meant.
///
/// # Errors
/// When the store fails.
pub fn end_runs(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact_id: &str,
    workflow: &Id<id::Workflow>,
    meant: impl Fn(&Run) -> bool,
) -> Result<(), Error> {
    let going_on = service::runs_of_contact(tx, here, workflow, contact_id)?;
    end(tx, cx, here, &going_on, meant).map(drop)
}

/// As [`remove`], from all workflows; the run that says so goes on. Answers how many ended.
///
/// # Errors
/// When the store fails.
pub fn remove_from_all(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact: &Id<id::Contact>,
    except: &Id<id::Run>,
) -> Result<usize, Error> {
    let asked = params![here.location_id(), contact, except];
    let going_on: Vec<Id<id::Run>> = tx.query(sql::OTHER_RUNS_OF_CONTACT, asked, |row| row.get(0))?;
    end(tx, cx, here, &going_on, |_| true)
}

fn end(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    going_on: &[Id<id::Run>],
    meant: impl Fn(&Run) -> bool,
) -> Result<usize, Error> {
    let mut ended = 0;
    for id in going_on {
        runs::hold(tx, id)?;
        // Its worker may have taken it to its end meanwhile.
        let Some(mut run) = runs::find(tx, here, id)?.filter(|run| run.ended_at.is_none() && meant(run))
        else {
            continue;
        };
        run.state.phase = Phase::Removed;
        runs::save(tx, cx, here, &mut run, &[])?;
        ended += 1;
    }
    Ok(ended)
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

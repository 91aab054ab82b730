//! Replaying: a new run that does again what an old one did, from one of its steps on.
//!
//! It follows the old run's version, with the same trigger data, about the same contact, opportunity and appointment, and knows what the
//! steps before that one brought. What was done stays done; whatever lies behind the step is done once more.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error};
use leadhold_store::{Json, Tx, params};
use serde_json::{Map, Value, json};

use super::definition::Definition;
use super::engine::RunState;
use super::model::Run;
use super::{admission, runner, runs, sql};
use crate::contacts;
use crate::tenant::LocationScope;

/// Begins a replay of a run from this step on; without one, from the beginning.
///
/// # Errors
/// 404 when there is no such run; 409 when it goes on still, its contact is gone, or its version cannot be followed any more;
/// 422 when that version has no such step.
pub fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    old: &Id<id::Run>,
    from: Option<&str>,
) -> Result<Run, Error> {
    runs::hold(tx, old)?;
    let old = runs::find(tx, here, old)?.ok_or_else(|| runs::missing(old.as_str()))?;
    if old.ended_at.is_none() {
        return Err(Error::Conflict(
            "The run goes on: wait for its end, or take its contact out of the workflow, before it is replayed."
                .to_owned(),
        ));
    }
    let definition = runner::definition_of(tx, here, &old)?.map_err(Error::Conflict)?;
    if let Some(from) = from.filter(|from| definition.step(from).is_none()) {
        let known: Vec<&str> = definition.steps.iter().map(|step| step.id.as_str()).collect();
        let from: String = from.chars().take(60).collect();
        let known = known.join(", ");
        return Err(Error::field(format!(
            "from must be a step of version {}, which has no `{from}`; it has {known}",
            old.version
        )));
    }
    if let Some(contact) = &old.state.contact
        && let Err(Error::NotFound(_) | Error::BadRequest(_) | Error::Forbidden(_)) =
            contacts::hold_existing(tx, here, contact.as_str())
    {
        return Err(Error::Conflict(format!("The run's contact {contact} is gone.")));
    }
    let state = state(tx, here, &old, &definition, from)?;
    let rules = admission::Rules { allow_reentry: true, ..admission::Rules::of(&definition.settings) };
    if let Some(refusal) = admission::refusal(tx, here, &old.workflow_id, rules, &state)? {
        return Err(Error::Conflict(refusal.sentence().to_owned()));
    }
    let run = Run {
        id: Id::generate(cx.random.as_ref()),
        // No event stands behind it: an id of its own keeps it apart from every other run.
        event_id: Id::generate(cx.random.as_ref()),
        cause: cx.cause.clone(),
        state,
        started_at: cx.now,
        updated_at: cx.now,
        ended_at: None,
        ..old.clone()
    };
    runs::begin(tx, cx, here, &run)?;
    tx.exec(sql::INSERT_REPLAY, params![&run.id, here.location_id(), &old.id, from])?;
    Ok(run)
}

/// What the new run knows when it begins.
fn state(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    old: &Run,
    definition: &Definition,
    from: Option<&str>,
) -> Result<RunState, Error> {
    let mut state = RunState {
        opportunity: old.state.opportunity.clone(),
        appointment: old.state.appointment.clone(),
        event_start: old.state.event_start,
        begins_at: from.map(str::to_owned),
        ..RunState::new(old.state.contact.clone())
    };
    let Some(from) = from else { return Ok(state) };
    state.spoke = old.state.spoke;
    state.goals_met = old.state.goals_met.iter().filter(|goal| *goal != from).cloned().collect();
    let visit = params![&old.id, here.location_id(), from];
    let last: Option<i64> = tx.query_one(sql::LAST_VISIT, visit, |row| row.get(0))?;
    for step in &definition.names.outputs {
        let before = last.unwrap_or(i64::MAX);
        let asked = params![&old.id, here.location_id(), step, before];
        if let Some(Json(output)) = tx.query_opt(sql::LAST_OUTPUT, asked, |row| row.get(0))? {
            state.outputs.insert(step.clone(), output);
        }
    }
    Ok(state)
}

/// What a run replays, and what replays it.
///
/// # Errors
/// When the store fails.
pub fn of(tx: &mut Tx<'_>, here: &LocationScope, run: &Id<id::Run>) -> Result<Map<String, Value>, Error> {
    let asked = params![run, here.location_id()];
    let replays = tx.query_opt(sql::REPLAYED, asked, |row| {
        Ok(json!({"runId": row.get::<String>(0)?, "from": row.get::<Option<String>>(1)?}))
    })?;
    let replayed_by = tx.query(sql::REPLAYS, asked, |row| row.get::<String>(0))?;
    let mut of = Map::new();
    of.insert("replays".to_owned(), replays.unwrap_or_default());
    of.insert("replayedBy".to_owned(), json!(replayed_by));
    Ok(of)
}

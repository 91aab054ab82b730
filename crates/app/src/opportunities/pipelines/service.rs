//! The verbs of pipelines.

use std::collections::{HashMap, HashSet};

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_store::{DbError, Dynamic, Row, Tx, params};

use super::model::{ColorRenderMode, Pipeline, PipelineFields, Stage, StageFields};
use super::sql;
use crate::http::caller::no_access;
use crate::opportunities::service::follow::{self, Change};
use crate::tenant::LocationScope;

/// Pipelines of a location: all are read at once.
const MAX_PIPELINES: i64 = 500;

/// Makes a pipeline with its stages.
///
/// # Errors
/// 422 when its name or its stages are missing; 400 when the location has too many; when the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    new: &PipelineFields,
) -> Result<Pipeline, Error> {
    check(new)?;
    let there: i64 = tx.query_one(sql::COUNT, params![here.location_id()], |row| row.get(0))?;
    if there >= MAX_PIPELINES {
        return Err(Error::bad_request(format!("A location can have at most {MAX_PIPELINES} pipelines.")));
    }
    let blank = Pipeline {
        id: Id::generate(cx.random.as_ref()),
        location_id: here.location_id().clone(),
        name: String::new(),
        show_in_funnel: true,
        show_in_pie_chart: true,
        color_render_mode: ColorRenderMode::None,
        use_opportunity_probability: true,
        created_at: cx.now,
        updated_at: cx.now,
        stages: Vec::new(),
    };
    let made = changed(cx, blank, new)?;
    let Pipeline { id, location_id, name, .. } = &made;
    tx.exec(
        sql::INSERT_PIPELINE,
        params![
            id,
            location_id,
            name,
            made.show_in_funnel,
            made.show_in_pie_chart,
            made.color_render_mode.name(),
            made.use_opportunity_probability,
            made.created_at,
            made.updated_at
        ],
    )?;
    for stage in &made.stages {
        tx.exec(sql::INSERT_STAGE, &stage_values(&made, stage))?;
    }
    Ok(made)
}

fn stage_values<'a>(of: &'a Pipeline, stage: &'a Stage) -> [leadhold_store::Value<'a>; 8] {
    [
        (&stage.id).into(),
        (&of.location_id).into(),
        (&of.id).into(),
        (&stage.name).into(),
        stage.position.into(),
        stage.show_in_funnel.into(),
        stage.show_in_pie_chart.into(),
        stage.probability.into(),
    ]
}

fn check(new: &PipelineFields) -> Result<(), Error> {
    let mut faults = Vec::new();
    if new.name.as_ref().is_none_or(|name| name.trim().is_empty()) {
        faults.push("name should not be empty".to_owned());
    }
    let stages = new.stages.as_deref().unwrap_or_default();
    if stages.is_empty() {
        faults.push("stages must contain at least 1 elements".to_owned());
    }
    let unnamed = |stage: &StageFields| stage.name.as_ref().is_none_or(|name| name.trim().is_empty());
    let empty = stages.iter().enumerate().filter(|(_, stage)| unnamed(stage));
    faults.extend(empty.map(|(i, _)| format!("stages.{i}.name should not be empty")));
    if faults.is_empty() { Ok(()) } else { Err(Error::Validation(faults)) }
}

/// `before` after `fields` were said, with its stages in their new order.
fn changed(cx: &Cx, before: Pipeline, fields: &PipelineFields) -> Result<Pipeline, Error> {
    let stages = match &fields.stages {
        Some(stages) => ordered(cx, &before.stages, stages)?,
        None => before.stages,
    };
    Ok(Pipeline {
        name: fields.name.as_ref().map_or(before.name, |name| name.trim().to_owned()),
        show_in_funnel: fields.show_in_funnel.unwrap_or(before.show_in_funnel),
        show_in_pie_chart: fields.show_in_pie_chart.unwrap_or(before.show_in_pie_chart),
        color_render_mode: fields.color_render_mode.unwrap_or(before.color_render_mode),
        use_opportunity_probability: fields
            .use_opportunity_probability
            .unwrap_or(before.use_opportunity_probability),
        stages,
        ..before
    })
}

/// The stages that are said, those with an id continuing what they were, numbered by their positions.
fn ordered(cx: &Cx, before: &[Stage], said: &[StageFields]) -> Result<Vec<Stage>, Error> {
    let mut faults = Vec::new();
    let mut stages: Vec<Stage> = Vec::new();
    let mut positions = HashSet::new();
    let mut named = HashSet::new();
    for (at, fields) in said.iter().enumerate() {
        let known = fields.id.as_ref().and_then(|id| before.iter().find(|stage| stage.id.as_str() == id));
        if fields.id.is_some() && known.is_none() {
            faults.push(format!("stages.{at}.id must be one of the pipeline's stages"));
        }
        if fields.id.as_ref().is_some_and(|id| !named.insert(id)) {
            faults.push(format!("stages.{at}.id must be unique"));
        }
        let name = fields.name.as_ref().map(|name| name.trim().to_owned());
        let Some(name) = name.or_else(|| known.map(|stage| stage.name.clone())) else {
            faults.push(format!("stages.{at}.name should not be empty"));
            continue;
        };
        let position = fields.position.unwrap_or(at as i64);
        if !positions.insert(position) {
            faults.push(format!("stages.{at}.position must be unique"));
        }
        let shown = |said: Option<bool>, was: fn(&Stage) -> bool| said.unwrap_or(known.is_none_or(was));
        stages.push(Stage {
            id: known.map_or_else(|| Id::generate(cx.random.as_ref()), |stage| stage.id.clone()),
            name,
            position,
            show_in_funnel: shown(fields.show_in_funnel, |stage| stage.show_in_funnel),
            show_in_pie_chart: shown(fields.show_in_pie_chart, |stage| stage.show_in_pie_chart),
            probability: fields.probability.clone().apply(known.and_then(|stage| stage.probability)),
        });
    }
    if !faults.is_empty() {
        return Err(Error::Validation(faults));
    }
    stages.sort_by_key(|stage| stage.position);
    for (position, stage) in (0..).zip(&mut stages) {
        stage.position = position;
    }
    Ok(stages)
}

/// Changes what `fields` mention. A stage that is not among them any more has to be empty, or it is said where its deals
/// go; they go at once, and where they are many, the last a little later.
///
/// Events: those of the deals that go to another stage.
///
/// # Errors
/// 400 when the location has no such pipeline, or a stage with deals would go; 422 for stages that are not the
/// pipeline's; when the store fails.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    fields: &PipelineFields,
) -> Result<Pipeline, Error> {
    tx.lock(&format!("pipeline:{id}"))?;
    let before = get_or_forbidden(tx, here, id)?;
    let mut after = changed(cx, before.clone(), fields)?;
    if after == before {
        return Ok(after);
    }
    after.updated_at = Timestamp(cx.now.millis().max(after.created_at.millis()));
    let stays = |stage: &Stage| after.stages.iter().any(|left| left.id == stage.id);
    let gone: Vec<&Stage> = before.stages.iter().filter(|stage| !stays(stage)).collect();
    let moves = leave(tx, here, &after, &gone, fields.move_opportunities_to.as_deref())?;
    store(tx, &before, &after)?;
    for change in moves {
        follow::start(tx, cx, here, change)?;
    }
    Ok(after)
}

fn store(tx: &mut Tx<'_>, before: &Pipeline, after: &Pipeline) -> Result<(), Error> {
    let Pipeline { id, location_id, name, .. } = after;
    tx.exec(
        sql::UPDATE_PIPELINE,
        params![
            location_id,
            id,
            name,
            after.show_in_funnel,
            after.show_in_pie_chart,
            after.color_render_mode.name(),
            after.use_opportunity_probability,
            after.updated_at
        ],
    )?;
    if before.stages == after.stages {
        return Ok(());
    }
    for stage in &before.stages {
        if !after.stages.iter().any(|left| left.id == stage.id) {
            tx.exec(sql::DELETE_STAGE, params![location_id, &stage.id])?;
        }
    }
    tx.exec(sql::SET_ASIDE, params![location_id, id])?;
    for stage in &after.stages {
        let known = before.stages.iter().any(|known| known.id == stage.id);
        let statement = if known { sql::UPDATE_STAGE } else { sql::INSERT_STAGE };
        tx.exec(statement, &stage_values(after, stage))?;
    }
    Ok(())
}

/// Where the deals go of stages that go; refuses when that is not said.
fn leave(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    after: &Pipeline,
    gone: &[&Stage],
    to: Option<&str>,
) -> Result<Vec<Change>, Error> {
    let mut moves = Vec::new();
    tx.settle()?;
    for stage in gone {
        hold_off(tx, stage)?;
        let values = params![here.location_id(), &after.id, &stage.id];
        let deals: i64 = tx.query_one(sql::DEALS_IN_STAGE, values, |row| row.get(0))?;
        if deals == 0 {
            continue;
        }
        let Some(to) = to else {
            return Err(Error::bad_request(format!(
                "The stage {} has {deals} opportunities. Move them first, or say with moveOpportunitiesTo to which of \
                 the remaining stages they go.",
                stage.name
            )));
        };
        if !after.stages.iter().any(|left| left.id.as_str() == to) {
            return Err(Error::field("moveOpportunitiesTo must be the id of one of the remaining stages"));
        }
        moves.push(Change::Stage { id: stage.id.to_string(), to: to.to_owned() });
    }
    Ok(moves)
}

/// Removes a pipeline with its stages and its deals, the last of very many a little later.
///
/// Events: those of each deal's end.
///
/// # Errors
/// 400 when the location has no such pipeline; when the store fails.
pub fn delete(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<(), Error> {
    tx.lock(&format!("pipeline:{id}"))?;
    let gone = get_or_forbidden(tx, here, id)?;
    for stage in &gone.stages {
        hold_off(tx, stage)?;
    }
    tx.exec(sql::DELETE_STAGES, params![here.location_id(), &gone.id])?;
    tx.exec(sql::DELETE_PIPELINE, params![here.location_id(), &gone.id])?;
    follow::start(tx, cx, here, Change::Pipeline { id: gone.id.to_string() })?;
    tx.settle()?;
    tx.exec(sql::FORGET_SUMS, params![here.location_id(), &gone.id])?;
    Ok(())
}

/// Keeps deals from coming to a stage that is about to go.
fn hold_off(tx: &mut Tx<'_>, stage: &Stage) -> Result<(), Error> {
    Ok(tx.lock(&format!("stage:{}", stage.id))?)
}

/// Keeps a stage in its place until a deal has come to it.
///
/// # Errors
/// 400 when the stage is gone; when the store fails.
pub(in crate::opportunities) fn hold_stage(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    stage: &Id<id::Stage>,
) -> Result<(), Error> {
    tx.share(&format!("stage:{stage}"))?;
    tx.query_opt(sql::STAGE_NAME, params![here.location_id(), stage], |_| Ok(()))?.ok_or_else(no_such_stage)
}

/// The pipeline of this id, as a deal names it.
///
/// # Errors
/// 400 when the location has no such pipeline; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Pipeline, Error> {
    find(tx, here, id)?.ok_or_else(|| Error::bad_request("The pipeline id is invalid."))
}

/// As [`get`], for a request that is about the pipeline itself.
pub(super) fn get_or_forbidden(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Pipeline, Error> {
    if let Some(found) = find(tx, here, id)? {
        return Ok(found);
    }
    let elsewhere = tx.query_opt(sql::IS_ANYONES, params![id], |_| Ok(()))?.is_some();
    Err(if elsewhere { no_access() } else { Error::bad_request(format!("Pipeline with id {id} not found")) })
}

fn find(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Option<Pipeline>, Error> {
    let found = tx.query_opt(sql::PIPELINE, params![here.location_id(), id], |row| read(row, here))?;
    let Some(mut pipeline) = found else { return Ok(None) };
    let stages = tx.query(sql::STAGES_OF, params![here.location_id(), id], read_stage)?;
    pipeline.stages = stages.into_iter().map(|(_, stage)| stage).collect();
    Ok(Some(pipeline))
}

/// The location's pipelines, oldest first, each with its stages in order.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<Pipeline>, Error> {
    let mut pipelines = tx.query(sql::PIPELINES, params![here.location_id()], |row| read(row, here))?;
    let stages = tx.query(sql::STAGES, params![here.location_id()], read_stage)?;
    let mut of: HashMap<Id<id::Pipeline>, Vec<Stage>> = HashMap::new();
    for (pipeline, stage) in stages {
        of.entry(pipeline).or_default().push(stage);
    }
    for pipeline in &mut pipelines {
        pipeline.stages = of.remove(&pipeline.id).unwrap_or_default();
    }
    Ok(pipelines)
}

fn read(row: &Row<'_>, here: &LocationScope) -> Result<Pipeline, DbError> {
    let mode: String = row.get(4)?;
    Ok(Pipeline {
        id: row.get(0)?,
        location_id: here.location_id().clone(),
        name: row.get(1)?,
        show_in_funnel: row.get(2)?,
        show_in_pie_chart: row.get(3)?,
        color_render_mode: ColorRenderMode::parse(&mode).unwrap_or(ColorRenderMode::None),
        use_opportunity_probability: row.get(5)?,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
        stages: Vec::new(),
    })
}

fn read_stage(row: &Row<'_>) -> Result<(Id<id::Pipeline>, Stage), DbError> {
    let stage = Stage {
        id: row.get(1)?,
        name: row.get(2)?,
        position: row.get(3)?,
        show_in_funnel: row.get(4)?,
        show_in_pie_chart: row.get(5)?,
        probability: row.get(6)?,
    };
    Ok((row.get(0)?, stage))
}

/// What a deal that names a stage of another pipeline, or none at all, is told.
pub(in crate::opportunities) fn no_such_stage() -> Error {
    Error::bad_request("The pipeline stage id is invalid.")
}

/// The name of a stage; empty when it is gone.
pub(in crate::opportunities) fn stage_name(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    id: &Id<id::Stage>,
) -> Result<String, Error> {
    let name = tx.query_opt(sql::STAGE_NAME, params![here.location_id(), id], |row| row.get(0))?;
    Ok(name.unwrap_or_default())
}

/// A pipeline's first stage; `None` when the pipeline is gone.
pub(in crate::opportunities) fn first_stage(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    pipeline: &Id<id::Pipeline>,
) -> Result<Option<Id<id::Stage>>, Error> {
    Ok(tx.query_opt(sql::FIRST_STAGE, params![here.location_id(), pipeline], |row| row.get(0))?)
}

/// How probably deals in a stage are won.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::opportunities) struct Odds {
    /// As the stage says.
    pub(in crate::opportunities) stage: Option<f64>,
    /// Whether the deal's own probability counts.
    pub(in crate::opportunities) own_counts: bool,
}

/// The odds of stages, by id.
pub(in crate::opportunities) fn odds<'a>(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    stages: impl IntoIterator<Item = &'a str>,
) -> Result<HashMap<String, Odds>, Error> {
    let asked: HashSet<&str> = stages.into_iter().collect();
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Dynamic::in_location(sql::ODDS_HEAD, here.location_id());
    for (at, id) in asked.into_iter().enumerate() {
        sql.push(if at == 0 { " and s.id in (" } else { ", " }).bind(id.to_owned());
    }
    sql.push(")");
    let odds = tx.query_dynamic(&sql, |row| {
        Ok((row.get::<String>(0)?, Odds { stage: row.get(1)?, own_counts: row.get(2)? }))
    })?;
    Ok(odds.into_iter().collect())
}

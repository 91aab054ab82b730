//! Sales pipelines: the stages that a location's deals pass through.
//!
//! A pipeline has at least one stage; stages are numbered from 0 in the order they were given. Deals themselves are not
//! built yet: their operations answer 501.

mod routes;
mod sql;
mod wire;

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_store::{Sql, Tx, params};

pub use self::routes::routes;
use crate::tenant::LocationScope;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// What a new pipeline is given.
#[derive(Clone, Debug)]
pub struct NewPipeline {
    /// Its name.
    pub name: String,
    /// Its stages' names, in order; at least one.
    pub stages: Vec<String>,
}

/// A pipeline with its stages in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// Its id.
    pub id: Id<id::Pipeline>,
    /// Its location.
    pub location_id: Id<id::Location>,
    /// Its name.
    pub name: String,
    /// Whether the funnel chart shows it.
    pub show_in_funnel: bool,
    /// Whether the pie chart shows it.
    pub show_in_pie_chart: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Its stages.
    pub stages: Vec<Stage>,
}

/// A column of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its id.
    pub id: Id<id::Stage>,
    /// Its name.
    pub name: String,
    /// Its place, from 0.
    pub position: i64,
    /// Whether the funnel chart shows it.
    pub show_in_funnel: bool,
    /// Whether the pie chart shows it.
    pub show_in_pie_chart: bool,
}

/// Makes a pipeline with its stages.
///
/// # Errors
/// 422 when a name is empty or there is no stage; the store's failure.
pub fn create_pipeline(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    new: &NewPipeline,
) -> Result<Pipeline, Error> {
    check(new)?;
    let stage = |(position, name): (i64, &String)| Stage {
        id: Id::generate(cx.random.as_ref()),
        name: name.trim().to_owned(),
        position,
        show_in_funnel: true,
        show_in_pie_chart: true,
    };
    let pipeline = Pipeline {
        id: Id::generate(cx.random.as_ref()),
        location_id: here.location_id().clone(),
        name: new.name.trim().to_owned(),
        show_in_funnel: true,
        show_in_pie_chart: true,
        created_at: cx.now,
        updated_at: cx.now,
        stages: (0..).zip(&new.stages).map(stage).collect(),
    };
    let Pipeline { id, location_id, name, show_in_funnel, show_in_pie_chart, .. } = &pipeline;
    let values = params![id, location_id, name, *show_in_funnel, *show_in_pie_chart, cx.now];
    tx.exec(sql::INSERT_PIPELINE, values)?;
    for stage in &pipeline.stages {
        let Stage { id: stage_id, name, position, show_in_funnel, show_in_pie_chart } = stage;
        let values = params![stage_id, location_id, id, name, *position, *show_in_funnel, *show_in_pie_chart];
        tx.exec(sql::INSERT_STAGE, values)?;
    }
    Ok(pipeline)
}

fn check(new: &NewPipeline) -> Result<(), Error> {
    let mut faults = Vec::new();
    if new.name.trim().is_empty() {
        faults.push("name should not be empty".to_owned());
    }
    if new.stages.is_empty() {
        faults.push("stages must contain at least 1 elements".to_owned());
    }
    let empty = new.stages.iter().enumerate().filter(|(_, name)| name.trim().is_empty());
    faults.extend(empty.map(|(i, _)| format!("stages.{i}.name should not be empty")));
    if faults.is_empty() { Ok(()) } else { Err(Error::Validation(faults)) }
}

/// The location's pipelines, oldest first, each with its stages in order.
///
/// # Errors
/// When the store fails.
pub fn pipelines(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<Pipeline>, Error> {
    let mut pipelines = tx.query(sql::PIPELINES, params![here.location_id()], |row| {
        Ok(Pipeline {
            id: row.get(0)?,
            location_id: here.location_id().clone(),
            name: row.get(1)?,
            show_in_funnel: row.get(2)?,
            show_in_pie_chart: row.get(3)?,
            created_at: row.get(4)?,
            updated_at: row.get(5)?,
            stages: Vec::new(),
        })
    })?;
    let stages = tx.query(sql::STAGES, params![here.location_id()], |row| {
        let of: Id<id::Pipeline> = row.get(0)?;
        let stage = Stage {
            id: row.get(1)?,
            name: row.get(2)?,
            position: row.get(3)?,
            show_in_funnel: row.get(4)?,
            show_in_pie_chart: row.get(5)?,
        };
        Ok((of, stage))
    })?;
    for (of, stage) in stages {
        if let Some(pipeline) = pipelines.iter_mut().find(|pipeline| pipeline.id == of) {
            pipeline.stages.push(stage);
        }
    }
    Ok(pipelines)
}

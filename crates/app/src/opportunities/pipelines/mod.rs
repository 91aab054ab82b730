//! Sales pipelines: the stages that a location's deals pass through.
//!
//! What is guaranteed: a pipeline has at least one stage, and its stages are numbered from 0 without gaps; a stage that
//! keeps its id keeps its deals; no stage goes while deals stand in it, unless it is said where to; a pipeline's deals end
//! with it, each with its events.

mod model;
mod routes;
mod service;
mod sql;
mod wire;

use leadhold_store::Sql;

pub use self::model::{ColorRenderMode, Pipeline, PipelineFields, Stage, StageFields};
pub use self::routes::routes;
pub(super) use self::service::{Odds, first_stage, hold_stage, no_such_stage, odds, stage_name};
pub use self::service::{create, delete, get, list, update};
pub(super) use self::wire::percent;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

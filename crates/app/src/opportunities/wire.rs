//! The JSON of pipelines, spelled alike in both versions of the API.

use serde::Serialize;

use super::{Pipeline, Stage};

/// One pipeline as the list shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PipelineBody<'a> {
    id: &'a str,
    name: &'a str,
    stages: Vec<StageBody<'a>>,
    show_in_funnel: bool,
    show_in_pie_chart: bool,
    location_id: &'a str,
    date_added: String,
    date_updated: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StageBody<'a> {
    id: &'a str,
    name: &'a str,
    position: i64,
    show_in_funnel: bool,
    show_in_pie_chart: bool,
}

impl<'a> From<&'a Pipeline> for PipelineBody<'a> {
    fn from(pipeline: &'a Pipeline) -> Self {
        Self {
            id: pipeline.id.as_str(),
            name: &pipeline.name,
            stages: pipeline.stages.iter().map(StageBody::from).collect(),
            show_in_funnel: pipeline.show_in_funnel,
            show_in_pie_chart: pipeline.show_in_pie_chart,
            location_id: pipeline.location_id.as_str(),
            date_added: pipeline.created_at.iso(),
            date_updated: pipeline.updated_at.iso(),
        }
    }
}

impl<'a> From<&'a Stage> for StageBody<'a> {
    fn from(stage: &'a Stage) -> Self {
        Self {
            id: stage.id.as_str(),
            name: &stage.name,
            position: stage.position,
            show_in_funnel: stage.show_in_funnel,
            show_in_pie_chart: stage.show_in_pie_chart,
        }
    }
}

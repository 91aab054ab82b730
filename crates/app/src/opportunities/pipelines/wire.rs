//! The JSON of pipelines, spelled alike in both versions of the API.

use leadhold_kernel::{Error, Patch, plain};
use serde::Serialize;
use serde_json::{Map, Value};

use super::model::{ColorRenderMode, Pipeline, PipelineFields, Stage, StageFields};
use crate::http::fields::Fields;

/// Characters of a name.
const NAME_LENGTH: usize = 255;
/// Stages of a pipeline: all are read and written at once.
const MAX_STAGES: usize = 100;

/// Reads the body of a creation.
///
/// # Errors
/// All faults at once.
pub(super) fn create(body: &Map<String, Value>) -> Result<PipelineFields, Error> {
    let mut fields = Fields::of_body(body);
    fields.text("locationId"); // who may write there has been decided
    let name = Some(fields.required_text_within("name", NAME_LENGTH));
    if fields.value("stages").is_none_or(Value::is_null) {
        fields.fault("stages", "must contain at least 1 elements");
    }
    let read = PipelineFields { name, ..shared(&mut fields) };
    fields.finish()?;
    Ok(read)
}

/// Reads the body of an update.
///
/// # Errors
/// All faults at once.
pub(super) fn update(body: &Map<String, Value>) -> Result<PipelineFields, Error> {
    let mut fields = Fields::of_body(body);
    fields.text("locationId");
    let name = name(&mut fields);
    let move_opportunities_to = fields.text_within("moveOpportunitiesTo", 64).into_option();
    let read = PipelineFields { name, move_opportunities_to, ..shared(&mut fields) };
    fields.finish()?;
    Ok(read)
}

/// A name that is said, which cannot be blank.
fn name(fields: &mut Fields<'_>) -> Option<String> {
    fields.value("name").is_some().then(|| fields.required_text_within("name", NAME_LENGTH))
}

fn shared(fields: &mut Fields<'_>) -> PipelineFields {
    let stages = fields.objects("stages", stage);
    match stages.as_ref().map(Vec::len) {
        Some(0) => fields.fault("stages", "must contain at least 1 elements"),
        Some(many) if many > MAX_STAGES => {
            fields.too_many("stages", MAX_STAGES);
        }
        _ => {}
    }
    PipelineFields {
        stages,
        show_in_funnel: fields.flag("showInFunnel"),
        show_in_pie_chart: fields.flag("showInPieChart"),
        color_render_mode: fields
            .one_of("colorRenderMode", ColorRenderMode::NAMES)
            .and_then(ColorRenderMode::parse),
        use_opportunity_probability: fields.flag("useOpportunityProbability"),
        ..PipelineFields::default()
    }
}

/// A stage; whatever else clients send along from what they read is let pass.
fn stage(fields: &mut Fields<'_>) -> StageFields {
    fields.ignore_undeclared();
    let id = fields.text_within("id", 64).into_option();
    let name =
        if id.is_some() { name(fields) } else { Some(fields.required_text_within("name", NAME_LENGTH)) };
    StageFields {
        id,
        name,
        position: fields.integer("position", 0, 1_000_000),
        show_in_funnel: fields.flag("showInFunnel"),
        show_in_pie_chart: fields.flag("showInPieChart"),
        probability: percent(fields, "forecastProbability"),
    }
}

/// A number from 0 to 100; `null` clears.
pub(in crate::opportunities) fn percent(fields: &mut Fields<'_>, name: &'static str) -> Patch<f64> {
    match fields.value(name) {
        None => Patch::Absent,
        Some(Value::Null) => Patch::Null,
        Some(_) => fields.number(name, 0.0, 100.0).map_or(Patch::Absent, Patch::Value),
    }
}

/// One pipeline.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown<'a> {
    id: &'a str,
    name: &'a str,
    stages: Vec<ShownStage<'a>>,
    show_in_funnel: bool,
    show_in_pie_chart: bool,
    location_id: &'a str,
    color_render_mode: &'static str,
    use_opportunity_probability: bool,
    date_added: String,
    date_updated: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownStage<'a> {
    id: &'a str,
    name: &'a str,
    position: i64,
    show_in_funnel: bool,
    show_in_pie_chart: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    forecast_probability: Option<Value>,
}

impl<'a> From<&'a Pipeline> for Shown<'a> {
    fn from(pipeline: &'a Pipeline) -> Self {
        Self {
            id: pipeline.id.as_str(),
            name: &pipeline.name,
            stages: pipeline.stages.iter().map(ShownStage::from).collect(),
            show_in_funnel: pipeline.show_in_funnel,
            show_in_pie_chart: pipeline.show_in_pie_chart,
            location_id: pipeline.location_id.as_str(),
            color_render_mode: pipeline.color_render_mode.name(),
            use_opportunity_probability: pipeline.use_opportunity_probability,
            date_added: pipeline.created_at.iso(),
            date_updated: pipeline.updated_at.iso(),
        }
    }
}

impl<'a> From<&'a Stage> for ShownStage<'a> {
    fn from(stage: &'a Stage) -> Self {
        Self {
            id: stage.id.as_str(),
            name: &stage.name,
            position: stage.position,
            show_in_funnel: stage.show_in_funnel,
            show_in_pie_chart: stage.show_in_pie_chart,
            forecast_probability: stage.probability.map(plain),
        }
    }
}

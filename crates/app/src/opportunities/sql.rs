//! Statements on pipelines and their stages.

leadhold_store::statements! {
    pub INSERT_PIPELINE = "insert into pipelines
        (id, location_id, name, show_in_funnel, show_in_pie_chart, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $6)";
    pub INSERT_STAGE = "insert into pipeline_stages
        (id, location_id, pipeline_id, name, position, show_in_funnel, show_in_pie_chart)
        values ($1, $2, $3, $4, $5, $6, $7)";
    pub PIPELINES = "select id, name, show_in_funnel, show_in_pie_chart, created_at, updated_at
        from pipelines where location_id = $1 order by created_at, id";
    /// The stages of all of the location's pipelines.
    pub STAGES = "select pipeline_id, id, name, position, show_in_funnel, show_in_pie_chart
        from pipeline_stages where location_id = $1 order by pipeline_id, position";
}

//! Statements on pipelines and their stages.

leadhold_store::statements! {
    pub INSERT_PIPELINE = "insert into pipelines (id, location_id, name, show_in_funnel, show_in_pie_chart,
        color_render_mode, use_opportunity_probability, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    pub UPDATE_PIPELINE = "update pipelines set name = $3, show_in_funnel = $4, show_in_pie_chart = $5,
        color_render_mode = $6, use_opportunity_probability = $7, updated_at = $8 where location_id = $1 and id = $2";
    pub DELETE_PIPELINE = "delete from pipelines where location_id = $1 and id = $2";
    pub DELETE_STAGES = "delete from pipeline_stages where location_id = $1 and pipeline_id = $2";
    pub INSERT_STAGE = "insert into pipeline_stages
        (id, location_id, pipeline_id, name, position, show_in_funnel, show_in_pie_chart, probability)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    pub UPDATE_STAGE = "update pipeline_stages set name = $4, position = $5, show_in_funnel = $6, show_in_pie_chart = $7,
        probability = $8 where id = $1 and location_id = $2 and pipeline_id = $3";
    pub DELETE_STAGE = "delete from pipeline_stages where location_id = $1 and id = $2";
    /// Out of the way of the positions that they are to have.
    pub SET_ASIDE = "update pipeline_stages set position = -1 - position where location_id = $1 and pipeline_id = $2";
    pub PIPELINES = "select id, name, show_in_funnel, show_in_pie_chart, color_render_mode, use_opportunity_probability,
        created_at, updated_at from pipelines where location_id = $1 order by created_at, id";
    pub PIPELINE = "select id, name, show_in_funnel, show_in_pie_chart, color_render_mode, use_opportunity_probability,
        created_at, updated_at from pipelines where location_id = $1 and id = $2";
    pub COUNT = "select count(*) from pipelines where location_id = $1";
    /// Whether anyone has a pipeline of this id, once the caller's location turned out not to.
    pub IS_ANYONES across tenants "an id of another location is forbidden, one that nobody has is unknown" =
        "select 1 from pipelines where id = $1";
    /// The stages of all of the location's pipelines.
    pub STAGES = "select pipeline_id, id, name, position, show_in_funnel, show_in_pie_chart, probability
        from pipeline_stages where location_id = $1 order by pipeline_id, position";
    pub STAGES_OF = "select pipeline_id, id, name, position, show_in_funnel, show_in_pie_chart, probability
        from pipeline_stages where location_id = $1 and pipeline_id = $2 order by position";
    pub STAGE_NAME = "select name from pipeline_stages where location_id = $1 and id = $2";
    pub FIRST_STAGE = "select id from pipeline_stages where location_id = $1 and pipeline_id = $2 order by position limit 1";
    pub DEALS_IN_STAGE = "select cast(coalesce(sum(opportunities), 0) as bigint) from opportunity_sums
        where location_id = $1 and pipeline_id = $2 and stage_id = $3";
    /// The sums of a pipeline that has no opportunities.
    pub FORGET_SUMS = "delete from opportunity_sums where location_id = $1 and pipeline_id = $2
        and 0 = (select sum(s.opportunities) from opportunity_sums s where s.location_id = $1 and s.pipeline_id = $2)";
}

/// Stages with what they and their pipelines say of probabilities: it ends where the location's id belongs.
pub const ODDS_HEAD: &str = "select s.id, s.probability, p.use_opportunity_probability
    from pipeline_stages s join pipelines p on p.id = s.pipeline_id where s.location_id = ";

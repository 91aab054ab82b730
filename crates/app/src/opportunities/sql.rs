//! Statements on opportunities, their index rows and their sums.

leadhold_store::statements! {
    /// Open ones in the order of their last changes.
    pub AT_REST = "select id, contact_id, date_updated from opportunities
        where location_id = $1 and status = 'open' and (date_updated, id) > ($2, $3) and date_updated <= $4
        order by date_updated, id limit $5";
    /// The one read behind `GET /opportunities/{id}`; its select list is also that of every built statement (`HEAD`).
    pub GET = "select o.no, o.id, o.location_id, o.contact_id, o.pipeline_id, o.stage_id, o.name, o.status,
        o.monetary_value, o.source, o.assigned_to, o.lost_reason_id, o.followers, o.custom_fields, o.close_date,
        o.original_close_date, o.slippage_count, o.last_slipped_at, o.probability, o.version, o.created_by, o.updated_by,
        o.last_status_change, o.last_stage_change, o.date_added, o.date_updated
        from opportunities o where o.location_id = $1 and o.id = $2";
    pub CONTACT_OF = "select contact_id from opportunities where location_id = $1 and id = $2";
    /// Whether anyone has an opportunity of this id, once the caller's location turned out not to.
    pub IS_ANYONES across tenants "an id of another location is forbidden, one that nobody has is unknown" =
        "select 1 from opportunities where id = $1";
    pub INSERT = "insert into opportunities (id, location_id, contact_id, pipeline_id, stage_id, name_lower, name, status,
        monetary_value, source_lower, source, assigned_to, lost_reason_id, followers, custom_fields, close_date,
        original_close_date, slippage_count, last_slipped_at, probability, version, created_by, updated_by,
        last_status_change, last_stage_change, date_added, date_updated)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
        $25, $26, $27) returning no";
    pub UPDATE = "update opportunities set contact_id = $3, pipeline_id = $4, stage_id = $5, name_lower = $6, name = $7,
        status = $8, monetary_value = $9, source_lower = $10, source = $11, assigned_to = $12, lost_reason_id = $13,
        followers = $14, custom_fields = $15, close_date = $16, original_close_date = $17, slippage_count = $18,
        last_slipped_at = $19, probability = $20, version = $21, created_by = $22, updated_by = $23,
        last_status_change = $24, last_stage_change = $25, date_added = $26, date_updated = $27
        where id = $1 and location_id = $2";
    /// Index rows go with it.
    pub DELETE = "delete from opportunities where location_id = $1 and no = $2";

    /// Another open deal with the contact in the pipeline.
    pub OPEN_BESIDE = "select id from opportunities
        where location_id = $1 and contact_id = $2 and pipeline_id = $3 and status = 'open' and id <> $4
        order by date_added, no limit 1";
    /// The deal that an upsert means: the open one, else the latest.
    pub OF_CONTACT_IN = "select id from opportunities where location_id = $1 and contact_id = $2 and pipeline_id = $3
        order by case when status = 'open' then 0 else 1 end, date_added desc, no desc limit 1";

    pub INDEX_TEXT = "insert into opportunities_search (rowid, location_id, body) values ($1, $2, $3)";
    pub REINDEX_TEXT = "update opportunities_search set body = $3 where rowid = $1 and location_id = $2";
    pub UNINDEX_TEXT = "delete from opportunities_search where rowid = $1 and location_id = $2";

    pub ADD_FOLLOWER = "insert into opportunity_followers (location_id, opportunity_no, user_id) values ($1, $2, $3)
        on conflict do nothing";
    pub REMOVE_FOLLOWER = "delete from opportunity_followers where location_id = $1 and opportunity_no = $2 and user_id = $3";
    pub REMOVE_FIELD = "delete from opportunity_field_values
        where location_id = $1 and opportunity_no = $2 and field_id = $3";
    pub UPDATE_CUSTOM_FIELDS = "update opportunities set custom_fields = $3 where location_id = $1 and no = $2";

    pub ADD_TO_SUM = "insert into opportunity_sums
        (location_id, pipeline_id, stage_id, status, shard, opportunities, value, own_value, own_weighted)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (location_id, pipeline_id, stage_id, status, shard) do update set
            opportunities = opportunity_sums.opportunities + $6, value = opportunity_sums.value + $7,
            own_value = opportunity_sums.own_value + $8, own_weighted = opportunity_sums.own_weighted + $9";

    pub COUNTED = "select cast(coalesce(sum(opportunities), 0) as bigint) from opportunity_sums where location_id = $1";

    /// The next opportunities of a contact.
    pub OF_CONTACT = "select id from opportunities where location_id = $1 and contact_id = $2 order by id limit $3";
    /// The next opportunities in a removed pipeline.
    pub IN_PIPELINE = "select id from opportunities where location_id = $1 and pipeline_id = $2
        order by date_added, id limit $3";
    /// The next opportunities by age, behind one.
    pub BEHIND = "select date_added, id from opportunities where location_id = $1 and (date_added, id) > ($2, $3)
        order by date_added, id limit $4";
    /// The next opportunities in a removed stage.
    pub IN_STAGE = "select id from opportunities where location_id = $1 and stage_id = $2
        order by date_added, id limit $3";
    /// The next opportunities that still have a value of a removed field.
    pub CARRYING_FIELD = "select o.id from opportunities o where o.no in (select v.opportunity_no
        from opportunity_field_values v where v.location_id = $1 and v.field_id = $2) order by o.id limit $3";
}

/// The select list and tenant of every statement that is built: it ends where the location's id belongs.
pub fn head() -> &'static str {
    GET.text().split_once("$1").map_or("", |(head, _)| head)
}

/// As [`head`], for counting opportunities before a cursor; the caller adds the limit and closes the bracket.
pub const COUNT_BEFORE_HEAD: &str =
    "select count(*) from (select 1 from opportunities o where o.location_id = ";

/// As [`head`], for what matching opportunities come to, by stage and status; the caller groups.
pub const SUMS_HEAD: &str = "select o.stage_id, o.status, count(*), sum(o.monetary_value),
    sum(case when o.probability is null then 0.0 else o.monetary_value end),
    sum(case when o.probability is null then 0.0 else o.monetary_value * o.probability / 100.0 end)
    from opportunities o where o.location_id = ";

/// The same from the sums that are kept.
pub const KEPT_SUMS_HEAD: &str =
    "select o.stage_id, o.status, cast(sum(o.opportunities) as bigint), sum(o.value),
    sum(o.own_value), sum(o.own_weighted) from opportunity_sums o where o.location_id = ";

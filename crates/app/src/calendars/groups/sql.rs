//! Statements on groups of calendars.

leadhold_store::statements! {
    pub INSERT = "insert into calendar_groups (id, location_id, name, description, slug, is_active, date_added, date_updated)
        values ($1, $2, $3, $4, $5, $6, $7, $7)";
    pub GET = "select id, location_id, name, description, slug, is_active from calendar_groups
        where location_id = $1 and id = $2";
    pub OF_LOCATION = "select id, location_id, name, description, slug, is_active from calendar_groups
        where location_id = $1 order by date_added, id";
    pub IS_ANYONES across tenants "an id of another location is forbidden, one that nobody has is unknown" =
        "select 1 from calendar_groups where id = $1";
    pub WITH_SLUG = "select id from calendar_groups where location_id = $1 and slug = $2";
    pub COUNT = "select count(*) from calendar_groups where location_id = $1";
    pub UPDATE = "update calendar_groups set name = $3, description = $4, slug = $5, is_active = $6, date_updated = $7
        where location_id = $1 and id = $2";
    pub DELETE = "delete from calendar_groups where location_id = $1 and id = $2";
    /// Its calendars belong to no group any more.
    pub RELEASE = "update calendars set group_id = null, date_updated = $3 where location_id = $1 and group_id = $2";
}

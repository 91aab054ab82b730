//! Statements on calendars.

leadhold_store::statements! {
    pub INSERT = "insert into calendars
        (id, location_id, name, kind, group_id, is_active, settings, date_added, date_updated)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    pub GET = "select id, location_id, name, kind, group_id, is_active, settings, date_added, date_updated
        from calendars where location_id = $1 and id = $2";
    pub OF_LOCATION = "select id, location_id, name, kind, group_id, is_active, settings, date_added, date_updated
        from calendars where location_id = $1 order by date_added, id";
    pub IS_ANYONES across tenants "an id of another location is forbidden, one that nobody has is unknown" =
        "select 1 from calendars where id = $1";
    pub COUNT = "select count(*) from calendars where location_id = $1";
    pub UPDATE = "update calendars set name = $3, kind = $4, group_id = $5, is_active = $6, settings = $7, date_updated = $8
        where location_id = $1 and id = $2";
    pub DELETE = "delete from calendars where location_id = $1 and id = $2";
}

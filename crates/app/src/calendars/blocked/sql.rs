//! Statements on blocked slots.

leadhold_store::statements! {
    pub INSERT = "insert into blocked_slots (id, location_id, calendar_id, assigned_user_id, title, start_at, start_offset,
        end_at, end_offset, date_added, date_updated) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    pub UPDATE = "update blocked_slots set calendar_id = $3, assigned_user_id = $4, title = $5, start_at = $6,
        start_offset = $7, end_at = $8, end_offset = $9, date_added = $10, date_updated = $11
        where id = $1 and location_id = $2";
    pub GET = "select id, location_id, calendar_id, assigned_user_id, title, start_at, start_offset, end_at, end_offset,
        date_added, date_updated from blocked_slots where location_id = $1 and id = $2";
    pub IS_ANYONES across tenants "an id of another location is forbidden, one that nobody has is unknown" =
        "select 1 from blocked_slots where id = $1";
    pub DELETE = "delete from blocked_slots where location_id = $1 and id = $2";
    /// How many a calendar or a person has before them, one of which may be left out.
    pub AHEAD = "select count(*) from blocked_slots
        where location_id = $1 and calendar_id = $2 and assigned_user_id = $3 and end_at > $4 and id <> $5";
    pub IN_CALENDAR = "select id, location_id, calendar_id, assigned_user_id, title, start_at, start_offset, end_at,
        end_offset, date_added, date_updated from blocked_slots
        where location_id = $1 and calendar_id = $2 and end_at > $3 and start_at < $4 order by start_at, id limit $5";
    pub WITH_USER = "select id, location_id, calendar_id, assigned_user_id, title, start_at, start_offset, end_at,
        end_offset, date_added, date_updated from blocked_slots
        where location_id = $1 and assigned_user_id = $2 and end_at > $3 and start_at < $4 order by start_at, id limit $5";
    pub IN_GROUP = "select b.id, b.location_id, b.calendar_id, b.assigned_user_id, b.title, b.start_at, b.start_offset,
        b.end_at, b.end_offset, b.date_added, b.date_updated from blocked_slots b
        join calendars c on c.id = b.calendar_id and c.location_id = b.location_id
        where b.location_id = $1 and c.group_id = $2 and b.end_at > $3 and b.start_at < $4 order by b.start_at, b.id
        limit $5";
}

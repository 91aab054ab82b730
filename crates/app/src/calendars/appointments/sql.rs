//! Statements on appointments. Each that reads one selects the same columns in the same order, for `stored::read`.

use crate::contacts::OfEach;

leadhold_store::statements! {
    pub INSERT = "insert into appointments (id, location_id, calendar_id, contact_id, title, status, assigned_user_id, users,
        start_at, start_offset, end_at, end_offset, address, meeting_location_type, meeting_location_id, description, source,
        created_by, date_added, date_updated)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    pub GET = "select a.id, a.location_id, a.calendar_id, c.group_id, a.contact_id, a.title, a.status, a.assigned_user_id,
        a.users, a.start_at, a.start_offset, a.end_at, a.end_offset, a.address, a.meeting_location_type,
        a.meeting_location_id, a.description, a.source, a.created_by, a.date_added, a.date_updated
        from appointments a left join calendars c on c.id = a.calendar_id and c.location_id = a.location_id
        where a.location_id = $1 and a.id = $2";
    pub OF_CONTACT = "select a.id, a.location_id, a.calendar_id, c.group_id, a.contact_id, a.title, a.status,
        a.assigned_user_id, a.users, a.start_at, a.start_offset, a.end_at, a.end_offset, a.address, a.meeting_location_type,
        a.meeting_location_id, a.description, a.source, a.created_by, a.date_added, a.date_updated
        from appointments a left join calendars c on c.id = a.calendar_id and c.location_id = a.location_id
        where a.location_id = $1 and a.contact_id = $2 order by a.start_at, a.id";
    pub IN_CALENDAR = "select a.id, a.location_id, a.calendar_id, c.group_id, a.contact_id, a.title, a.status, a.assigned_user_id,
        a.users, a.start_at, a.start_offset, a.end_at, a.end_offset, a.address, a.meeting_location_type,
        a.meeting_location_id, a.description, a.source, a.created_by, a.date_added, a.date_updated
        from appointments a left join calendars c on c.id = a.calendar_id and c.location_id = a.location_id
        where a.location_id = $1 and a.calendar_id = $2 and a.end_at > $3 and a.start_at < $4 order by a.start_at, a.id
        limit $5";
    pub IN_GROUP = "select a.id, a.location_id, a.calendar_id, c.group_id, a.contact_id, a.title, a.status, a.assigned_user_id,
        a.users, a.start_at, a.start_offset, a.end_at, a.end_offset, a.address, a.meeting_location_type,
        a.meeting_location_id, a.description, a.source, a.created_by, a.date_added, a.date_updated
        from appointments a left join calendars c on c.id = a.calendar_id and c.location_id = a.location_id
        where a.location_id = $1 and c.group_id = $2 and a.end_at > $3 and a.start_at < $4 order by a.start_at, a.id
        limit $5";
    pub WITH_USER = "select a.id, a.location_id, a.calendar_id, c.group_id, a.contact_id, a.title, a.status, a.assigned_user_id,
        a.users, a.start_at, a.start_offset, a.end_at, a.end_offset, a.address, a.meeting_location_type,
        a.meeting_location_id, a.description, a.source, a.created_by, a.date_added, a.date_updated
        from appointments a left join calendars c on c.id = a.calendar_id and c.location_id = a.location_id
        join appointment_users u on u.appointment_id = a.id and u.location_id = a.location_id
        where a.location_id = $1 and u.user_id = $2 and a.end_at > $3 and a.start_at < $4 and u.end_at > $3
        order by a.start_at, a.id limit $5";
    /// How many appointments in a calendar each of its people has before them.
    pub AHEAD = "select assigned_user_id, count(*) from appointments
        where location_id = $1 and calendar_id = $2 and end_at > $3 and status not in ('cancelled', 'invalid')
        group by assigned_user_id";
    pub IS_ANYONES across tenants "an id of another location is forbidden, one that nobody has is unknown" =
        "select 1 from appointments where id = $1";
    pub CONTACT_OF = "select contact_id from appointments where location_id = $1 and id = $2";
    pub COUNT_OF_CONTACT = "select count(*) from appointments where location_id = $1 and contact_id = $2";
    pub UPDATE = "update appointments set calendar_id = $3, contact_id = $4, title = $5, status = $6, assigned_user_id = $7,
        users = $8, start_at = $9, start_offset = $10, end_at = $11, end_offset = $12, address = $13,
        meeting_location_type = $14, meeting_location_id = $15, description = $16, source = $17, created_by = $18,
        date_added = $19, date_updated = $20 where id = $1 and location_id = $2";
    pub DELETE = "delete from appointments where location_id = $1 and id = $2";
    /// The next appointments of a contact.
    pub IDS_OF_CONTACT = "select id from appointments where location_id = $1 and contact_id = $2 order by id limit $3";

    pub ADD_USER = "insert into appointment_users (location_id, user_id, appointment_id, end_at) values ($1, $2, $3, $4)";
    pub FORGET_USERS = "delete from appointment_users where location_id = $1 and appointment_id = $2";
}

/// Those of each of several contacts, with the columns that `stored::read` reads.
pub const OF_EACH: OfEach = OfEach {
    head: "select * from (select a.id as id, a.location_id, a.calendar_id, c.group_id, a.contact_id, a.title, a.status,
        a.assigned_user_id, a.users, a.start_at, a.start_offset, a.end_at, a.end_offset, a.address, a.meeting_location_type,
        a.meeting_location_id, a.description, a.source, a.created_by, a.date_added, a.date_updated
        from appointments a left join calendars c on c.id = a.calendar_id and c.location_id = a.location_id
        where a.location_id = ",
    contact: 4,
    moment: (10, "start_at"),
};

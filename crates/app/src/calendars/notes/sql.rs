//! Statements on notes about appointments.

leadhold_store::statements! {
    pub INSERT = "insert into appointment_notes (id, location_id, appointment_id, body, user_id, date_added, date_updated)
        values ($1, $2, $3, $4, $5, $6, $6)";
    pub COUNT = "select count(*) from appointment_notes where location_id = $1 and appointment_id = $2";
    pub GET = "select id, body, user_id, date_added from appointment_notes
        where location_id = $1 and appointment_id = $2 and id = $3";
    pub PAGE = "select id, body, user_id, date_added from appointment_notes
        where location_id = $1 and appointment_id = $2 order by date_added desc, id desc limit $3 offset $4";
    pub UPDATE = "update appointment_notes set body = $3, user_id = $4, date_updated = $5 where location_id = $1 and id = $2";
    pub DELETE = "delete from appointment_notes where location_id = $1 and id = $2";
}

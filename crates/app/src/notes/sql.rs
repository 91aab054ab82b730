//! Statements on notes.

use crate::contacts::OfEach;

leadhold_store::statements! {
    pub INSERT = "insert into notes
        (id, location_id, contact_id, body, user_id, title, color, pinned, date_added, date_updated)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    pub COUNT = "select count(*) from notes where location_id = $1 and contact_id = $2";
    pub GET = "select id, contact_id, body, user_id, title, color, pinned, date_added from notes
        where location_id = $1 and contact_id = $2 and id = $3";
    pub OF_CONTACT = "select id, contact_id, body, user_id, title, color, pinned, date_added, date_updated from notes
        where location_id = $1 and contact_id = $2 order by date_added desc, id desc";
    pub UPDATE = "update notes set body = $3, user_id = $4, title = $5, color = $6, pinned = $7, date_updated = $8
        where location_id = $1 and id = $2";
    pub DELETE = "delete from notes where location_id = $1 and id = $2";
    pub MOVE = "update notes set contact_id = $3 where location_id = $1 and contact_id = $2";
}

/// Those of each of several contacts.
pub const OF_EACH: OfEach = OfEach {
    head: "select * from (select id, contact_id, body, user_id, title, color, pinned, date_added from notes
    where location_id = ",
    contact: 1,
    moment: (8, "date_added"),
};

//! Statements on tasks and their search text.

use crate::contacts::OfEach;

leadhold_store::statements! {
    pub INSERT = "insert into tasks (id, location_id, contact_id, title, body, assigned_to, due_date, completed, date_added,
        date_updated, recurring_task_id, recurred_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11)
        on conflict do nothing returning no";
    pub INDEX_TEXT = "insert into tasks_search (rowid, location_id, body) values ($1, $2, $3)";
    pub COUNT = "select count(*) from tasks where location_id = $1 and contact_id = $2";
    pub GET = "select id, contact_id, title, body, assigned_to, due_date, completed, date_added from tasks
        where location_id = $1 and contact_id = $2 and id = $3";
    pub OF_CONTACT = "select id, contact_id, title, body, assigned_to, due_date, completed, date_added, date_updated from tasks
        where location_id = $1 and contact_id = $2 order by date_added desc, no desc";
    pub UPDATE = "update tasks set title = $3, body = $4, assigned_to = $5, due_date = $6, completed = $7, date_updated = $8
        where location_id = $1 and id = $2 returning no";
    pub REINDEX_TEXT = "update tasks_search set body = $3 where rowid = $1 and location_id = $2";
    /// Its search text goes with it.
    pub DELETE = "delete from tasks where location_id = $1 and id = $2";
    /// Open tasks in the order of their due dates.
    pub DUE = "select id, contact_id, title, body, assigned_to, due_date, completed, date_added from tasks
        where location_id = $1 and completed = false and (due_date, id) > ($2, $3) and due_date <= $4
        order by due_date, id limit $5";
    pub MOVE = "update tasks set contact_id = $3 where location_id = $1 and contact_id = $2";
}

/// Those of each of several contacts.
pub const OF_EACH: OfEach = OfEach {
    head: "select * from (select id, contact_id, title, body, assigned_to, due_date, completed, date_added
    from tasks where location_id = ",
    contact: 1,
    moment: (8, "date_added"),
};

/// Tasks with whom they are for: ends where the location's id belongs.
pub const FOUND: &str = "select t.id, t.contact_id, t.title, t.body, t.assigned_to, t.due_date, t.completed, t.date_added,
    t.date_updated, c.first_name, c.last_name, c.email, c.phone
    from tasks t left join contacts c on c.id = t.contact_id and c.location_id = t.location_id where t.location_id = ";

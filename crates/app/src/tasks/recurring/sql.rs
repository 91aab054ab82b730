//! Statements on recurring tasks.

leadhold_store::statements! {
    pub INSERT = "insert into recurring_tasks (id, location_id, title, description, of_contacts, owners, rule, turn, next_at,
        total_occurrence, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    pub GET = "select id, title, description, of_contacts, owners, rule, turn, next_at, total_occurrence, created_at,
        updated_at from recurring_tasks where location_id = $1 and id = $2";
    pub UPDATE = "update recurring_tasks set title = $3, description = $4, of_contacts = $5, owners = $6, rule = $7, turn = $8,
        next_at = $9, total_occurrence = $10, updated_at = $11 where location_id = $1 and id = $2";
    /// Its contacts' rows go with it; the tasks that it made stay.
    pub DELETE = "delete from recurring_tasks where location_id = $1 and id = $2";

    pub CONTACTS = "select contact_id from recurring_task_contacts
        where location_id = $1 and recurring_task_id = $2 order by position, contact_id";
    pub ADD_CONTACT = "insert into recurring_task_contacts (recurring_task_id, contact_id, location_id, position)
        values ($1, $2, $3, $4)";
    pub DROP_CONTACTS = "delete from recurring_task_contacts where location_id = $1 and recurring_task_id = $2";
    pub JOIN_CONTACT = "insert into recurring_task_contacts (recurring_task_id, contact_id, location_id, position)
        select recurring_task_id, $3, location_id, position from recurring_task_contacts
        where location_id = $1 and contact_id = $2 on conflict do nothing";
    pub LEAVE_CONTACT = "delete from recurring_task_contacts where location_id = $1 and contact_id = $2";

    /// Whether a task that it made for a contact and a user is open, and late at $5.
    pub OVERDUE = "select 1 from tasks where location_id = $1 and recurring_task_id = $2 and coalesce(contact_id, '') = $3
        and assigned_to = $4 and completed = false and due_date < $5 limit 1";
}

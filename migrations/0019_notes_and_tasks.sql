-- What people write down about a contact, and what they have to do for one. Both go with their contact.
create table notes (
    id text primary key,
    location_id text not null,
    contact_id text not null references contacts (id) on delete cascade,
    body text not null,
    -- the user who wrote it, where anybody said so
    user_id text,
    title text,
    color text,
    pinned boolean not null,
    date_added bigint not null,
    date_updated bigint not null
);
create index notes_of_contact on notes (contact_id, date_added, id);

create table tasks (
    -- short name of the row for the text index
    no {serial},
    id text not null unique,
    location_id text not null,
    -- null: a recurring task of nobody made it
    contact_id text references contacts (id) on delete cascade,
    title text not null,
    body text,
    -- empty for nobody
    assigned_to text not null,
    due_date bigint not null,
    completed boolean not null,
    -- the recurring task that made it, and at which of its moments
    recurring_task_id text,
    recurred_at bigint,
    date_added bigint not null,
    date_updated bigint not null
);
create index tasks_of_contact on tasks (contact_id, date_added, id);
create index tasks_by_date_added on tasks (location_id, date_added, id);
create index tasks_by_completed on tasks (location_id, completed, date_added, id);
create index tasks_by_assigned_to on tasks (location_id, assigned_to, completed, date_added, id);
-- A moment makes a task once, however often its job runs.
create unique index tasks_by_recurrence on tasks (recurring_task_id, contact_id, assigned_to, recurred_at)
    where recurring_task_id is not null;

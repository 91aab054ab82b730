-- What rings for a trigger of a published workflow that waits for a time. The job of the alarm carries its `turn`; a job with
-- another one wakes nobody. Everything up to `rung_until` was rung, of the moment behind it everything up to `cursor`.
create table workflow_alarms (
    workflow_id text not null references workflows (id),
    trigger_id text not null,
    location_id text not null,
    type text not null,
    -- when it rings, as JSON
    schedule text not null,
    turn bigint not null,
    rung_until bigint not null,
    cursor text not null,
    next_at bigint not null,
    primary key (workflow_id, trigger_id)
);
create index workflow_alarms_by_type on workflow_alarms (location_id, type);

-- What they ask for. A birthday is found by month and day (`05-31`).
create index contacts_by_birthday on contacts (location_id, substr(date_of_birth, 6, 5), id)
    where date_of_birth is not null;
create index tasks_by_due_date on tasks (location_id, due_date, id) where completed = false;
create index opportunities_by_rest on opportunities (location_id, date_updated, id) where status = 'open';

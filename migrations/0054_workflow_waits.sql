-- What runs listen to beside time: `event` (the name of its kind) of `contact_id` moves the run. Written with the run's
-- state, and gone with its end.
create table workflow_waits (
    run_id text not null references workflow_runs (id),
    location_id text not null,
    contact_id text not null,
    event text not null,
    primary key (run_id, event)
);
create index workflow_waits_by_event on workflow_waits (location_id, contact_id, event);

-- The path along which a split sent a contact; it is sent along the same again.
create table workflow_splits (
    workflow_id text not null references workflows (id),
    step_id text not null,
    contact_id text not null,
    location_id text not null,
    path text not null,
    primary key (workflow_id, step_id, contact_id)
);

-- How fast a step lets runs through: the slot that is being filled, and how many have it. The empty step is the beginning.
create table workflow_paces (
    workflow_id text not null references workflows (id),
    step_id text not null,
    location_id text not null,
    slot_at bigint not null,
    taken bigint not null,
    primary key (workflow_id, step_id)
);

-- The queue of a workflow that lets only so many runs go on at once, and the runs that have a place.
create index workflow_runs_queued on workflow_runs (workflow_id, started_at, id) where status = 'queued';
create index workflow_runs_going_on on workflow_runs (workflow_id) where status in ('sleeping', 'waiting');

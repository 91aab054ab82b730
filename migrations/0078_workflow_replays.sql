-- Runs that do again what others did, from a step on; null: from the beginning.
create table workflow_replays (
    run_id text primary key references workflow_runs (id),
    location_id text not null,
    replay_of text not null references workflow_runs (id),
    from_step text
);
create index workflow_replays_by_old on workflow_replays (replay_of);

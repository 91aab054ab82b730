-- Steps that go round a list: how many turns each has taken.
create table workflow_turns (
    location_id text not null,
    workflow_id text not null references workflows (id),
    step_id text not null,
    turns bigint not null,
    primary key (workflow_id, step_id)
);

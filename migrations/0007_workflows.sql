-- Workflows: what a location does by itself. `version` is the newest version's number, `published_version` the one in
-- which runs start; runs stay on theirs.
create table workflows (
    id text primary key,
    company_id text not null references companies (id),
    location_id text not null references locations (id),
    name text not null,
    -- draft or published
    status text not null,
    version bigint not null,
    published_version bigint,
    created_at bigint not null,
    updated_at bigint not null
);
create index workflows_by_location on workflows (location_id, created_at, id);

-- Every version's definition (JSON), never changed.
create table workflow_versions (
    workflow_id text not null references workflows (id),
    version bigint not null,
    location_id text not null,
    definition text not null,
    made_at bigint not null,
    primary key (workflow_id, version)
);

-- The triggers of published versions, to be found by what happens. `definition` is the trigger's own JSON.
create table workflow_triggers (
    workflow_id text not null references workflows (id),
    trigger_id text not null,
    location_id text not null,
    version bigint not null,
    type text not null,
    position bigint not null,
    definition text not null,
    primary key (workflow_id, trigger_id)
);
create index workflow_triggers_by_type on workflow_triggers (location_id, type, workflow_id, position);

-- One passage of an event through a version. The unique key lets a repeated event start nothing twice.
create table workflow_runs (
    id text primary key,
    company_id text not null,
    location_id text not null,
    workflow_id text not null references workflows (id),
    version bigint not null,
    trigger_id text not null,
    trigger_type text not null,
    -- what the trigger brought, as JSON: a run needs it longer than the event lives
    trigger_data text not null,
    event_id text not null,
    -- JSON: the run that caused the event, and how deep
    cause text not null,
    contact_id text,
    -- running, sleeping, finished or failed; the whole state as the engine knows it is in `state`
    status text not null,
    state text not null,
    -- how often taking its step failed for a reason of ours since it last succeeded
    troubles bigint not null default 0,
    started_at bigint not null,
    updated_at bigint not null,
    ended_at bigint,
    unique (event_id, workflow_id)
);
create index workflow_runs_by_workflow on workflow_runs (location_id, workflow_id, started_at, id);

-- What each step of a run did. `number` counts the run's visits of steps.
create table workflow_run_steps (
    run_id text not null references workflow_runs (id),
    number bigint not null,
    location_id text not null,
    step_id text not null,
    type text not null,
    -- JSON; null where there is none
    input text,
    output text,
    error text,
    at bigint not null,
    primary key (run_id, number)
);

-- The secret URL that starts a workflow. `listening`: a published version has a trigger for it.
create table inbound_hooks (
    id text primary key,
    company_id text not null references companies (id),
    location_id text not null references locations (id),
    workflow_id text not null unique references workflows (id),
    listening boolean not null,
    created_at bigint not null
);

-- Every request that a hook received. `test`: nothing was listening, and it is kept only to show what comes in.
create table inbound_requests (
    id text primary key,
    hook_id text not null references inbound_hooks (id),
    location_id text not null,
    method text not null,
    body text not null,
    test boolean not null,
    at bigint not null
);
create index inbound_requests_by_hook on inbound_requests (hook_id, at, id);

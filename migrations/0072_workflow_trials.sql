-- Which opportunity a run is about, and what is asked before another one begins.
alter table workflow_runs add column opportunity_id text;
create index workflow_runs_ever_of_contact on workflow_runs (contact_id, workflow_id) where contact_id is not null;
-- The settings of the published version, beside its triggers.
alter table workflow_triggers add column allow_reentry boolean not null default true;
alter table workflow_triggers add column many_opportunities boolean not null default true;

-- Who came into a workflow that takes in everybody once. Stays when the run is forgotten; `opportunity_id` is empty where
-- opportunities are not told apart.
create table workflow_entrants (
    workflow_id text not null references workflows (id),
    location_id text not null,
    contact_id text not null,
    opportunity_id text not null,
    primary key (workflow_id, contact_id, opportunity_id)
);

-- Which triggers were tested, with which values, and what came of it: to be asked why. Bounded per workflow, old ones go.
create table workflow_trials (
    no {serial},
    location_id text not null,
    workflow_id text not null references workflows (id),
    version bigint not null,
    trigger_id text not null,
    trigger_type text not null,
    contact_id text,
    -- the kind of event and its id; null when a request asked for it
    event text,
    event_id text,
    decision text not null,
    -- JSON: each filter with its left value, its right values and whether it held
    filters text not null,
    run_id text,
    at bigint not null
);
create index workflow_trials_of_workflow on workflow_trials (location_id, workflow_id, no);
create index workflow_trials_of_contact on workflow_trials (location_id, contact_id, workflow_id, no)
    where contact_id is not null;

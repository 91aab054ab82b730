-- How many runs came to each step of a version, were done with it, failed at it, and wait there now. In sixteen rows by the
-- run's id, so that runs that move at once do not wait for one row; a reader adds them up.
create table workflow_step_counts (
    workflow_id text not null references workflows (id),
    version bigint not null,
    step_id text not null,
    slot bigint not null,
    location_id text not null,
    entered bigint not null,
    done bigint not null,
    failed bigint not null,
    waiting bigint not null,
    primary key (workflow_id, version, step_id, slot)
);
-- How many runs of a version began, and how they ended. In rows likewise.
create table workflow_run_counts (
    workflow_id text not null references workflows (id),
    version bigint not null,
    slot bigint not null,
    location_id text not null,
    started bigint not null,
    finished bigint not null,
    stopped bigint not null,
    removed bigint not null,
    failed bigint not null,
    primary key (workflow_id, version, slot)
);
insert into workflow_step_counts (workflow_id, version, step_id, slot, location_id, entered, done, failed, waiting)
    select r.workflow_id, r.version, s.step_id, 0, r.location_id, count(*), sum(case when s.error is null then 1 else 0 end),
        sum(case when s.error is null then 0 else 1 end), 0
    from workflow_run_steps s join workflow_runs r on r.id = s.run_id
    group by r.workflow_id, r.version, s.step_id, r.location_id;
insert into workflow_run_counts (workflow_id, version, slot, location_id, started, finished, stopped, removed, failed)
    select workflow_id, version, 0, location_id, count(*), sum(case status when 'finished' then 1 else 0 end),
        sum(case status when 'stopped' then 1 else 0 end), sum(case status when 'removed' then 1 else 0 end),
        sum(case status when 'failed' then 1 else 0 end)
    from workflow_runs group by workflow_id, version, location_id;

-- When the run came to the step; `at` is when it was done with it.
alter table workflow_run_steps add column began_at bigint;
-- The step at which a run waits.
alter table workflow_runs add column at_step text;
create index workflow_runs_by_step on workflow_runs (location_id, workflow_id, at_step, started_at, id)
    where at_step is not null;
create index workflow_runs_by_contact on workflow_runs (location_id, contact_id, workflow_id, started_at, id)
    where contact_id is not null;
-- Nearly all finish, and those are read in the order of their beginning.
create index workflow_runs_by_status on workflow_runs (location_id, workflow_id, status, started_at, id)
    where status in ('sleeping', 'waiting', 'stopped', 'removed', 'failed');
create index workflow_runs_by_end on workflow_runs (company_id, ended_at, id) where ended_at is not null;

//! What the benchmark itself asks of the tables and changes in them.

leadhold_store::statements! {
    /// Seeded contacts are history: nobody shall be told of them.
    pub NOT_NEWS across tenants "the store is the benchmark's own" =
        "update events set relay_at = null where relay_at is not null";

    /// What the server still has to do for what it has answered.
    pub UNDONE across tenants "the store is the benchmark's own" =
        "select (select count(*) from events where relay_at is not null), (select count(*) from jobs)";

    /// When each run's request was accepted, and when the run ended.
    pub RUNS = "select e.at, r.ended_at, r.status from workflow_runs r join events e on e.id = r.event_id
        where r.location_id = $1 and e.at >= $2 order by e.at";

    /// The moment until which the first run sleeps.
    pub SLEEPS_UNTIL across tenants "the store is the benchmark's own" =
        "select j.run_at from jobs j where j.queue = 'workflows'
         and exists (select 1 from workflow_runs r where r.status = 'sleeping' and r.started_at <= j.made_at)";

    /// What else waits is not what is measured.
    pub KEEP_SLEEPER across tenants "the store is the benchmark's own" =
        "delete from jobs where queue <> 'workflows'";

    /// Copies of the sleeping run, numbered.
    pub COPY_RUN across tenants "the store is the benchmark's own" =
        "with recursive numbers (n) as (select cast($1 as bigint) union all select n + 1 from numbers where n < $2)
        insert into workflow_runs (id, company_id, location_id, workflow_id, version, trigger_id, trigger_type,
            trigger_data, event_id, cause, contact_id, status, state, started_at, updated_at, at_step)
        select 'sleep' || (100000000000000 + n), company_id, location_id, workflow_id, version, trigger_id, trigger_type,
            trigger_data, 'event' || (100000000000000 + n), cause, contact_id, status, state, started_at, updated_at, at_step
        from numbers, (select * from workflow_runs where status = 'sleeping' order by started_at, id limit 1) as first_run";

    /// And of its job.
    pub COPY_JOB across tenants "the store is the benchmark's own" =
        "with recursive numbers (n) as (select cast($1 as bigint) union all select n + 1 from numbers where n < $2)
        insert into jobs (id, queue, kind, payload, run_at, made_at)
        select 'wakes' || (100000000000000 + n), queue, kind,
            replace(payload, run_id, 'sleep' || (100000000000000 + n)), run_at, made_at
        from numbers, (select j.*, r.id as run_id from jobs j, workflow_runs r
            where j.queue = 'workflows' and j.id not like 'wakes%' and r.status = 'sleeping' and r.id not like 'sleep%'
            order by j.made_at, j.id limit 1) as first_job";

    /// All fall due.
    pub RUNS_DUE across tenants "the store is the benchmark's own" =
        "update workflow_runs set state = replace(state, $1, $2) where status = 'sleeping'";
    pub JOBS_DUE across tenants "the store is the benchmark's own" =
        "update jobs set run_at = $1 where queue = 'workflows'";

    /// How many still wait to go on.
    pub ASLEEP across tenants "the store is the benchmark's own" =
        "select count(*) from jobs where queue = 'workflows'";

    /// How many runs rest, once all that was accepted has begun.
    pub RESTING across tenants "the store is the benchmark's own" =
        "select count(*) from workflow_runs where status = 'sleeping'";
}

//! Statements on workflows, their versions, triggers and runs.

leadhold_store::statements! {
    pub INSERT = "insert into workflows
        (id, company_id, location_id, name, status, version, published_version, created_at, updated_at)
        values ($1, $2, $3, $4, 'draft', 1, null, $5, $5)";
    pub GET = "select id, location_id, name, status, version, published_version, created_at, updated_at
        from workflows where id = $1 and location_id = $2";
    pub LOCATION_OF = "select location_id from workflows where company_id = $1 and id = $2";
    pub LIST = "select id, location_id, name, status, version, published_version, created_at, updated_at
        from workflows where location_id = $1 and campaign_id is null order by created_at, id";
    pub OF_CAMPAIGN = "select id from workflows where location_id = $1 and campaign_id = $2";
    pub CAMPAIGN_OF = "select campaign_id from workflows where id = $1 and location_id = $2";
    /// What started a run, if it is a campaign's.
    pub OF_A_CAMPAIGN = "select r.trigger_data from workflow_runs r join workflows w on w.id = r.workflow_id
        where r.id = $1 and r.location_id = $2 and r.trigger_type = $3 and w.campaign_id is not null";
    pub INSERT_OF_CAMPAIGN = "insert into workflows
        (id, company_id, location_id, name, status, version, published_version, created_at, updated_at, campaign_id)
        values ($1, $2, $3, $4, 'draft', $5, null, $6, $6, $7)";
    pub RENEW_OF_CAMPAIGN = "update workflows set name = $3, version = $4, updated_at = $5 where id = $1 and location_id = $2";
    pub INSERT_VERSION_ONCE = "insert into workflow_versions (workflow_id, location_id, version, definition, made_at)
        values ($1, $2, $3, $4, $5) on conflict (workflow_id, version) do nothing";
    pub UPDATE = "update workflows set name = $3, status = $4, version = $5, published_version = $6, updated_at = $7
        where id = $1 and location_id = $2";

    pub INSERT_VERSION = "insert into workflow_versions (workflow_id, location_id, version, definition, made_at)
        values ($1, $2, $3, $4, $5)";
    pub VERSIONS = "select version, made_at from workflow_versions
        where workflow_id = $1 and location_id = $2 and version < $3 order by version desc limit $4";
    pub VERSION = "select definition from workflow_versions
        where workflow_id = $1 and location_id = $2 and version = $3";

    pub INSERT_TRIGGER = "insert into workflow_triggers
        (workflow_id, location_id, version, trigger_id, type, position, definition, allow_reentry, many_opportunities)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    pub DELETE_TRIGGERS = "delete from workflow_triggers where workflow_id = $1 and location_id = $2";
    /// Nothing starts, and no run goes on, at a location that was deleted.
    pub LISTENING = "select t.workflow_id, t.version, t.trigger_id, t.type, t.definition, w.name,
            t.allow_reentry, t.many_opportunities
        from workflow_triggers t join workflows w on w.id = t.workflow_id
            join locations l on l.id = t.location_id
        where t.location_id = $1 and t.type in ($2, $3, $4, $5) and l.deleted_at is null
        order by t.workflow_id, t.position";
    /// Those of one workflow.
    pub LISTENING_OF = "select t.workflow_id, t.version, t.trigger_id, t.type, t.definition, w.name,
            t.allow_reentry, t.many_opportunities
        from workflow_triggers t join workflows w on w.id = t.workflow_id
            join locations l on l.id = t.location_id
        where t.location_id = $1 and t.workflow_id = $2 and t.type = $3 and l.deleted_at is null
        order by t.workflow_id, t.position";

    pub INSERT_RUN = "insert into workflow_runs
        (id, company_id, location_id, workflow_id, version, trigger_id, trigger_type, trigger_data, event_id, cause,
         contact_id, status, state, started_at, updated_at, ended_at, opportunity_id, appointment_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15, $16, $17)
        on conflict (event_id, workflow_id) do nothing";
    pub RUN = "select id, workflow_id, version, trigger_id, trigger_type, trigger_data, event_id, cause, state,
        started_at, updated_at, ended_at from workflow_runs where id = $1 and location_id = $2
            and exists (select 1 from locations l where l.id = $2 and l.deleted_at is null)";
    /// Whether a contact, and an opportunity if one is given, is in a workflow.
    pub IS_IN = "select id from workflow_runs where location_id = $1 and workflow_id = $2 and contact_id = $3
        and ended_at is null and ($4 = '' or opportunity_id = $4) limit 1";
    /// Whether a contact is in a workflow with an appointment.
    pub IS_IN_WITH_APPOINTMENT = "select id from workflow_runs where location_id = $1 and workflow_id = $2 and contact_id = $3
        and ended_at is null and appointment_id = $4 limit 1";
    /// Notes that it came in, where everybody comes in once; nothing when it did before.
    pub ENTER = "insert into workflow_entrants (location_id, workflow_id, contact_id, opportunity_id)
        values ($1, $2, $3, $4) on conflict do nothing";
    /// Whether it ever was, as far as its run is remembered.
    pub WAS_IN = "select id from workflow_runs where location_id = $1 and workflow_id = $2 and contact_id = $3
        and ($4 = '' or opportunity_id = $4) limit 1";
    /// The runs of a workflow that are about a contact and go on.
    pub RUNS_OF_CONTACT = "select id from workflow_runs
        where location_id = $1 and contact_id = $2 and workflow_id = $3 and ended_at is null order by id";
    /// All runs that are about a contact and go on, but for one.
    pub OTHER_RUNS_OF_CONTACT = "select id from workflow_runs
        where location_id = $1 and contact_id = $2 and id <> $3 and ended_at is null order by id";
    pub SAVE_RUN = "update workflow_runs set contact_id = $3, status = $4, state = $5, troubles = 0, updated_at = $6,
        ended_at = $7, at_step = $8, opportunity_id = $9 where id = $1 and location_id = $2";
    pub TROUBLE = "update workflow_runs set troubles = troubles + 1 where id = $1 and location_id = $2
        returning troubles";
    pub STANDS = "select workflow_id, version, at_step from workflow_runs where id = $1 and location_id = $2";
    pub GIVE_UP = "update workflow_runs set status = $3, state = $4, updated_at = $5, ended_at = $5, at_step = null
        where id = $1 and location_id = $2";

    pub TAKE_TURN = "insert into workflow_turns (location_id, workflow_id, step_id, turns) values ($1, $2, $3, 1)
        on conflict (workflow_id, step_id) do update set turns = workflow_turns.turns + 1 returning turns";
    pub OLD_RUNS = "select id, location_id from workflow_runs
        where company_id = $1 and ended_at is not null and ended_at < $2 order by ended_at, id limit $3{skip_locked}";
    pub FORGET_STEPS = "delete from workflow_run_steps where run_id = $1 and location_id = $2";
    pub FORGET_WAITS = "delete from workflow_waits where run_id = $1 and location_id = $2";
    pub FORGET_REPLAYS = "delete from workflow_replays where (run_id = $1 or replay_of = $1) and location_id = $2";
    pub FORGET_RUN = "delete from workflow_runs where id = $1 and location_id = $2";

    pub COUNT_STEP = "insert into workflow_step_counts
        (workflow_id, location_id, version, step_id, slot, entered, done, failed, waiting)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (workflow_id, version, step_id, slot) do update set
            entered = workflow_step_counts.entered + excluded.entered,
            done = workflow_step_counts.done + excluded.done,
            failed = workflow_step_counts.failed + excluded.failed,
            waiting = workflow_step_counts.waiting + excluded.waiting";
    pub COUNT_RUN = "insert into workflow_run_counts
        (workflow_id, location_id, version, slot, started, finished, stopped, removed, failed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (workflow_id, version, slot) do update set
            started = workflow_run_counts.started + excluded.started,
            finished = workflow_run_counts.finished + excluded.finished,
            stopped = workflow_run_counts.stopped + excluded.stopped,
            removed = workflow_run_counts.removed + excluded.removed,
            failed = workflow_run_counts.failed + excluded.failed";
    /// Of all versions for version 0.
    pub STEP_COUNTS = "select step_id, cast(sum(entered) as bigint), cast(sum(done) as bigint),
            cast(sum(failed) as bigint), cast(sum(waiting) as bigint)
        from workflow_step_counts where workflow_id = $1 and location_id = $2 and ($3 = 0 or version = $3)
        group by step_id order by step_id";
    pub RUN_COUNTS = "select cast(coalesce(sum(started), 0) as bigint), cast(coalesce(sum(finished), 0) as bigint),
            cast(coalesce(sum(stopped), 0) as bigint), cast(coalesce(sum(removed), 0) as bigint),
            cast(coalesce(sum(failed), 0) as bigint)
        from workflow_run_counts where workflow_id = $1 and location_id = $2 and ($3 = 0 or version = $3)";

    pub INSERT_REPLAY = "insert into workflow_replays (run_id, location_id, replay_of, from_step)
        values ($1, $2, $3, $4)";
    pub REPLAYED = "select replay_of, from_step from workflow_replays where run_id = $1 and location_id = $2";
    pub REPLAYS = "select run_id from workflow_replays where replay_of = $1 and location_id = $2 order by run_id";
    pub LAST_VISIT = "select max(number) from workflow_run_steps where run_id = $1 and location_id = $2 and step_id = $3";
    /// What a step brought last before a visit.
    pub LAST_OUTPUT = "select output from workflow_run_steps where run_id = $1 and location_id = $2 and step_id = $3
        and number < $4 and output is not null order by number desc limit 1";

    pub INSERT_WAIT = "insert into workflow_waits (run_id, location_id, contact_id, event) values ($1, $2, $3, $4)";
    pub DELETE_WAITS = "delete from workflow_waits where run_id = $1 and location_id = $2";
    pub WAITING = "select run_id from workflow_waits
        where location_id = $1 and contact_id = $2 and event = $3 order by run_id";

    pub SPLIT_PATH = "select path from workflow_splits
        where location_id = $1 and workflow_id = $2 and step_id = $3 and contact_id = $4";
    pub KEEP_SPLIT_PATH = "insert into workflow_splits (workflow_id, step_id, contact_id, location_id, path)
        values ($1, $2, $3, $4, $5) on conflict (workflow_id, step_id, contact_id) do update set path = excluded.path";
    pub PACE = "select slot_at, taken from workflow_paces
        where location_id = $1 and workflow_id = $2 and step_id = $3";
    pub KEEP_PACE = "insert into workflow_paces (workflow_id, step_id, location_id, slot_at, taken)
        values ($1, $2, $3, $4, $5)
        on conflict (workflow_id, step_id) do update set slot_at = excluded.slot_at, taken = excluded.taken";

    /// How many runs have a place, as far as it matters.
    // `|| ''` keeps SQLite from the index of all runs by location, which it would walk from end to end: that of the few
    // that are asked for begins with the workflow.
    pub GOING_ON = "select count(*) from (select 1 from workflow_runs
        where location_id || '' = $1 and workflow_id = $2 and status in ('sleeping', 'waiting') limit $3) as going_on";
    pub FIRST_QUEUED = "select id from workflow_runs
        where location_id || '' = $1 and workflow_id = $2 and status = 'queued' order by started_at, id limit 1";

    pub INSERT_STEP = "insert into workflow_run_steps
        (run_id, location_id, number, step_id, type, input, output, error, at, began_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    pub STEPS = "select number, step_id, type, input, output, error, at, began_at from workflow_run_steps
        where run_id = $1 and location_id = $2 and number > $3 order by number limit $4";

    pub INSERT_TRIAL = "insert into workflow_trials (location_id, workflow_id, version, trigger_id, trigger_type, contact_id,
            event, event_id, decision, filters, run_id, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    pub TRIALS = "select no, version, trigger_id, trigger_type, contact_id, event, event_id, decision, filters, run_id, at
        from workflow_trials where location_id = $1 and workflow_id = $2 and no < $3 order by no desc limit $4";
    pub TRIALS_OF_CONTACT = "select no, version, trigger_id, trigger_type, contact_id, event, event_id, decision, filters,
            run_id, at
        from workflow_trials where location_id = $1 and workflow_id = $2 and contact_id = $5 and no < $3
        order by no desc limit $4";
    pub FORGET_TRIALS across tenants "the installation says how long runs and trials are kept" =
        "delete from workflow_trials where no in (
            select no from workflow_trials where at < $1 order by no limit $2)";
    /// All but the latest of a workflow.
    pub PRUNE_TRIALS = "delete from workflow_trials where location_id = $1 and workflow_id = $2 and no < (
        select no from workflow_trials where location_id = $1 and workflow_id = $2 order by no desc limit 1 offset $3)";

    pub ALARM = "select workflow_id, trigger_id, type, schedule, turn, rung_until, cursor, next_at from workflow_alarms
        where location_id = $1 and workflow_id = $2 and trigger_id = $3";
    pub ALARMS_OF = "select workflow_id, trigger_id, type, schedule, turn, rung_until, cursor, next_at from workflow_alarms
        where location_id = $1 and workflow_id = $2 order by trigger_id";
    pub ALARMS_OF_TYPE = "select workflow_id, trigger_id, type, schedule, turn, rung_until, cursor, next_at
        from workflow_alarms where location_id = $1 and type = $2 order by workflow_id, trigger_id";
    pub SAVE_ALARM = "insert into workflow_alarms
            (location_id, workflow_id, trigger_id, type, schedule, turn, rung_until, cursor, next_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (workflow_id, trigger_id) do update set
            type = excluded.type, schedule = excluded.schedule, turn = excluded.turn, rung_until = excluded.rung_until,
            cursor = excluded.cursor, next_at = excluded.next_at";
    pub FORGET_ALARM = "delete from workflow_alarms where location_id = $1 and workflow_id = $2 and trigger_id = $3";
    pub FORGET_ALARMS = "delete from workflow_alarms where location_id = $1 and workflow_id = $2";
}

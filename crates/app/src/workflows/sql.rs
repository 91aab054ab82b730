//! Statements on workflows, their versions, triggers and runs.

leadhold_store::statements! {
    pub INSERT = "insert into workflows
        (id, company_id, location_id, name, status, version, published_version, created_at, updated_at)
        values ($1, $2, $3, $4, 'draft', 1, null, $5, $5)";
    pub GET = "select id, location_id, name, status, version, published_version, created_at, updated_at
        from workflows where id = $1 and location_id = $2";
    pub LIST = "select id, location_id, name, status, version, published_version, created_at, updated_at
        from workflows where location_id = $1 order by created_at, id";
    pub UPDATE = "update workflows set name = $3, status = $4, version = $5, published_version = $6, updated_at = $7
        where id = $1 and location_id = $2";

    pub INSERT_VERSION = "insert into workflow_versions (workflow_id, location_id, version, definition, made_at)
        values ($1, $2, $3, $4, $5)";
    pub VERSION = "select definition from workflow_versions
        where workflow_id = $1 and location_id = $2 and version = $3";

    pub INSERT_TRIGGER = "insert into workflow_triggers
        (workflow_id, location_id, version, trigger_id, type, position, definition) values ($1, $2, $3, $4, $5, $6, $7)";
    pub DELETE_TRIGGERS = "delete from workflow_triggers where workflow_id = $1 and location_id = $2";
    /// Nothing starts, and no run goes on, at a location that was deleted.
    pub LISTENING = "select t.workflow_id, t.version, t.trigger_id, t.type, t.definition, w.name
        from workflow_triggers t join workflows w on w.id = t.workflow_id
            join locations l on l.id = t.location_id
        where t.location_id = $1 and t.type in ($2, $3, $4, $5) and l.deleted_at is null
        order by t.workflow_id, t.position";
    /// Those of one workflow.
    pub LISTENING_OF = "select t.workflow_id, t.version, t.trigger_id, t.type, t.definition, w.name
        from workflow_triggers t join workflows w on w.id = t.workflow_id
            join locations l on l.id = t.location_id
        where t.location_id = $1 and t.workflow_id = $2 and t.type = $3 and l.deleted_at is null
        order by t.workflow_id, t.position";

    pub INSERT_RUN = "insert into workflow_runs
        (id, company_id, location_id, workflow_id, version, trigger_id, trigger_type, trigger_data, event_id, cause,
         contact_id, status, state, started_at, updated_at, ended_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15)
        on conflict (event_id, workflow_id) do nothing";
    pub RUN = "select id, workflow_id, version, trigger_id, trigger_type, trigger_data, event_id, cause, state,
        started_at, updated_at, ended_at from workflow_runs where id = $1 and location_id = $2
            and exists (select 1 from locations l where l.id = $2 and l.deleted_at is null)";
    pub RUNS = "select id, workflow_id, version, trigger_id, trigger_type, trigger_data, event_id, cause, state,
        started_at, updated_at, ended_at from workflow_runs
        where location_id = $1 and workflow_id = $2 and (started_at, id) < ($3, $4)
        order by started_at desc, id desc limit $5";
    /// The runs of a workflow that are about a contact and go on.
    pub RUNS_OF_CONTACT = "select id from workflow_runs
        where location_id = $1 and contact_id = $2 and workflow_id = $3 and ended_at is null order by id";
    pub SAVE_RUN = "update workflow_runs set contact_id = $3, status = $4, state = $5, troubles = 0, updated_at = $6,
        ended_at = $7 where id = $1 and location_id = $2";
    pub TROUBLE = "update workflow_runs set troubles = troubles + 1 where id = $1 and location_id = $2
        returning troubles";
    pub GIVE_UP = "update workflow_runs set status = $3, state = $4, updated_at = $5, ended_at = $5
        where id = $1 and location_id = $2";

    pub TAKE_TURN = "insert into workflow_turns (location_id, workflow_id, step_id, turns) values ($1, $2, $3, 1)
        on conflict (workflow_id, step_id) do update set turns = workflow_turns.turns + 1 returning turns";

    pub INSERT_WAIT = "insert into workflow_waits (run_id, location_id, contact_id, event) values ($1, $2, $3, $4)";
    pub DELETE_WAITS = "delete from workflow_waits where run_id = $1 and location_id = $2";
    pub WAITING = "select run_id from workflow_waits
        where location_id = $1 and contact_id = $2 and event = $3 order by run_id";

    pub INSERT_STEP = "insert into workflow_run_steps
        (run_id, location_id, number, step_id, type, input, output, error, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    pub STEPS = "select number, step_id, type, input, output, error, at from workflow_run_steps
        where run_id = $1 and location_id = $2 and number > $3 order by number limit $4";
}

-- Replays of many deliveries: what was asked for, and how far it is. Deliveries made until `until_at` are gone through oldest
-- first; `after_at` and `after_id` are the last one that was looked at. `everywhere`: of the agency and all of its locations.
create table webhook_replays (
    id text primary key,
    company_id text not null,
    location_id text,
    everywhere boolean not null,
    -- only deliveries to this app
    app_id text,
    -- JSON
    filter text not null,
    -- running or done
    state text not null,
    until_at bigint not null,
    after_at bigint,
    after_id text,
    replayed bigint not null,
    -- whose subscription or install is gone: nothing was sent
    gone bigint not null,
    made_at bigint not null,
    finished_at bigint
);

-- The outbox: what happened, in the transaction in which it happened. Kept for replays. `relay_at` says when the relay may
-- next show the event to the consumers: 0 at once, later after a failure, null when all have seen it.
create table events (
    seq {serial},
    id text not null unique,
    kind text not null,
    company_id text not null,
    location_id text,
    record_id text not null,
    payload text not null,
    cause text not null,
    at bigint not null,
    relay_at bigint default 0,
    relay_attempts bigint not null default 0
);
create index events_pending on events (relay_at, seq) where relay_at is not null;
create index events_by_location on events (location_id, seq);

-- Work to do. `run_at` is everything: the due time, the end of a lease while a worker has it, the next try after a
-- failure. `attempts` is also the lease's number: who finishes a job must name the one that it was given.
create table jobs (
    id text primary key,
    queue text not null,
    kind text not null,
    payload text not null,
    run_at bigint not null,
    attempts bigint not null default 0,
    made_at bigint not null
);
create index jobs_due on jobs (queue, run_at);

-- Work that was given up, with the reason: nothing disappears.
create table dead_jobs (
    id text primary key,
    queue text not null,
    kind text not null,
    payload text not null,
    attempts bigint not null,
    reason text not null,
    died_at bigint not null
);

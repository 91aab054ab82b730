-- What is to go wrong on purpose, in the sandbox. `rule` is JSON as clients read it; `matches` counts what it was asked about,
-- `hits` what it struck.
create table sandbox_faults (
    id text primary key,
    rule text not null,
    matches bigint not null,
    hits bigint not null,
    made_at bigint not null
);
-- What a rule said of one delivery, so that it says the same when the delivery is looked at again.
create table sandbox_fault_hits (
    fault_id text not null references sandbox_faults (id) on delete cascade,
    subject text not null,
    struck boolean not null,
    at bigint not null,
    primary key (fault_id, subject)
);

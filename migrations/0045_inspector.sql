-- Names under which the sandbox's inspector takes requests, and what it answers there. `answer`: JSON; null: 200.
create table inspectors (
    name text primary key,
    answer text,
    used_at bigint not null
);
create index inspectors_by_use on inspectors (used_at, name);

-- What came. `headers`: JSON, name to value; `signatures`: JSON, header to verdict; `body`: the first bytes of `body_length`.
create table inspected_requests (
    no {serial},
    name text not null references inspectors (name),
    at bigint not null,
    method text not null,
    target text not null,
    headers text not null,
    body {bytes} not null,
    body_length bigint not null,
    signatures text not null
);
create index inspected_requests_of_name on inspected_requests (name, no);

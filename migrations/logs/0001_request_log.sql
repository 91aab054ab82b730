-- One line per request. No secret, no body: docs/logging.md.
create table request_log (
    seq {serial},
    at bigint not null,
    trace_id text not null,
    method text not null,
    path text not null,
    status bigint not null,
    micros bigint not null,
    caller text,
    company_id text,
    location_id text
);
create index request_log_by_time on request_log (at);

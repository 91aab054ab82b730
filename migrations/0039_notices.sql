-- Mail that the server writes by itself. `state`: waiting, sent, kept (there is no mail server) or failed.
create table notices (
    id text primary key,
    company_id text not null,
    recipient text not null,
    subject text not null,
    body text not null,
    state text not null,
    attempts bigint not null,
    error text,
    made_at bigint not null,
    settled_at bigint
);
create index notices_by_age on notices (made_at, id);

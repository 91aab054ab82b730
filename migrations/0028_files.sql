-- Files that records name. The bytes lie in the file store under `blob`; `id` is also the secret in the file's URL.
create table files (
    id text primary key,
    company_id text not null,
    location_id text not null,
    blob text not null unique,
    name text not null,
    -- by its content, never as a client claims
    mime text not null,
    size bigint not null,
    -- SHA-256 in hex
    digest text not null,
    made_at bigint not null
);

-- What `q` searches; as contacts_search.
create table form_submissions_search (
    rowid bigint primary key,
    location_id text not null,
    body text not null
);
create index form_submissions_search_body on form_submissions_search using gin (body gin_trgm_ops);

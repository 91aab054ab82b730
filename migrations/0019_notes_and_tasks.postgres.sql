-- What `query` searches: title and body, folded. A row leaves with its task, also when that goes with its contact.
create table tasks_search (
    rowid bigint primary key references tasks (no) on delete cascade,
    location_id text not null,
    body text not null
);
create index tasks_search_body on tasks_search using gin (body gin_trgm_ops);

-- Sorted as bytes, as SQLite does.
alter table notes alter column id type text collate "C";
alter table tasks alter column id type text collate "C";

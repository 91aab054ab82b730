-- What `query` searches, as contacts_search is.
create table object_records_search (
    rowid bigint primary key,
    location_id text not null,
    body text not null
);
create index object_records_search_body on object_records_search using gin (body gin_trgm_ops);

-- Sorted as bytes, as SQLite does and whatever the database's locale: the same pages on both engines.
alter table object_records alter column id type text collate "C";
alter table object_record_values alter column head type text collate "C";

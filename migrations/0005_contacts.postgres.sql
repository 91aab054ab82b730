-- What `query` searches: one folded text per contact, found by any three characters of it. The name `rowid` makes the
-- statements on it the same as on SQLite, where it is the key of every full-text table.
create extension if not exists pg_trgm;
create table contacts_search (
    rowid bigint primary key,
    location_id text not null,
    body text not null
);
create index contacts_search_body on contacts_search using gin (body gin_trgm_ops);

-- Sorted as bytes, as SQLite does and whatever the database's locale: the same pages on both engines.
alter table contacts
    alter column id type text collate "C",
    alter column email_lower type text collate "C",
    alter column source_lower type text collate "C",
    alter column first_name_lower type text collate "C",
    alter column last_name_lower type text collate "C";

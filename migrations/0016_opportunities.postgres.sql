-- What `query` searches, as contacts_search.
create table opportunities_search (
    rowid bigint primary key,
    location_id text not null,
    body text not null
);
create index opportunities_search_body on opportunities_search using gin (body gin_trgm_ops);

-- Sorted as bytes, as SQLite does and whatever the database's locale: the same pages on both engines.
alter table opportunities
    alter column id type text collate "C",
    alter column name_lower type text collate "C";

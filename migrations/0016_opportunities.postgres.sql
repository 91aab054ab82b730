-- What `query` searches: the words of the name.
create table opportunities_search (
    rowid bigint primary key,
    location_id text not null,
    body text not null
);
create index opportunities_search_words on opportunities_search
    using gin (array_to_tsvector(string_to_array(body, ' ') || ('@' || location_id)));

-- Sorted as bytes, as SQLite does and whatever the database's locale: the same pages on both engines.
alter table opportunities
    alter column id type text collate "C",
    alter column name_lower type text collate "C";

-- What `query` searches: one folded text per record, found by any three characters of it. Its rowid is object_records.no.
create virtual table object_records_search using fts5 (location_id unindexed, body, tokenize = 'trigram');

-- What the planner is to believe, as for contacts.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('object_records', 'object_records_by_creation', '1000000 100000 20000 2 1'),
    ('object_records', 'object_records_by_update', '1000000 100000 20000 2 1'),
    ('object_records', 'object_records_by_version', '1000000 100000 20000 10000'),
    ('object_records', 'sqlite_autoindex_object_records_1', '1000000 1'),
    ('object_record_values', 'object_record_values_of_record', '5000000 5 1'),
    ('object_record_values', 'object_record_values_by_text', '5000000 500000 100000 20000 100 1'),
    ('object_record_values', 'object_record_values_by_number', '1000000 100000 20000 10000 50');
analyze sqlite_schema;

-- What `query` searches: the words of the name. Its rowid is opportunities.no; the location is a word, too, and neither
-- positions nor phrases are asked for.
create virtual table opportunities_search using fts5 (location_id, body, tokenize = 'ascii', detail = column, prefix = '1 2 3');

-- As for contacts: what the planner is to believe.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('opportunities', 'sqlite_autoindex_opportunities_1', '1000000 1'),
    ('opportunities', 'opportunities_by_date_added', '1000000 100000 2 1'),
    ('opportunities', 'opportunities_by_date_updated', '1000000 100000 2 1'),
    ('opportunities', 'opportunities_by_status_change', '1000000 100000 2 1'),
    ('opportunities', 'opportunities_by_name', '1000000 100000 2 1'),
    ('opportunities', 'opportunities_by_value', '1000000 100000 500 1'),
    ('opportunities', 'opportunities_by_contact', '1000000 100000 3 2 1'),
    ('opportunities', 'opportunities_by_pipeline', '1000000 100000 30000 2 1'),
    ('opportunities', 'opportunities_by_stage', '1000000 100000 5000 2 1'),
    ('opportunities', 'opportunities_by_status', '1000000 100000 30000 2 1'),
    ('opportunities', 'opportunities_by_assignee', '1000000 100000 10000 2 1'),
    ('opportunity_followers', 'opportunity_followers_by_user', '1000000 100000 10000 1'),
    ('opportunity_field_values', 'opportunity_field_values_of_opportunity', '3000000 3 1'),
    ('opportunity_field_values', 'opportunity_field_values_by_text', '3000000 300000 30000 100 1'),
    ('opportunity_field_values', 'opportunity_field_values_by_number', '1000000 100000 20000 50');
analyze sqlite_schema;

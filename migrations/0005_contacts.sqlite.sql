-- What `query` searches: one folded text per contact, found by any three characters of it. Its rowid is contacts.no.
create virtual table contacts_search using fts5 (location_id unindexed, body, tokenize = 'trigram');

-- What the planner is to believe: a large server with ten large locations. Without figures it takes every location for a
-- handful of rows and walks through all of them by date to find one address. Nothing else runs `analyze`.
analyze;
delete from sqlite_stat1;
insert into sqlite_stat1 (tbl, idx, stat) values
    ('contacts', 'sqlite_autoindex_contacts_1', '1000000 1'),
    ('contacts', 'contacts_by_date_added', '1000000 100000 2 1'),
    ('contacts', 'contacts_by_date_updated', '1000000 100000 2 1'),
    ('contacts', 'contacts_by_email', '1000000 100000 1'),
    ('contacts', 'contacts_by_phone', '1000000 100000 1'),
    ('contact_tags', 'sqlite_autoindex_contact_tags_1', '2000000 2 1'),
    ('contact_tags', 'contact_tags_by_tag', '2000000 200000 2000 1'),
    ('contact_facets', 'sqlite_autoindex_contact_facets_1', '300000 2 1 1'),
    ('contact_facets', 'contact_facets_by_value', '300000 30000 5000 2000 1'),
    ('contact_field_values', 'contact_field_values_of_contact', '3000000 3 1'),
    ('contact_field_values', 'contact_field_values_by_text', '3000000 300000 30000 100 1'),
    ('contact_field_values', 'contact_field_values_by_number', '1000000 100000 20000 50');
analyze sqlite_schema;

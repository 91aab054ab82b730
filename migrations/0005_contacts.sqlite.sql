-- What `query` searches: one folded text per contact, found by any three characters of it. Its rowid is contacts.no.
create virtual table contacts_search using fts5 (location_id unindexed, body, tokenize = 'trigram');

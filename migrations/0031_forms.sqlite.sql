-- What `q` searches. Its rowid is form_submissions.no.
create virtual table form_submissions_search using fts5 (location_id unindexed, body, tokenize = 'trigram');

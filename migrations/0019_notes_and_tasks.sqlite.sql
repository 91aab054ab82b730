-- What `query` searches: title and body, folded. Its rowid is tasks.no; a row leaves with its task, also when that goes
-- with its contact.
create virtual table tasks_search using fts5 (location_id unindexed, body, tokenize = 'trigram');
create trigger tasks_leave_search after delete on tasks begin
    delete from tasks_search where rowid = old.no;
end;

-- What the planner is to believe, as for contacts.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('notes', 'sqlite_autoindex_notes_1', '1000000 1'),
    ('notes', 'notes_of_contact', '1000000 4 2 1'),
    ('tasks', 'sqlite_autoindex_tasks_1', '1000000 1'),
    ('tasks', 'tasks_of_contact', '1000000 4 2 1'),
    ('tasks', 'tasks_by_date_added', '1000000 100000 2 1'),
    ('tasks', 'tasks_by_completed', '1000000 100000 50000 2 1'),
    ('tasks', 'tasks_by_assigned_to', '1000000 100000 5000 2500 2 1'),
    ('tasks', 'tasks_by_recurrence', '100000 50 25 20 1');
analyze sqlite_schema;

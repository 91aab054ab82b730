-- Sorted as bytes, as SQLite does: the same pages on both engines.
alter table contacts alter column name_lower type text collate "C";

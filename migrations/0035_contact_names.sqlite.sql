-- As for the other indexes of contacts: nothing else tells the planner.
insert into sqlite_stat1 (tbl, idx, stat) values ('contacts', 'contacts_by_name', '1000000 100000 2');

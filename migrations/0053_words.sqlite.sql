-- Their rowids are what they were. The location is a word, too. Neither positions nor phrases are asked for.
create temp table searched_before as select rowid as no, location_id, body from tasks_search;
drop trigger tasks_leave_search;
drop table tasks_search;
create virtual table tasks_search using fts5 (location_id, body, tokenize = 'ascii', detail = column, prefix = '1 2 3');
create trigger tasks_leave_search after delete on tasks begin
    delete from tasks_search where rowid = old.no;
end;
insert into tasks_search (rowid, location_id, body) select no, location_id, body from searched_before;
drop table searched_before;

create temp table searched_before as select rowid as no, location_id, body from form_submissions_search;
drop table form_submissions_search;
create virtual table form_submissions_search using fts5 (location_id, body, tokenize = 'ascii', detail = column, prefix = '1 2 3');
insert into form_submissions_search (rowid, location_id, body) select no, location_id, body from searched_before;
drop table searched_before;

create temp table searched_before as select rowid as no, location_id, body from object_records_search;
drop table object_records_search;
create virtual table object_records_search
    using fts5 (location_id, body, tokenize = 'ascii', detail = column, prefix = '1 2 3');
-- A business is found from any digit of its number on.
insert into object_records_search (rowid, location_id, body)
    select b.no, b.location_id, b.body || ' ' || coalesce((
        with recursive place (at) as (select 2 union all select at + 1 from place where at < 38)
        select group_concat(substr(replace(v.body, '+', ''), at), ' ') from place, object_record_values v
        where v.record_no = b.no and v.object_key = 'business' and v.property = 'phone'
            and at + 2 <= length(replace(v.body, '+', ''))), '')
    from searched_before b;
drop table searched_before;

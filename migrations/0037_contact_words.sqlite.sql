create temp table searched_before as select rowid as no, location_id, body from contacts_search;
drop table contacts_search;
-- Its rowid is contacts.no. The location is a word, too. Neither positions nor phrases are asked for.
create virtual table contacts_search using fts5 (location_id, body, tokenize = 'ascii', detail = column, prefix = '1 2 3');
-- The body of before was the folded text with its digits at the end; the endings of the number are put in, as
-- kernel::words does it.
insert into contacts_search (rowid, location_id, body)
    select b.no, b.location_id, b.body || ' ' || coalesce((
        with recursive place (at) as (select 2 union all select at + 1 from place where at < 38)
        select group_concat(substr(replace(c.phone_lower, '+', ''), at), ' ') from place
        where at + 2 <= length(replace(c.phone_lower, '+', ''))), '')
    from searched_before b join contacts c on c.no = b.no;
drop table searched_before;

drop index contacts_search_body;
-- As on SQLite; characters beyond ASCII stay as they are.
update contacts_search s set body = trim(regexp_replace(s.body, '[\x01-/:-@\[-`{-\x7f]+', ' ', 'g')) || coalesce((
        select string_agg(' ' || substr(replace(c.phone_lower, '+', ''), at), '') from generate_series(2, 38) at
        where at + 2 <= length(replace(c.phone_lower, '+', ''))), '')
    from contacts c where c.no = s.rowid;
create index contacts_search_words on contacts_search
    using gin (array_to_tsvector(string_to_array(body, ' ') || ('@' || location_id)));

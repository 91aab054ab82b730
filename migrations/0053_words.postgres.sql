-- As on SQLite; characters beyond ASCII stay as they are. A word has at most 40 characters, as kernel::words makes them.
drop index tasks_search_body;
update tasks_search set body =
    trim(regexp_replace(regexp_replace(left(body, 100000), '[\x01-/:-@\[-`{-\x7f]+', ' ', 'g'), '([^ ]{40})[^ ]*', '\1', 'g'));
create index tasks_search_words on tasks_search
    using gin (array_to_tsvector(string_to_array(body, ' ') || ('@' || location_id)));

drop index form_submissions_search_body;
update form_submissions_search set body =
    trim(regexp_replace(regexp_replace(left(body, 100000), '[\x01-/:-@\[-`{-\x7f]+', ' ', 'g'), '([^ ]{40})[^ ]*', '\1', 'g'));
create index form_submissions_search_words on form_submissions_search
    using gin (array_to_tsvector(string_to_array(body, ' ') || ('@' || location_id)));

drop index object_records_search_body;
update object_records_search set body =
    trim(regexp_replace(regexp_replace(left(body, 100000), '[\x01-/:-@\[-`{-\x7f]+', ' ', 'g'), '([^ ]{40})[^ ]*', '\1', 'g'));
update object_records_search s set body = trim(s.body || coalesce((
        select string_agg(' ' || substr(replace(v.body, '+', ''), at), '') from generate_series(2, 38) at
        where at + 2 <= length(replace(v.body, '+', ''))), ''))
    from object_record_values v where v.record_no = s.rowid and v.object_key = 'business' and v.property = 'phone';
create index object_records_search_words on object_records_search
    using gin (array_to_tsvector(string_to_array(body, ' ') || ('@' || location_id)));

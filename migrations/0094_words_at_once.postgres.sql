alter index contacts_search_words set (fastupdate = off);
alter index opportunities_search_words set (fastupdate = off);
alter index tasks_search_words set (fastupdate = off);
alter index form_submissions_search_words set (fastupdate = off);
alter index object_records_search_words set (fastupdate = off);
select gin_clean_pending_list('contacts_search_words'), gin_clean_pending_list('opportunities_search_words'),
    gin_clean_pending_list('tasks_search_words'), gin_clean_pending_list('form_submissions_search_words'),
    gin_clean_pending_list('object_records_search_words');

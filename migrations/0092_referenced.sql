-- Removing a row looks for those that refer to it: without an index, through all rows of all tenants.
create index medias_refer_to_folder on medias (parent_id);
create index medias_refer_to_file on medias (file_id);
create index sessions_refer_to_user on sessions (user_id);
create index oauth_codes_refer_to_app on oauth_codes (app_id);
create index oauth_grants_refer_to_app on oauth_grants (app_id);
create index rebilling_refer_to_app on rebilling (app_id);
create index external_connections_refer_to_app on external_connections (app_id);

-- A record's relations, whoever asks.
drop index relations_by_first;
drop index relations_by_second;
create index relations_by_first on relations (first_record_id, location_id, created_at, id);
create index relations_by_second on relations (second_record_id, location_id, association_id, created_at, id);

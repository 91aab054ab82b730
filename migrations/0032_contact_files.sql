-- Files that were uploaded for a contact, by forms or by clients. They end with it.
create table contact_files (
    file_id text primary key,
    location_id text not null,
    contact_id text not null
);
create index contact_files_by_contact on contact_files (location_id, contact_id);

-- A location's media library: files, and folders that hold both.
create table medias (
    id text primary key,
    location_id text not null,
    -- file or folder
    kind text not null,
    -- null at the top
    parent_id text references medias (id),
    name text not null,
    -- for comparing and sorting
    name_folded text not null,
    -- null for a folder
    file_id text references files (id),
    mime text,
    size bigint not null,
    trashed boolean not null,
    created_at bigint not null,
    updated_at bigint not null,
    updated_by text not null
);
create index medias_by_creation on medias (location_id, kind, created_at, id);
create index medias_by_change on medias (location_id, kind, updated_at, id);
create index medias_by_name on medias (location_id, kind, name_folded, id);
create index medias_by_size on medias (location_id, kind, size, id);
create index medias_in_folder on medias (location_id, parent_id, kind, created_at, id);

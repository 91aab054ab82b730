-- Fields that a location adds to its records. Their values lie with the records.
create table custom_fields (
    id text primary key,
    location_id text not null references locations (id),
    -- contact or opportunity
    model text not null,
    name text not null,
    -- contact.snake_name: merge fields name it, so it never changes
    field_key text not null,
    data_type text not null,
    placeholder text not null,
    position bigint not null,
    -- JSON: choices, boxes and file limits
    details text not null,
    date_added bigint not null,
    unique (location_id, field_key)
);

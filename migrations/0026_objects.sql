-- Kinds of records that a location made up. Of those that every location has there is a row once it changed something.
create table objects (
    id text primary key,
    location_id text not null references locations (id),
    -- custom_objects.pet, business, …
    key text not null,
    singular text not null,
    plural text not null,
    description text not null,
    -- the key of the property that a record is called by
    primary_property text not null,
    -- JSON: keys of the properties that a search's words are looked for in
    searchable text not null,
    -- counts the changes of `searchable`
    version bigint not null,
    created_by text not null,
    updated_by text not null,
    created_at bigint not null,
    updated_at bigint not null,
    unique (location_id, key)
);

-- Records of custom objects; and of each business what `/objects` shows of it, beside the row that it has of its own.
create table object_records (
    -- short name of the row for the tables below
    no {serial},
    id text not null unique,
    location_id text not null references locations (id),
    object_key text not null,
    owners text not null,
    followers text not null,
    -- {"key": value} as it is read back; what is searched in it has rows in object_record_values
    properties text not null,
    -- the object's version by which its search text was made
    text_version bigint not null,
    created_by text not null,
    updated_by text not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index object_records_by_creation on object_records (location_id, object_key, created_at, id);
create index object_records_by_update on object_records (location_id, object_key, updated_at, id);
create index object_records_by_version on object_records (location_id, object_key, text_version);

-- One row per text of a property's value.
create table object_record_values (
    location_id text not null,
    object_key text not null,
    record_no bigint not null references object_records (no) on delete cascade,
    -- the property's key without its object, or $owner, $follower
    property text not null,
    -- the box of a text box list; empty otherwise
    option_id text not null,
    -- folded: its first 100 characters, which an index can hold, and all of it
    head text not null,
    body text not null,
    -- a number, or a date in milliseconds
    number double precision
);
create index object_record_values_of_record on object_record_values (record_no, property);
create index object_record_values_by_text on object_record_values (location_id, object_key, property, head, record_no);
create index object_record_values_by_number on object_record_values (location_id, object_key, property, number)
    where number is not null;

-- How many records an object has, without counting them. Spread over shards, so that writers do not queue for one row.
create table object_record_counts (
    location_id text not null,
    object_key text not null,
    shard bigint not null,
    records bigint not null,
    primary key (location_id, object_key, shard)
);

-- What records of two objects can be to each other. A limit says how many records of the other object one record of this
-- side may have; it never changes, nor do key and objects. Those that every location has are in no table.
create table associations (
    id text primary key,
    location_id text not null references locations (id),
    key text not null,
    first_object_key text not null,
    first_object_label text not null,
    first_limit bigint not null,
    second_object_key text not null,
    second_object_label text not null,
    second_limit bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    unique (location_id, key)
);
create index associations_by_age on associations (location_id, created_at, id);

-- Two records that are it. Their ids are of many kinds, so no foreign key watches over them: whoever deletes a record
-- deletes its relations.
create table relations (
    id text primary key,
    location_id text not null references locations (id),
    association_id text not null,
    first_record_id text not null,
    second_record_id text not null,
    created_at bigint not null,
    unique (location_id, association_id, first_record_id, second_record_id)
);
create index relations_by_first on relations (location_id, first_record_id, created_at, id);
create index relations_by_second on relations (location_id, second_record_id, created_at, id);

-- Fields belong to contacts, opportunities, businesses or a custom object, and may lie in a folder.
-- `custom_fields.model` is contact, opportunity, business or custom_objects.<key>.
alter table custom_fields add column description text not null default '';
alter table custom_fields add column show_in_forms boolean not null default true;
-- came with its object, and stays as long as that
alter table custom_fields add column standard boolean not null default false;
alter table custom_fields add column parent_id text;
-- 0 until the first change
alter table custom_fields add column date_updated bigint not null default 0;
create index custom_fields_model on custom_fields (location_id, model, position, date_added, id);

create table custom_field_folders (
    id text primary key,
    location_id text not null references locations (id),
    model text not null,
    name text not null,
    field_key text not null,
    position bigint not null,
    date_added bigint not null,
    date_updated bigint not null,
    unique (location_id, model, name)
);

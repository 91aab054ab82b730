-- Texts that a location says once and uses in many places, as {{ custom_values.<value_key> }}.
create table custom_values (
    id text primary key,
    location_id text not null references locations (id),
    name text not null,
    -- snake_name; merge fields name it, so it never changes
    value_key text not null,
    value text not null,
    date_added bigint not null,
    unique (location_id, value_key)
);
create index custom_values_order on custom_values (location_id, date_added, id);

-- Messages written in advance. `type` is sms, email or whatsapp; `details` is JSON: subject, body or html, attachments.
create table templates (
    id text primary key,
    location_id text not null references locations (id),
    type text not null,
    name text not null,
    -- the app, user or system that made it
    origin_id text not null,
    details text not null,
    deleted boolean not null,
    date_added bigint not null,
    date_updated bigint not null
);
create index templates_order on templates (location_id, deleted, date_added, id);
create index templates_by_type on templates (location_id, deleted, type, date_added, id);

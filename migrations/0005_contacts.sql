-- People in a location's address book. Each `…_lower` is its text folded in Rust (kernel::fold), empty for none: what
-- filters, sorting and duplicate checks compare. JSON columns are read whole and never queried into; what is searched
-- inside them has rows in contact_tags, contact_facets and contact_field_values.
create table contacts (
    -- short name of the row for those tables and for the text index
    no {serial},
    id text not null unique,
    location_id text not null,
    first_name text,
    first_name_lower text not null,
    last_name text,
    last_name_lower text not null,
    name_lower text not null,
    email text,
    email_lower text not null,
    phone text,
    phone_lower text not null,
    company_name text,
    company_name_lower text not null,
    business_id text,
    business_name_lower text not null default '',
    address1 text,
    address_lower text not null,
    city text,
    city_lower text not null,
    state text,
    state_lower text not null,
    postal_code text,
    postal_code_lower text not null,
    country text,
    country_lower text not null,
    website text,
    timezone text,
    gender text,
    -- lead, customer, …
    type text not null,
    source text,
    source_lower text not null,
    -- empty for nobody
    assigned_to text not null,
    -- YYYY-MM-DD
    date_of_birth text,
    dnd boolean not null,
    dnd_settings text not null,
    inbound_dnd_settings text not null,
    tags text not null,
    -- [{"id": …, "value": …}] as it is read back
    custom_fields text not null,
    additional_emails text not null default '[]',
    additional_phones text not null default '[]',
    followers text not null default '[]',
    attribution text,
    last_attribution text,
    valid_whatsapp boolean,
    last_email_clicked bigint,
    last_email_opened bigint,
    created_by text not null,
    updated_by text not null,
    date_added bigint not null,
    date_updated bigint not null
);
create index contacts_by_date_added on contacts (location_id, date_added, id);
create index contacts_by_date_updated on contacts (location_id, date_updated, id);
create index contacts_by_email on contacts (location_id, email_lower) where email_lower <> '';
create index contacts_by_phone on contacts (location_id, phone_lower) where phone_lower <> '';

create table contact_tags (
    location_id text not null,
    contact_no bigint not null references contacts (no) on delete cascade,
    tag text not null,
    primary key (contact_no, tag)
);
create index contact_tags_by_tag on contact_tags (location_id, tag, contact_no);

-- Other fields with several values: follower, additional email, dnd.SMS (its status), …
create table contact_facets (
    location_id text not null,
    contact_no bigint not null references contacts (no) on delete cascade,
    facet text not null,
    value text not null,
    primary key (contact_no, facet, value)
);
create index contact_facets_by_value on contact_facets (location_id, facet, value, contact_no);

-- One row per text of a custom field's value.
create table contact_field_values (
    location_id text not null,
    contact_no bigint not null references contacts (no) on delete cascade,
    field_id text not null,
    -- the box of a text box list; empty otherwise
    option_id text not null,
    -- folded: its first 100 characters, which an index can hold, and all of it
    head text not null,
    body text not null,
    -- a number, or a date in milliseconds
    number double precision
);
create index contact_field_values_of_contact on contact_field_values (contact_no, field_id);
create index contact_field_values_by_text on contact_field_values (location_id, field_id, head, contact_no);
create index contact_field_values_by_number on contact_field_values (location_id, field_id, number) where number is not null;

-- How many contacts a location has, without counting them. Spread over shards, so that writers do not queue for one row.
create table contact_counts (
    location_id text not null,
    shard bigint not null,
    contacts bigint not null,
    primary key (location_id, shard)
);

-- The names of tags that a location knows; it grows by the tags that contacts are given.
create table location_tags (
    id text primary key,
    location_id text not null,
    name text not null,
    date_added bigint not null,
    unique (location_id, name)
);

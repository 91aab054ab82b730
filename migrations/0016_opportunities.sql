-- Deals on their way through a pipeline. Each `…_lower` is its text folded in Rust (kernel::fold), empty for none. JSON
-- columns are read whole and never queried into: what is searched inside them has rows in opportunity_followers and
-- opportunity_field_values.
create table opportunities (
    -- short name of the row for those tables and for the text index
    no {serial},
    id text not null unique,
    location_id text not null,
    contact_id text not null,
    pipeline_id text not null,
    stage_id text not null,
    name text not null,
    name_lower text not null,
    -- open, won, lost or abandoned
    status text not null,
    monetary_value double precision not null,
    source text,
    source_lower text not null,
    -- empty for nobody
    assigned_to text not null,
    lost_reason_id text,
    followers text not null,
    -- [{"id": …, "key": …, "value": …}]
    custom_fields text not null,
    -- when it is expected to close, YYYY-MM-DD, and what became of that expectation
    close_date text,
    original_close_date text,
    slippage_count bigint not null,
    last_slipped_at bigint,
    -- 0 to 100; none: its stage's
    probability double precision,
    -- grows by one with each change
    version bigint not null,
    created_by text not null,
    updated_by text not null,
    last_status_change bigint not null,
    last_stage_change bigint not null,
    date_added bigint not null,
    date_updated bigint not null
);
create index opportunities_by_date_added on opportunities (location_id, date_added, id);
create index opportunities_by_date_updated on opportunities (location_id, date_updated, id);
create index opportunities_by_status_change on opportunities (location_id, last_status_change, id);
create index opportunities_by_name on opportunities (location_id, name_lower, id);
create index opportunities_by_value on opportunities (location_id, monetary_value, id);
create index opportunities_by_contact on opportunities (location_id, contact_id, pipeline_id, status);
create index opportunities_by_pipeline on opportunities (location_id, pipeline_id, date_added, id);
create index opportunities_by_stage on opportunities (location_id, stage_id, date_added, id);
create index opportunities_by_status on opportunities (location_id, status, date_added, id);
create index opportunities_by_assignee on opportunities (location_id, assigned_to, date_added, id);

create table opportunity_followers (
    location_id text not null,
    opportunity_no bigint not null references opportunities (no) on delete cascade,
    user_id text not null,
    primary key (opportunity_no, user_id)
);
create index opportunity_followers_by_user on opportunity_followers (location_id, user_id, opportunity_no);

-- One row per text of a custom field's value, as contact_field_values.
create table opportunity_field_values (
    location_id text not null,
    opportunity_no bigint not null references opportunities (no) on delete cascade,
    field_id text not null,
    option_id text not null,
    head text not null,
    body text not null,
    number double precision
);
create index opportunity_field_values_of_opportunity on opportunity_field_values (opportunity_no, field_id);
create index opportunity_field_values_by_text on opportunity_field_values (location_id, field_id, head, opportunity_no);
create index opportunity_field_values_by_number on opportunity_field_values (location_id, field_id, number)
    where number is not null;

-- How many opportunities stand where and what they are worth, without reading them. Spread over shards, so that writers do
-- not queue for one row.
create table opportunity_sums (
    location_id text not null,
    pipeline_id text not null,
    stage_id text not null,
    status text not null,
    shard bigint not null,
    opportunities bigint not null,
    value double precision not null,
    -- of those with a probability of their own: their worth, and their worth times it
    own_value double precision not null,
    own_weighted double precision not null,
    primary key (location_id, pipeline_id, stage_id, status, shard)
);

-- Why deals are lost. A location begins with a list that stands in the code, and has rows once it changes anything of it.
create table lost_reasons (
    location_id text not null references locations (id),
    id text not null,
    name text not null,
    name_lower text not null,
    created_at bigint not null,
    updated_at bigint not null,
    deleted_at bigint,
    primary key (id, location_id)
);
create index lost_reasons_in_order on lost_reasons (location_id, created_at, id);
create unique index lost_reasons_by_name on lost_reasons (location_id, name_lower) where deleted_at is null;

alter table pipelines add column color_render_mode text not null default 'none';
alter table pipelines add column use_opportunity_probability boolean not null default true;
-- 0 to 100; none: unknown
alter table pipeline_stages add column probability double precision;

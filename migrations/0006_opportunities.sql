-- Sales pipelines and the stages that deals pass through.
create table pipelines (
    id text primary key,
    location_id text not null references locations (id),
    name text not null,
    show_in_funnel boolean not null,
    show_in_pie_chart boolean not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index pipelines_by_location on pipelines (location_id, created_at, id);

create table pipeline_stages (
    id text primary key,
    location_id text not null references locations (id),
    pipeline_id text not null references pipelines (id),
    name text not null,
    position bigint not null,
    show_in_funnel boolean not null,
    show_in_pie_chart boolean not null,
    unique (pipeline_id, position)
);
create index pipeline_stages_by_location on pipeline_stages (location_id, pipeline_id, position);

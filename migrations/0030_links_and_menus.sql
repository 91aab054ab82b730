-- Trigger links, and who followed them.
create table links (
    id text primary key,
    company_id text not null,
    location_id text not null,
    name text not null,
    -- for comparing
    name_folded text not null,
    redirect_to text not null,
    -- how often it was followed, and by how many contacts
    clicks bigint not null,
    contacts bigint not null,
    created_at bigint not null
);
create index links_of_location on links (location_id, created_at, id);

create table link_contacts (
    location_id text not null,
    link_id text not null,
    contact_id text not null,
    primary key (link_id, contact_id)
);

-- The newest of them.
create table link_clicks (
    id text primary key,
    location_id text not null,
    link_id text not null,
    -- null: nobody knows who it was
    contact_id text,
    clicked_at bigint not null
);
create index link_clicks_of_link on link_clicks (location_id, link_id, clicked_at, id);

-- Links that an agency adds to the menus of its pages. `body` is what clients wrote.
create table custom_menus (
    id text primary key,
    company_id text not null,
    position bigint not null,
    body text not null,
    created_at bigint not null,
    unique (company_id, position)
);

-- Integrations that developers registered, and where they are installed.
create table apps (
    id text primary key,
    -- the agency whose developers made it; others may install it
    owner_company_id text not null references companies (id),
    name text not null,
    -- what is being installed now; an install keeps the version that it was made with
    version_id text not null,
    client_id text not null unique,
    -- SHA-256, as of every secret
    secret_hash {bytes} not null,
    -- JSON: the addresses to which the authorize page may lead back
    redirect_uris text not null,
    -- what an install is asked to grant
    scopes text not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index apps_by_owner on apps (owner_company_id, id);

-- An app on a location or, with no location, on an agency: what it may do there and what it is told of.
create table installs (
    id text primary key,
    app_id text not null references apps (id),
    version_id text not null,
    company_id text not null references companies (id),
    location_id text references locations (id),
    scopes text not null,
    installed_at bigint not null,
    updated_at bigint not null
);
create unique index installs_of_location on installs (location_id, app_id) where location_id is not null;
create unique index installs_of_company on installs (company_id, app_id) where location_id is null;
create index installs_of_app on installs (app_id, company_id);

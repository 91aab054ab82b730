-- Agencies, their locations, the people in them, and what they prove themselves with.
create table companies (
    id text primary key,
    name text not null,
    email text,
    phone text,
    country text,
    timezone text not null default 'UTC',
    created_at bigint not null,
    updated_at bigint not null
);

create table locations (
    id text primary key,
    company_id text not null references companies (id),
    name text not null,
    email text,
    phone text,
    website text,
    address text,
    city text,
    state text,
    country text not null default 'US',
    postal_code text,
    timezone text not null default 'UTC',
    -- JSON: allowDuplicateContact, the match order, and the other switches of the documented `settings`
    settings text not null default '{}',
    created_at bigint not null,
    updated_at bigint not null
);
create index locations_by_company on locations (company_id, id);

create table users (
    id text primary key,
    company_id text not null references companies (id),
    email text not null,
    email_lower text not null unique,
    first_name text not null,
    last_name text not null,
    phone text,
    password_hash text not null,
    -- account or agency; admin or user
    type text not null,
    role text not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index users_by_company on users (company_id, id);

create table user_locations (
    user_id text not null references users (id),
    company_id text not null,
    location_id text not null references locations (id),
    primary key (user_id, location_id)
);
create index user_locations_by_location on user_locations (location_id, user_id);

-- Private integration tokens and agency keys. Only the SHA-256 of a secret is kept: whoever reads this table can sign in
-- as nobody.
create table tokens (
    id text primary key,
    kind text not null,
    secret_hash {bytes} not null unique,
    -- the first characters, to recognise it in a list
    hint text not null,
    name text not null,
    company_id text not null references companies (id),
    location_id text references locations (id),
    scopes text not null,
    created_at bigint not null,
    expires_at bigint,
    revoked_at bigint
);
create index tokens_by_company on tokens (company_id, id);

-- What this installation knows about itself: signing keys (sealed), the sandbox clock's offset.
create table installation (
    name text primary key,
    value text not null
);

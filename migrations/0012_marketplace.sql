-- Who installed an app, on which plan, and whether it came to a location with the agency's install. On an agency's install,
-- `future_locations` says that it comes to the agency's next locations by itself.
alter table installs add column user_id text;
alter table installs add column plan_id text;
alter table installs add column bulk boolean not null default false;
alter table installs add column trial_days bigint;
alter table installs add column trial_since bigint;
alter table installs add column future_locations boolean not null default false;

-- Installs that are over.
create table install_history (
    install_id text primary key,
    app_id text not null references apps (id),
    version_id text not null,
    company_id text not null,
    location_id text,
    user_id text,
    plan_id text,
    installed_at bigint not null,
    uninstalled_at bigint not null,
    reason text
);
create index install_history_of_app on install_history (app_id, company_id);

-- Where an app is told of its own life: installs, plans, versions.
alter table apps add column webhook_url text;

-- What an app costs by the month, the year, or once. Amounts are billionths of a dollar.
create table app_plans (
    id text primary key,
    app_id text not null references apps (id),
    name text not null,
    amount bigint not null,
    -- month, year or one_time
    payment_time text not null,
    trial_days bigint not null,
    -- JSON: what the plan has, in words
    features text not null,
    position bigint not null
);
create index app_plans_of_app on app_plans (app_id, position);

-- What an app counts and charges for. A fixed price has `price`; a dynamic one has its bounds instead.
create table app_meters (
    id text primary key,
    app_id text not null references apps (id),
    name text not null,
    product_type text not null,
    product_name text not null,
    usage_unit text not null,
    price bigint,
    least bigint,
    most bigint,
    execution_limit bigint not null,
    position bigint not null
);
create index app_meters_of_app on app_meters (app_id, position);

-- What an agency adds to an app's prices where its locations pay them.
create table rebilling (
    company_id text not null references companies (id),
    app_id text not null references apps (id),
    markup_percent double precision not null,
    updated_at bigint not null,
    primary key (company_id, app_id)
);

-- What a location has to pay with.
create table wallets (
    location_id text primary key references locations (id),
    company_id text not null,
    balance bigint not null,
    updated_at bigint not null
);

-- What apps charged locations, and gave back. `kind`: charge or refund; a refund is a row of its own, and its charge is
-- marked. An app's event is charged once.
create table charges (
    id text primary key,
    location_id text not null references locations (id),
    company_id text not null,
    app_id text not null,
    meter_id text not null,
    event_id text not null,
    kind text not null,
    units double precision not null,
    price bigint not null,
    amount bigint not null,
    description text not null,
    user_id text,
    -- as the app said it
    event_time text,
    refunded boolean not null,
    created_at bigint not null,
    updated_at bigint not null
);
create unique index charges_of_event on charges (location_id, app_id, event_id) where kind = 'charge';
create index charges_by_location on charges (location_id, created_at, id);

-- What an app signs in elsewhere with, for a location. `credentials` is sealed: no copy of this table is worth anything.
create table external_connections (
    id text primary key,
    location_id text not null references locations (id),
    company_id text not null,
    app_id text not null references apps (id),
    version_id text not null,
    account_id text not null,
    display_name text not null,
    -- oauth2 or basic
    auth_type text not null,
    is_default boolean not null,
    -- JSON; null: none were named
    scopes text,
    credentials text not null,
    expires_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    unique (location_id, app_id, account_id)
);

-- Payments that an app with billing of its own reports. `status`: COMPLETED or FAILED; `payment_type`: one_time or recurring.
create table app_payments (
    id text primary key,
    app_id text not null references apps (id),
    company_id text not null,
    location_id text,
    subscription_id text,
    payment_id text,
    amount bigint not null,
    status text not null,
    payment_type text not null,
    at bigint not null,
    unique (app_id, payment_id)
);
create index app_payments_of_app on app_payments (app_id, company_id, at);

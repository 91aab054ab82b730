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

-- What an app costs by the month, the year, or once. Amounts are billionths of a dollar.
create table app_plans (
    id text primary key,
    app_id text not null references apps (id),
    name text not null,
    amount bigint not null,
    -- one_time or recurring; then month or year
    payment_type text not null,
    payment_time text not null,
    trial_days bigint not null,
    -- JSON: what the plan has, in words
    features text not null,
    position bigint not null
);
create index app_plans_of_app on app_plans (app_id, position);

-- Apps: versions and secrets; private tokens: when they were last used.
alter table apps add column distribution text not null default 'both';
-- a client that can keep no secret, such as a desktop program: it proves itself with PKCE alone
alter table apps add column public_client boolean not null default false;
alter table apps add column logo_url text;
alter table apps add column website text;
alter table apps add column external_billing_url text;
-- a deleted app is kept as the name behind what it once did
alter table apps add column deleted_at bigint;

-- What an install is asked to grant. `state`: draft (scopes can be changed), live (what is installed now), retired.
create table app_versions (
    id text primary key,
    app_id text not null references apps (id),
    number bigint not null,
    state text not null,
    scopes text not null,
    created_at bigint not null,
    published_at bigint,
    unique (app_id, number)
);
create unique index app_versions_live on app_versions (app_id) where state = 'live';
insert into app_versions (id, app_id, number, state, scopes, created_at, published_at)
    select version_id, id, 1, 'live', scopes, created_at, created_at from apps;

-- SHA-256, as of every secret.
create table app_secrets (
    id text primary key,
    app_id text not null references apps (id),
    secret_hash {bytes} not null unique,
    -- the first characters, to recognise it in a list; empty for those that are older than hints
    hint text not null,
    created_at bigint not null,
    last_used_at bigint
);
create index app_secrets_of_app on app_secrets (app_id, created_at);
insert into app_secrets (id, app_id, secret_hash, hint, created_at)
    select version_id, id, secret_hash, '', created_at from apps;

-- Which events an app wants, and where: `url` null is the app's `webhook_url`, and there is at most one such row. `kinds` is
-- a JSON list of event names; null: all of them.
create table app_subscriptions (
    id text primary key,
    app_id text not null references apps (id),
    url text,
    kinds text,
    created_at bigint not null
);
create unique index app_subscriptions_default on app_subscriptions (app_id) where url is null;
create index app_subscriptions_of_app on app_subscriptions (app_id, id);
update apps set webhook_url = (
    select url from webhook_subscriptions where app_id = apps.id order by id limit 1);
insert into app_subscriptions (id, app_id, url, kinds, created_at)
    select s.id, s.app_id,
        case when s.id = (select min(t.id) from webhook_subscriptions t where t.app_id = s.app_id) then null else s.url end,
        s.kinds, s.created_at
    from webhook_subscriptions s;
drop table webhook_subscriptions;

alter table apps drop column version_id;
alter table apps drop column secret_hash;
alter table apps drop column scopes;

alter table tokens add column last_used_at bigint;
create index tokens_by_location on tokens (location_id, created_at);

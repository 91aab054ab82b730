-- Subscriptions as things of their own: to one version of an app or to one install of it, with filters, in two modes, in
-- order or not, and switched off when their endpoint is gone.

-- those that an app's `webhookUrl`, `events` and `eventUrls` stand for
alter table app_subscriptions add column wished boolean not null default false;
update app_subscriptions set wished = true where url is null or kinds is not null;
alter table app_subscriptions add column version_id text;
-- where the install is: `place` is the location's id, or else the agency's; empty: wherever the app is installed
alter table app_subscriptions add column company_id text;
alter table app_subscriptions add column location_id text;
alter table app_subscriptions add column place text not null default '';
-- JSON: a list of {field, operator, value}
alter table app_subscriptions add column filters text not null default '[]';
-- durable or ghl
alter table app_subscriptions add column mode text not null default 'durable';
alter table app_subscriptions add column ordered boolean not null default false;
-- What its secret is derived from, together with the server's sealing key: worth nothing alone. The previous one counts until
-- `previous_until`.
alter table app_subscriptions add column salt text not null default '';
alter table app_subscriptions add column previous_salt text;
alter table app_subscriptions add column previous_until bigint;
-- since when every attempt has failed; null: the last one did not
alter table app_subscriptions add column failing_since bigint;
alter table app_subscriptions add column disabled_at bigint;
alter table app_subscriptions add column disabled_reason text;
alter table app_subscriptions add column updated_at bigint not null default 0;
update app_subscriptions set updated_at = created_at;
-- what was on its way then still goes out
alter table app_subscriptions add column deleted_at bigint;
drop index app_subscriptions_of_app;
create index app_subscriptions_of_app on app_subscriptions (app_id, place, id);
-- every app has the one of its default URL, which always hears of the app's own life
insert into app_subscriptions (id, app_id, url, kinds, created_at, updated_at, wished)
    select a.id, a.id, null, '[]', a.created_at, a.created_at, true from apps a
    where not exists (select 1 from app_subscriptions s where s.app_id = a.id and s.url is null);

-- Of which record and in which order events are told. `in_order`: only once those before it are through; a pending one that
-- waits for that has no `next_at`. `state` may also be held: its subscription was switched off, and nothing is attempted.
alter table webhook_deliveries add column record_id text;
alter table webhook_deliveries add column sequence bigint;
alter table webhook_deliveries add column in_order boolean not null default false;
create index webhook_deliveries_unsettled on webhook_deliveries (subscription_id, sequence, id) where settled_at is null;
create index webhook_deliveries_in_order on webhook_deliveries (subscription_id, record_id, sequence)
    where in_order and settled_at is null;
create index webhook_deliveries_given_up on webhook_deliveries (subscription_id, settled_at, id) where state = 'dead';

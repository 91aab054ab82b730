-- What the log of deliveries shows and finds. `round` counts replays: a job that was made for an earlier round finds nothing
-- to send. `earlier_attempts` were made before the last replay, and do not count for the schedule. `last_…`: what the last
-- attempt came to, so that a list need not look for it.
alter table webhook_deliveries add column round bigint not null default 0;
alter table webhook_deliveries add column earlier_attempts bigint not null default 0;
alter table webhook_deliveries add column last_status bigint;
alter table webhook_deliveries add column last_error text;
alter table webhook_deliveries add column last_took_millis bigint;

-- As sent and as answered, without secrets: JSON objects of names and values.
alter table webhook_attempts add column round bigint not null default 0;
alter table webhook_attempts add column request_headers text;
alter table webhook_attempts add column response_headers text;

drop index webhook_deliveries_dead;
create index webhook_deliveries_open on webhook_deliveries (location_id, state, made_at, id) where state <> 'delivered';
create index webhook_deliveries_of_app on webhook_deliveries (location_id, app_id, made_at, id);
create index webhook_deliveries_of_kind on webhook_deliveries (location_id, kind, made_at, id);
create index webhook_deliveries_of_agency on webhook_deliveries (company_id, made_at, id);

-- What happened to one record.
create index events_of_record on events (record_id, seq);

-- Which events an app wants, and where. `kinds` is a JSON list of event names; null: all of them.
create table webhook_subscriptions (
    id text primary key,
    app_id text not null references apps (id),
    url text not null,
    kinds text,
    created_at bigint not null
);
create index webhook_subscriptions_of_app on webhook_subscriptions (app_id, id);

-- A request on its way out: an event for a subscription, or a workflow step's webhook. The body is made once, so that
-- every attempt sends the same bytes. `state`: pending, delivered or dead; `next_at` is when a pending one is due.
create table webhook_deliveries (
    id text primary key,
    company_id text not null,
    location_id text,
    -- the event's name, or Workflow
    kind text not null,
    event_id text,
    subscription_id text,
    app_id text,
    run_id text,
    step_id text,
    -- how often the run had come to the step
    visit bigint,
    method text not null,
    url text not null,
    -- JSON: names and values in their order
    headers text not null,
    body {bytes} not null,
    state text not null,
    attempts bigint not null,
    next_at bigint,
    made_at bigint not null,
    settled_at bigint,
    unique (event_id, subscription_id),
    unique (run_id, step_id, visit)
);
create index webhook_deliveries_of_location on webhook_deliveries (location_id, made_at, id);
create index webhook_deliveries_dead on webhook_deliveries (location_id, made_at, id) where state = 'dead';
create index webhook_deliveries_of_company on webhook_deliveries (company_id, made_at, id) where location_id is null;

-- One try of a delivery: an answer's status and the beginning of its body, or the kind and text of what went wrong.
create table webhook_attempts (
    delivery_id text not null references webhook_deliveries (id),
    number bigint not null,
    company_id text not null,
    started_at bigint not null,
    took_millis bigint not null,
    status bigint,
    answer text,
    error_kind text,
    error text,
    primary key (delivery_id, number)
);

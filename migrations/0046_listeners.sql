-- A developer's machine that an app's deliveries are streamed to. Its id stands for a subscription in webhook_deliveries.
create table listeners (
    id text primary key,
    app_id text not null references apps (id),
    name text not null,
    -- JSON: names of events; null: all
    kinds text,
    made_at bigint not null,
    -- when it last asked for deliveries, roughly
    seen_at bigint not null,
    unique (app_id, name)
);

-- Deliveries that wait for their listener, in the order in which their events happened.
create table listener_deliveries (
    no {serial},
    listener_id text not null references listeners (id),
    delivery_id text not null references webhook_deliveries (id),
    company_id text not null,
    due_at bigint not null
);
create index listener_deliveries_of_listener on listener_deliveries (listener_id, no);
create unique index listener_deliveries_of_delivery on listener_deliveries (delivery_id);
